"""In a clinic far from Greenwich every time of day is the clinic's: on pages, in notes and on paper."""

import html
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdf
import pytest
from django.test import Client

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Entry, SessionRow
from sereniv.clinic.workflows.chair import monitors
from sereniv.clinic.workflows.stock import stock
from tests.conftest import FixedClock
from tests.shared_state import SharedStage
from tests.workflows.test_path import SHE, VIAL

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 22, 5, tzinfo=UTC)
"""15:05 in Denver: in UTC every hour of this afternoon is one of 21 to 23, which no clinic of ours is open at."""
HER = replace(SHE, name="denver", protocol="P-DEP")
GREENWICH = re.compile(r"\b2[1-3]:[0-5]\d\b")


@pytest.fixture(autouse=True)
def in_denver(settings: Any) -> None:
    settings.TIME_ZONE = "America/Denver"
    settings.HOME = replace(settings.HOME, timezone="America/Denver")


@pytest.fixture
def afternoon(staff: dict[str, Staff], fixed_clock: FixedClock) -> Stage:
    """An infusion over at 15:45 and recovery scored by 16:46, another one running since 15:05, a third at the gate."""
    del staff
    stage = SharedStage()
    stock.receive_vial(VIAL, stage.act("nurse", START - timedelta(hours=2), "nurse2"), demo_id(VIAL.label))
    stage.finished(HER, "Chair 1", START)
    stage.infusing(replace(SHE, name="running"), "Chair 2", START)
    stage.at_the_gate(replace(SHE, name="waiting"), "Chair 3", START)
    recovering = stage.infusing(replace(SHE, name="recovering"), "Chair 4", START)
    stage.ran_through(SHE, recovering, START, 5)
    stage.vitals(recovering, ("120", "80"), START + timedelta(minutes=55))
    fixed_clock.shown = START + timedelta(minutes=25)
    monitors.watch_all(clock.now())
    return stage


def times_in(content: str) -> set[str]:
    """Return the times of day that a page writes, what scripts read left out."""
    shown = re.sub(r"<script.*?</script>|<[^>]*>", " ", content, flags=re.DOTALL)
    return set(re.findall(r"\b\d\d:\d\d\b", html.unescape(shown)))


def pages() -> dict[str, tuple[str, str]]:
    """Name pages that write times in sentences, each with one time that it must show."""
    session = {row.person_id: f"/sessions/{row.pk}/" for row in SessionRow.objects.all()}
    finished, running, waiting, recovering = (
        session[demo_id(name)] for name in ("denver", "running", "waiting", "recovering")
    )
    return {
        "gate": (f"{waiting}gate/", "14:50"),
        "chair": (running, "15:05"),
        "log": (f"{running}log/", "15:05"),
        "recovery": (f"{recovering}recovery/", "15:45"),
        "note": (f"{finished}note/", "15:05"),
        "hand-over": (f"{running}documents/hand-over/", "15:05"),
        "hand-over of all": ("/board/hand-over/", "15:05"),
        "note on paper": (f"{finished}documents/note/", "15:05"),
        "person": (f"/people/{demo_id('denver')}/", "14:25"),
        "candidacy": (f"/people/{demo_id('denver')}/decide/", "14:25"),
    }


def test_no_page_writes_a_time_of_greenwich(afternoon: Stage, staff: dict[str, Staff]) -> None:
    browsers = {name: Client() for name in ("nurse", "prescriber")}
    for name, browser in browsers.items():
        browser.force_login(staff[name])
    for name, (address, expected) in pages().items():
        browser = browsers["prescriber" if name == "candidacy" else "nurse"]
        answer = browser.get(address)
        assert answer.status_code == 200, name
        found = times_in(answer.content.decode())
        assert not {each for each in found if GREENWICH.fullmatch(each)}, name
        assert expected in found, (name, sorted(found))


def test_the_pdf_and_the_prompts_say_the_clinics_time(afternoon: Stage, staff: dict[str, Staff]) -> None:
    browser = Client()
    browser.force_login(staff["nurse"])
    address = pages()["note on paper"][0]
    paper = pypdf.PdfReader(io.BytesIO(browser.get(f"{address}pdf/").content))
    written = "\n".join(page.extract_text() for page in paper.pages)
    assert "15:05 Infusion started" in written
    assert not GREENWICH.search(written)
    running = chart_store.session_chart_of(SessionRow.objects.get(person_id=demo_id("running")).pk)
    (late,) = (each.raised.event for each in running.alerts.values() if each.raised.event.alert.startswith("vitals"))
    assert "due at 15:10" in late.message, "kept for good, in the words of the clinic"
    assert late.read == {"due": "15:10:00"}


def test_the_ledger_itself_keeps_utc(afternoon: Stage) -> None:
    assert Entry.objects.exists()
    kept = Entry.objects.values_list("at", "recorded_at")
    assert all(each.endswith("+00:00") for pair in kept for each in pair)


def test_lengths_of_time_are_right_across_a_change_of_the_clocks() -> None:
    before, after = (clock.on_the_wall(datetime(2026, 3, 8, hour, 30, tzinfo=UTC)) for hour in (8, 9))
    assert (f"{before:%H:%M}", f"{after:%H:%M}") == ("01:30", "03:30")
    assert after - before == timedelta(hours=1)
    assert before + timedelta(hours=1) == after


def test_the_day_ends_at_the_clinics_midnight(fixed_clock: FixedClock) -> None:
    fixed_clock.shown = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    assert clock.now().date().isoformat() == "2026-03-02", "a vial that expires today is in date this evening"
