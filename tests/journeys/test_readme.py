"""README's "Ten minutes", played as they stand there: what is named and pressed is read out of README itself."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.people import DemoPerson, demo_id
from tests.journeys.conftest import PHONE, Visitor, VisitorMaker
from tests.journeys.steps import (
    NORA,
    accounted,
    answer_all,
    clock,
    discharge,
    go,
    note_signed,
    recovered,
    register,
    said,
    submit,
    walk_to,
)
from tests.journeys.steps.plan import order_on_the_page
from tests.served import ROOT, Served

README = (ROOT / "README.md").read_text(encoding="utf-8")
STEP = re.compile(r"^(\d)\. (.*?)(?=^\d\. |\Z)", re.MULTILINE | re.DOTALL)
BOLD, CODE, ITALIC = re.compile(r"\*\*(.+?)\*\*"), re.compile(r"`(.+?)`"), re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")
CAST = [each for each in vars(cast_list).values() if isinstance(each, DemoPerson)]
PEOPLE = {f"{each.given_names} {each.family_name}": each for each in CAST}


class Told:
    """One step of README, whose marked words are taken as it is played; at its end none may be left."""

    def __init__(self, number: int) -> None:
        section = README.partition("## Ten minutes\n")[2].partition("\n## ")[0]
        self.words = " ".join(dict(STEP.findall(section))[str(number)].split())
        self.bold, self.code, self.italic = ([*kind.findall(self.words)] for kind in (BOLD, CODE, ITALIC))

    def says(self, words: str) -> None:
        """Hold README to words of which the next lines play the meaning."""
        assert words in self.words, f"README no longer says {words!r}: {self.words}"

    def done(self) -> None:
        """Hold the journey to every name, button and command of its step."""
        assert not [*self.bold, *self.code, *self.italic], (self.bold, self.code, self.italic)


def page_of(name: str) -> str:
    """Return the page of somebody of the demo, by the name README gives."""
    return f"/people/{demo_id(PEOPLE[name].name)}/"


def in_a_terminal(command: str, *more: str) -> str:
    """Run one of README's commands and return what it prints; `more` names the home of this journey."""
    words = shlex.split(command)
    assert words[:2] == ["python3", "run.py"], command
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    environment.pop("SERENIV_HOME", None)
    run = [sys.executable, "-m", "sereniv", *words[2:], *more]
    return subprocess.run(run, check=True, env=environment, cwd=ROOT, capture_output=True, text=True).stdout


@pytest.mark.parametrize("number", range(1, 9))
def test_a_step_names_only_what_is_marked_in_pairs(number: int) -> None:
    told = Told(number)
    assert told.words.count("**") == 2 * len(told.bold)
    assert told.words.count("`") == 2 * len(told.code)


@pytest.mark.browser
@pytest.mark.slow
def test_an_infusion_from_the_board_to_its_signed_note(visitor: VisitorMaker) -> None:
    nurse = visitor()
    session = looks_at_the_board_and_charts(nurse, Told(1))
    hurries_and_stops(nurse, session, Told(2))
    accounts_and_signs(nurse, session, Told(3))


def looks_at_the_board_and_charts(nurse: Visitor, told: Told) -> str:
    page = nurse.page
    nurse.sign_in(told.code.pop(0))
    expect(page.get_by_role("heading", name=told.bold.pop(0), exact=False).first).to_be_visible()
    told.says("two infusions run, one patient rests, one waits at the gate")
    for words, count in (("Infusing,", 2), ("Recovery,", 1), ("At the gate", 1)):
        expect(page.locator(".tile", has_text=words)).to_have_count(count)
    page.locator(".tile", has_text=told.bold.pop(0)).click()
    page.wait_for_url(lambda url: "/sessions/" in url)
    session = page.url
    told.says("chart vitals, or take them from the monitor by one tap")
    page.locator(".figure[data-signal=spo2] .figure-age", has_text="monitor").wait_for()
    submit(nurse, "Chart from monitor")
    told.says("Type 500 for a pressure: kept, questioned, and not used.")
    walk_to(nurse, "Chart vitals")
    nurse.fill(systolic="500", diastolic="84", heart_rate="70", spo2="98", respiratory_rate="14")
    submit(nurse, "Chart vitals")
    go(nurse, session)
    page.locator("main", has_text="500").wait_for()
    said(nurse, "not used")
    told.done()
    return session


