"""Whatever was once owed is open, or closed by a named act: random histories of a careless clinic, with clock jumps.

Every kind of duty that Today can list takes part, by the table of its topics: one that no history ever saw fails, and
so does one that leaves without an act which may close it, written by somebody by name with its time.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import numpy as np
import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from django.urls import resolve
from pytest_django.plugin import DjangoDbBlocker

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Role
from sereniv.clinic.backup.state import BackupState
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.demo.staging import OPENED_BEFORE, opening_moment, stage_demo
from sereniv.clinic.operating.findings import Finding
from sereniv.clinic.operating.findings import State as Standing
from sereniv.clinic.records import chart_store, listing
from sereniv.clinic.records.chart_store import SYSTEM
from sereniv.clinic.records.codec import kinds
from sereniv.clinic.records.house_events import LivePredictionSwitched
from sereniv.clinic.records.models import Entry, SessionRow
from sereniv.clinic.web.today import clinic as about_the_house
from sereniv.clinic.web.today import lines as today
from sereniv.clinic.web.today import shown
from sereniv.clinic.workflows.admin import backups
from sereniv.clinic.workflows.calendar import calendar
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.shell import this_clinic
from sereniv.clinic.workflows.shell.acting import Act, new_key
from sereniv.clinic.workflows.shell.teams_now import teams_now
from sereniv.clinic.workflows.shell.this_clinic import record_house_event
from sereniv.clinic.workflows.shell.unread_entries import UNREAD
from sereniv.therapy.person import events as pe
from tests.conftest import NOON, FixedClock
from tests.records.damage import damage
from tests.web.today.careless.clinic import Careless
from tests.web.today.test_duties_outlast_time import BECOMES, HASHERS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROUNDS = 2
JUMPS_H = (0.1, 0.3, 1, 5, 24, 80, 400)
HOUSE = "the house"
FULLEST = 1
"""The history in which every kind of duty stands for a while: there, each that is dropped must be missed."""

Owed = frozenset[tuple[str, str]]
"""What is owed: about whom (a person, a vial, who asked, or the house), and the topic of Today that says it."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a history: what was owed before and after, and what was written between them by somebody by name."""

    what: str
    before: Owed
    after: Owed
    written: frozenset[tuple[str, str]] = frozenset()


def owed_at(everybody: Staff, now: FixedClock) -> Owed:
    return frozenset(
        (_subject(topic.title, line.what, line.address), topic.title)
        for topic in today.topics_for(everybody, now.shown)
        for line in topic.lines
    )


def _subject(topic: str, what: str, address: str) -> str:
    named = resolve(urlsplit(address).path).kwargs
    if "session_id" in named:
        return str(SessionRow.objects.get(pk=named["session_id"]).person_id)
    if topic.startswith("Enquiries"):
        return what
    if topic == "Erasures announced":
        return HOUSE
    return str(named.get("person_id") or named.get("vial_id") or HOUSE)


def written_since(seq: int) -> frozenset[tuple[str, str]]:
    """Return what was written since an entry by somebody by name, as whom it is about and its kind."""
    found = set()
    for each in Entry.objects.filter(seq__gt=seq):
        assert each.recorded_by, f"{each} without its author"
        assert each.at, f"{each} without its time"
        room, _, name = each.stream.partition("/")
        if room == "session":
            name = str(SessionRow.objects.get(pk=name).person_id)
        if each.recorded_by != SYSTEM:
            found.add((name or HOUSE, each.kind))
    return frozenset(found)


def forgotten(step: Step, by_acts_alone: str = "") -> list[str]:
    """Return which duties left in a step without an act that closes them, nor as what time turns them into.

    Of one topic, where it is named, no time excuses it.
    """
    left = []
    for whom, topic in sorted(step.before - step.after):
        instead = (*BECOMES.get(topic, ()), *WAITS_BEHIND.get(topic, ()))
        by_time = topic != by_acts_alone and any((whom, each) in step.after for each in instead)
        written = {kind for about, kind in step.written if about in {whom, HOUSE} or whom == HOUSE}
        if not by_time and not written & set(CLOSED_BY.get(topic, ())):
            left.append(f"{step.what}: {topic} of {whom} is gone; written: {', '.join(sorted(written)) or 'nothing'}")
    return left


