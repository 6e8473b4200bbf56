"""How many taps each act at a chair takes, counted on the pages as they are drawn; printed as a table."""

import re
import uuid
from collections.abc import Iterator
from html import unescape

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import charting, monitors
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage

LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL)
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
BUTTON = re.compile(r"<button\b([^>]*)>(.*?)</button>", re.DOTALL)
INPUT = re.compile(r"<input\b([^>]*)>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')

MOST_TAPS = 3
FIRST = "the first button of a row"
ACTS: dict[str, tuple[str, ...]] = {
    "Call help": ("CALL HELP", "HelpCalled"),
    "Emergency": ("= Emergency", "EmergencyOpened"),
    "Nausea": ("Side effect", "nausea 2", "ObservationCharted"),
    "Chest pain": ("Side effect", "chest pain 1", "ObservationCharted"),
    "Sedation": ("Sedation", "moaas 4", "ObservationCharted"),
    "Dissociation": ("Dissociation", "dissociation 1", "ObservationCharted"),
    "Distress": ("Distress", "distress 1", "ObservationCharted"),
    "Ondansetron": ("Medicine", FIRST, "MedicineGiven"),
    "A measure": ("Intervention", FIRST, "InterventionCharted"),
    "Act on a prompt": ("Acknowledge", FIRST, "AlertAcknowledged"),
    "The pump is stopped": ("I have stopped the pump", "= I have stopped the pump", "InfusionStopped"),
}
"""Each act: what is tapped one after another (a link, a button by its words or its value), and last what it charts.

What begins with = is a button, whatever link says the same."""


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock, act: ActMaker) -> uuid.UUID:
    session = stage.infusing(SHE, "Chair 1", NOON)
    fixed_clock.shown = at(5)
    flag = ev.ObservationCharted(observation=ev.Observation.HIVES, grade=1)
    charting.chart_fact(session, flag, act("nurse", now=at(4)))
    monitors.watch_session(session, at(4))
    return session


class Hand:
    """Taps what stands on a page, as a nurse would; what does not stand there cannot be tapped."""

    def __init__(self, person: Staff, address: str) -> None:
        self.client = Client()
        self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        self.address = address
        self.page = self.client.get(address).content.decode()

    def tap(self, what: str) -> None:
        """Tap a link by its words, else a button by its words or its value."""
        for attributes, words in LINK.findall(self.page):
            if plain(words) == what:
                self.address = unescape(dict(ATTRIBUTE.findall(attributes))["href"])
                self.page = self.client.get(self.address).content.decode()
                return
        for attributes, inside in FORM.findall(self.page):
            buttons = [(dict(ATTRIBUTE.findall(said)), plain(words)) for said, words in BUTTON.findall(inside)]
            meant = what.removeprefix("= ")
            for said, words in buttons:
                is_first = what == FIRST and "tap" in said.get("class", "").split()
                if is_first or meant in {words, unescape(said.get("value", ""))}:
                    self._send(dict(ATTRIBUTE.findall(attributes)), inside, said)
                    return
        raise AssertionError(f"{what!r} stands nowhere on {self.address}")

    def _send(self, form: dict[str, str], inside: str, button: dict[str, str]) -> None:
        fields = [dict(ATTRIBUTE.findall(each)) for each in INPUT.findall(inside)]
        sent = {each["name"]: unescape(each.get("value", "")) for each in fields if each.get("type") == "hidden"}
        if "name" in button:
            sent[button["name"]] = unescape(button.get("value", ""))
        answer = self.client.post(form.get("action", self.address), sent, follow=True)
        assert answer.status_code == 200, answer.content.decode()
        self.page = answer.content.decode()


def plain(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", markup)).split())


def kinds(session: uuid.UUID) -> list[str]:
    return [type(each.event).__name__ for each in chart_store.session_chart_of(session).entries]


@pytest.fixture
def table(capsys: pytest.CaptureFixture[str]) -> Iterator[list[str]]:
    lines: list[str] = []
    yield lines
    with capsys.disabled():
        print("\n" + "\n".join(lines))


def test_every_act_at_a_chair_takes_three_taps_at_most(
    session: uuid.UUID, staff: dict[str, Staff], table: list[str]
) -> None:
    for act, (*taps, charts) in ACTS.items():
        before = kinds(session).count(charts)
        hand = Hand(staff["nurse"], f"/sessions/{session}/")
        for what in taps:
            hand.tap(what)
        assert kinds(session).count(charts) == before + 1, f"{act}: {taps} charts no {charts}"
        table.append(f"{act:22}{len(taps)}  {' > '.join(taps)}")
        assert len(taps) <= MOST_TAPS, act