def hurries_and_stops(nurse: Visitor, session: str, told: Told) -> None:
    submit(nurse, told.bold.pop(0))
    told.says("forty minutes pass in forty seconds")
    told.says("Prompts come when they are due.")
    nurse.page.locator(".prompt").first.wait_for(timeout=90_000)
    submit(nurse, "Freeze")
    stop = told.italic.pop(0).rstrip(".")
    walk_to(nurse, stop)
    nurse.fill(reason="volume limit reached")
    submit(nurse, stop)
    said(nurse, "since the pump was stopped")
    told.done()


def accounts_and_signs(nurse: Visitor, session: str, told: Told) -> None:
    told.says("Account for the drug with a second person's PIN")
    accounted(nurse, session)
    told.says("score recovery, try to discharge too early")
    discharge(nurse, session, NORA)
    said(nurse, "60 minutes since the end of the infusion")
    clock(nurse, "+1 h")
    recovered(nurse, session, NORA)
    discharge(nurse, session, NORA)
    told.says("Sign the note: it wrote itself.")
    assert "Tomas Brandt" in note_signed(nurse, session)
    told.done()


@pytest.mark.browser
@pytest.mark.slow
def test_a_decision_an_order_and_its_second_signature(visitor: VisitorMaker) -> None:
    told, prescriber = Told(4), visitor()
    page = prescriber.page
    prescriber.sign_in(told.code.pop(0), "/today/")
    leila = page_of(told.bold[0])
    go(prescriber, leila)
    page.get_by_role("heading", name=told.bold.pop(0)).first.wait_for()
    go(prescriber, f"{leila}decide/")
    told.says("nothing stands in her way, and each cited concern says what it read")
    said(prescriber, "Nothing stands in the way.")
    page.get_by_label("Eligible", exact=True).check()
    submit(prescriber, "Sign decision")
    told.says("Decide, order, look at the predicted curve: a population model with its spread, never a measurement.")
    go(prescriber, f"{leila}order/")
    expect(page.locator("section.prediction figure").first).to_be_visible()
    said(prescriber, "predicted total ketamine in plasma")
    submit(prescriber, "Sign order")
    said(prescriber, "Order signed.")
    told.says("co-sign by PIN")
    helper = told.code.pop(0)
    second = next(each for each in cast_list.STAFF if each.username == helper)
    ordered = order_on_the_page(prescriber)
    walk_to(prescriber, "Co-sign")
    prescriber.fill(dose_mg=str(ordered.dose_mg), rate_ml_per_h=str(ordered.rate_ml_per_h))
    prescriber.second(second.full_name, second.pin)
    submit(prescriber, "Co-sign")
    said(prescriber, f"Co-signed by {second.full_name}.")
    told.says("waits for the decision after six")
    go(prescriber, "/today/")
    expect(page.get_by_role("link", name=f"{told.bold.pop(0)}: decision").first).to_be_visible()
    told.says("scores rise again in maintenance")
    expect(page.get_by_role("link", name=f"{told.bold.pop(0)}: relapse signal").first).to_be_visible()
    told.done()