FOUND = (
    "Measured", "PregnancyRecorded", "MedicinesListed", "MedicinesReviewed", "HistoryRecorded", "ConditionsRecorded",
    "WrittenLineJudged", "ScaleAnswered", "ScoreEntered", "TrialRecorded", "TrialLeftUnknown", "SubstancesRecorded",
    "WorkUpRecorded", "AnaestheticRiskRecorded", "DiagnosisRecorded", "ValueConfirmed", "RecordStruck",
)  # fmt: skip
"""What is learned of somebody: each may be what was missing."""

DECIDED = ("CandidacyDecided", "IndicationChanged", "LevelOfCareDecided")
COURSE = ("CourseOpened", "CourseReviewed", "CourseEnded", "CourseInterrupted", "CourseResumed", "MaintenancePlanned")
"""What is decided of a course: another step of it is then due, or none."""

BOOKINGS = ("AppointmentBooked", "AppointmentMoved", "AppointmentCancelled", "AppointmentMissed", "ComingNoted")
CHAIR = (
    "SessionOpened", "InfusionStarted", "InfusionFoundRunning", "InfusionStopped", "Discharged", "TransferredOut",
    "LeftUnseen", "Died", "SessionClosedUnused",
)  # fmt: skip
ORDERS = ("OrderSigned", "OrderCoSigned", "OrderWithdrawn")
CALLED = ("CheckInRecorded", "CheckInGivenUp")
TAKEN_UP = ("SafetyAsked", "RedAnswerTakenUp")
DOUBT_GONE = (*BOOKINGS, *DECIDED, *COURSE, *CHAIR, *FOUND, "ConsentRecorded", *TAKEN_UP)
MISSED_BY = ("MissedCalledBack", *BOOKINGS, *COURSE, *CHAIR)
CLOSED_BY: dict[str, tuple[str, ...]] = {
    "Ask in person": ("SafetyAsked", "SafetyAcknowledged", "LevelOfCareDecided", "Died"),
    "Thoughts of suicide, escalated": ("SafetyAsked", "SafetyAcknowledged", "LevelOfCareDecided", "Died"),
    "Red answers at a check-in": ("RedAnswerTakenUp",),
    "Red answers for hours": ("RedAnswerTakenUp",),
    "Prompts escalated to you": ("AlertAcknowledged", *CHAIR),
    "At the chairs": CHAIR,
    "Gate waiting": CHAIR,
    "Exceptions to judge": ("GateLineOverridden", "GateLineAttested", "GatePassed", *FOUND, *CHAIR, *ORDERS),
    "Values to confirm": ("NoteSigned", "ValueConfirmedInSession", "EntryStruck", *FOUND),
    "Check in after a session": CALLED,
    "Not reached after a session": CALLED,
    "Check-ins overdue for days": CALLED,
    "Side effects not over": ("AdverseEventFollowed", "RecordStruck"),
    "Restricted records opened": ("OpeningReviewed",),
    "Sent by other records": ("ReceivedSettled", "Died"),
    UNREAD: (),
    "Entries of the house that cannot be read": (),
    "Reviews and decisions due": (*COURSE, *DECIDED, *FOUND, *CHAIR),
    "Reviews and decisions overdue": (*COURSE, *DECIDED, *CHAIR),
    "Does treatment go on": (*COURSE, *DECIDED, "ConsentRecorded"),
    "Relapse and maintenance": (*COURSE, *DECIDED, *ORDERS, *FOUND, *CHAIR),
    "Orders to co-sign": (*ORDERS, *DECIDED, *CHAIR, "ConsentWithdrawn"),
    "Orders to sign": (*ORDERS, *COURSE, *DECIDED, *FOUND, *CHAIR, "ConsentWithdrawn"),
    "Candidates to decide": (*DECIDED, *FOUND, "ConsentWithdrawn"),
    "To examine before a decision": (*DECIDED, *FOUND, "ConsentRecorded", "EvaluationRecorded"),
    "To ask and measure before a decision": (*DECIDED, *FOUND, "ConsentRecorded", "EvaluationRecorded"),
    "Candidates undecided for weeks": DECIDED,
    "Infusions elsewhere told twice": ("TellingPlaced", "InfusedElsewhere", "RecordStruck"),
    "Evaluations asked": ("EvaluationOpened", "EvaluationRecorded", *DECIDED, *FOUND),
    "Evaluations waited for": ("EvaluationRecorded",),
    "Evaluations overdue for days": ("EvaluationRecorded", "EvaluationOpened"),
    "Work-up running out": ("ConsentRecorded", "ConsentWithdrawn", *DECIDED, *FOUND, *COURSE),
    "Drug to account for": ("DrugReconciled",),
    "Drug never accounted for": ("DrugAccounted", "DrugReconciled"),
    "Notes to sign": ("NoteSigned",),
    "Notes unsigned for a day": ("NoteSigned", "DrugReconciled"),
    "Questionnaires due": (*FOUND, *COURSE, *CHAIR),
    calendar.IN_DOUBT: DOUBT_GONE,
    "Booked in doubt, and near": DOUBT_GONE,
    "To be told of a change": ("PatientTold", *BOOKINGS, *CHAIR),
    "Nobody told them of a change": ("PatientTold", *BOOKINGS, *CHAIR),
    "To rebook": (*BOOKINGS, "TableChanged"),
    "Escort missing": ("EscortArranged", *BOOKINGS),
    "Missed appointments": MISSED_BY,
    "Missed and never reached": MISSED_BY,
    "Missed with thoughts of suicide open": (*MISSED_BY, "SafetyAsked", "SafetyAcknowledged", "LevelOfCareDecided"),
    "Next infusions to book": (*BOOKINGS, *COURSE, *DECIDED, *CHAIR, *FOUND, "ConsentWithdrawn"),
    "First infusions to book": (*BOOKINGS, *COURSE, *DECIDED, *CHAIR, *FOUND, *ORDERS, "ConsentWithdrawn"),
    "Courses interrupted": (*COURSE, *CHAIR),
    "Files to complete": ("ConsentRecorded", *DECIDED, *FOUND),
    "Enquiries to answer": ("TableChanged",),
    "Enquiries that name thoughts of suicide": ("TableChanged",),
    "Enquiries unanswered for days": ("TableChanged",),
    "Stock discrepancies": ("DifferenceExplained", "StockAdjusted", "LossReported", "StockEntryStruck"),
    "Stock to count": ("VialCounted", "VialWasted", "VialReturned", "VialDamaged", "DrugDrawn"),
    "Expired or set apart": ("VialPutBack", "VialWasted", "VialReturned", "VialDamaged", "StockAdjusted"),
    "On call": ("TableChanged",),
    "Care teams": ("CareTeamsChosen", "CareTeamEntered", "TableChanged"),
    "Rules to sign": ("WentLive",),
    "How the house runs": (),
    "Erasures announced": ("ErasureStopped", "PayloadsErased"),
    "Backups": (),
    "Stock, bag and pump": ("StandardSigned",),
    "Own numbers": ("OwnRuleSigned",),
    "Set-up": ("TableChanged", "StaffEntered", "OwnRuleSigned", "StandardSigned", "VialReceived"),
}  # fmt: skip
"""Which acts close a duty of each kind; of what is not read, of backups and of what the doctor says, none does."""