@pytest.mark.browser
@pytest.mark.slow
def test_an_intake_a_booked_course_and_an_answer_from_a_phone(visitor: VisitorMaker) -> None:
    told, coordinator, nurse = Told(5), visitor(), visitor()
    page = coordinator.page
    coordinator.sign_in(told.code.pop(0))
    somebody = register(coordinator, replace(NORA, given_names="Noor", family_name="Haddad"))
    page.get_by_role("heading", name=re.compile(told.bold.pop(0), re.IGNORECASE)).first.wait_for()
    coordinator.follow("Continue: Consent")
    coordinator.fill(signer_name="Noor Haddad")
    submit(coordinator, "Record consent")
    told.says("book a whole course, move a day")
    go(coordinator, f"{somebody}appointments/")
    walk_to(coordinator, "Book the whole course")
    coordinator.fill(despite="The prescriber decides on Friday")
    submit(coordinator, "Book these dates")
    said(coordinator, "6 appointments booked.")
    page.locator("ul.appointments li").first.get_by_role("link", name="Move").click()
    coordinator.fill(reason="Her train comes later.", despite="The prescriber decides on Friday")
    page.locator("[name=told][value='by telephone']").check()
    submit(coordinator, "Move it")
    said(coordinator, "Moved to")
    nurse.sign_in(told.code.pop(0))
    told.says("make a link for a patient's phone")
    go(nurse, f"{somebody}invite/")
    nurse.page.get_by_label("PHQ-9", exact=True).check()
    nurse.press("Make the link")
    link = nurse.page.get_by_label("The same in words").input_value()
    patient = visitor(PHONE)
    go(patient, link)
    patient.page.get_by_role("link", name="Mood, sleep and energy").click()
    answer_all(patient, (1, 1, 1, 1, 1, 1, 1, 1, 1))
    patient.press("Send to the clinic")
    said(patient, "Your answers are sent")
    told.says("shows whose answer came from one")
    go(nurse, "/")
    walk_to(nurse, told.bold.pop(0))
    expect(nurse.page.locator("article.safety", has_text="Noor Haddad")).to_contain_text("patient, remotely")
    told.says("says what waits for whom")
    walk_to(nurse, told.bold.pop(0))
    said(nurse, "What waits for you as nurse")
    told.done()


@pytest.mark.browser
@pytest.mark.slow
def test_what_the_director_and_the_public_read(visitor: VisitorMaker) -> None:
    told, director, anybody = Told(6), visitor(), visitor(PHONE)
    director.sign_in(told.code.pop(0), "/today/")
    outcomes = told.bold.pop(0)
    walk_to(director, told.bold.pop(0))
    walk_to(director, outcomes)
    director.page.get_by_role("heading", name=outcomes).first.wait_for()
    told.says("side effects with their denominators")
    walk_to(director, "People")
    walk_to(director, "Side effects")
    said(director, " asked: ")
    told.says("print a plan or a summary as PDF")
    for which in ("plan", "summary"):
        printed = director.page.request.get(f"{director.address}{page_of('Rosa Amsel')}documents/{which}/pdf/")
        assert printed.headers["content-type"] == "application/pdf"
        assert printed.body().startswith(b"%PDF")
    go(anybody, told.code.pop(0))
    told.says("every claim with its source")
    anybody.page.get_by_role("heading", name=re.compile(told.bold.pop(0), re.IGNORECASE)).first.wait_for()
    expect(anybody.page.locator("main")).to_contain_text("Sources")
    told.done()


@pytest.mark.browser
@pytest.mark.slow
def test_a_recorded_monitor_the_ledger_and_the_models(visitor: VisitorMaker, served: Served) -> None:
    told, nurse = Told(7), visitor()
    told.says("Play a recorded monitor into Chair 4")
    nurse.sign_in("nurse", f"/sessions/{demo_id('replayed-session')}/")
    expect(nurse.page.locator(".strip")).to_contain_text("Chair 4")
    in_a_terminal(told.code.pop(0), "--speed", "0", "--home", str(served.home))
    told.says("A lost signal is never a number and never silence.")
    # The recording is over by now, and with it what it had to be looked at for: the prompt says that it was raised.
    nurse.page.get_by_text(re.compile(r"(Heart rate|Saturation|Blood pressure): no reading")).first.wait_for(
        state="attached"
    )
    told.done()

    told = Told(8)
    told.says("Check the ledger")
    assert "ound" in in_a_terminal(told.code.pop(0), "--home", str(served.home))
    models = told.italic.pop(0)
    go(nurse, "/")
    walk_to(nurse, told.bold.pop(0))
    walk_to(nurse, models)
    expect(nurse.page.locator("section.prediction").first).to_be_visible()
    assert "Usage" in in_a_terminal(told.code.pop(0))
    told.done()