RED = ("Red answers at a check-in",)
WAITS_BEHIND = {"Next infusions to book": RED, "Orders to sign": RED}
"""What is not asked while another duty of the same person stands open, and is asked again once that is done."""


@pytest.fixture
def ticking(django_db_blocker: DjangoDbBlocker) -> Iterator[FixedClock]:
    del django_db_blocker
    cache.clear()
    now = opening_moment(NOON, this_clinic.home_zone())
    found = FixedClock(now - OPENED_BEFORE)
    clock.install(found)
    with override_settings(PASSWORD_HASHERS=HASHERS), transaction.atomic():
        this_clinic.found(found.shown)
        stage_demo(now, lambda _: None)
        found.shown = now
        yield found
        transaction.set_rollback(True)
    cache.clear()
    clock.install(clock.RealClock())


def played(now: FixedClock, seed: int, happens: Sequence[Callable[[], object]]) -> Sequence[Step]:
    """Play a history and return its steps: every act in any order, a jump of the clock after each few.

    What happens to a house without anybody's act takes its turn among them.
    """
    everybody = Staff(username="everybody", roles=[str(each) for each in Role])
    stage = Stage()
    stage.acts = 100_000
    clinic, dice, steps = Careless(stage, now, seed), np.random.default_rng(seed), []
    before = owed_at(everybody, now)
    for round_of_all in range(ROUNDS):
        for each in happens[round_of_all::ROUNDS]:
            each()
            before |= owed_at(everybody, now)
        for number, each in enumerate(clinic.in_any_order()):
            head = chart_store.head().seq
            clinic.tries(each)
            what = each.__name__
            if number % 3 == 0:
                hours = JUMPS_H[int(dice.integers(len(JUMPS_H)))]
                what = f"{hours} h later, {what}"
                now.shown += timedelta(hours=hours)
            elif chart_store.head().seq == head:
                continue
            after = owed_at(everybody, now)
            steps.append(Step(what=what, before=before, after=after, written=written_since(head)))
            before = after
    return steps


def of_every_kind(now: FixedClock, monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """Return what befalls a house without an act of the clinic: a lost backup, a failing disk, its commissioning."""
    untried = backups.Standing(plan=None, state=BackupState(), complaint="No backup is made.")

    def fails() -> None:
        record_house_event("home", LivePredictionSwitched(shown=True), now.shown)
        home = Entry.objects.filter(stream="home").order_by("-seq")[0]
        theirs = Entry.objects.filter(kind="Measured").order_by("-seq")[0]
        damage(home, theirs)
        listing.touch([theirs.stream], {}, chart_store.head().seq)

    failing = Finding(topic="disk", state=Standing.ACT, words="The disk is nearly full.", mend="Make room.")
    return [
        lambda: monkeypatch.setattr(about_the_house, "found_now", lambda _: (failing,)),
        lambda: monkeypatch.setattr(backups, "standing", lambda _: untried),
        fails,
        lambda: monkeypatch.setattr(this_clinic, "state", lambda: "commissioning"),
        lambda: monkeypatch.setattr(about_the_house, "teams_now", lambda at: replace(teams_now(at), restricts=True)),
        lambda: told_twice(now),
        lambda: sent(now),
    ]


def told_twice(now: FixedClock) -> None:
    """Let two clinics tell of one infusion of long ago, of another day each."""
    nurse = Staff.objects.get(username="nurse")
    day = (now.shown - timedelta(days=400)).date()
    told = pe.InfusedElsewhere(
        given_on=day, mg=Decimal(45), weight_kg=None, minutes=None, treats="", tolerated=None, told_by="Brook Clinic"
    )
    about = replace(told, given_on=day + timedelta(days=2), within_days=7, told_by="Mill Clinic")
    for each in (told, about):
        people.record(demo_id(cast_list.CANDIDATE.name), each, Act(by=nurse, now=now.shown, key=new_key()))


def sent(now: FixedClock) -> None:
    """Let another record send an allergy of somebody."""
    received = pe.RecordReceived(
        app="practice-1", sent_by="Practice record", named="Patient/1", resource_type="AllergyIntolerance", body="{}",
        kind=pe.ReceivedKind.ALLERGY, written="penicillin",
    )  # fmt: skip
    nurse = Staff.objects.get(username="nurse")
    people.record(demo_id(cast_list.CANDIDATE.name), received, Act(by=nurse, now=now.shown, key=new_key()))


def without(step: Step, topic: str) -> Step:
    """Return a step as it would be if Today forgot a topic in it."""
    return replace(step, after=frozenset(each for each in step.after if each[1] != topic))


@pytest.mark.parametrize("seed", [FULLEST, *(pytest.param(each, marks=pytest.mark.long) for each in range(2, 9))])
def test_whatever_was_once_owed_is_open_or_closed_by_a_named_act(
    ticking: FixedClock, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(shown, "MOST_SHOWN", 1000)
    steps = played(ticking, seed, of_every_kind(ticking, monkeypatch))
    assert [each for step in steps for each in forgotten(step)] == []
    if seed != FULLEST:
        return
    titles = {title for step in steps for _, title in step.before | step.after}
    unseen = {each.title for each in today.TOPICS} - titles
    assert not unseen, "no history saw these duties: nothing is known of how they end"
    for title in sorted(titles):
        missed = [forgotten(without(step, title), title) != forgotten(step, title) for step in steps]
        assert any(missed), f"{title} was dropped, and nothing was missed"


def test_every_duty_that_today_can_list_says_how_it_ends() -> None:
    assert set(CLOSED_BY) == {each.title for each in today.TOPICS}
    assert {kind for acts in CLOSED_BY.values() for kind in acts} <= set(kinds())
