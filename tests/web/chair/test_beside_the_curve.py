"""What no model knows of a person stands beside the predicted curve on every page that draws it, never folded away."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import charting, notes, sessions
from sereniv.clinic.workflows.intake import intake, medical, screening
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.shell import this_clinic
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.therapy.making import GONE_THROUGH, checklist
from tests.web.desk import Desk
from tests.workflows.coursing import decided, wanted
from tests.workflows.test_path import everybody

pytestmark = pytest.mark.django_db
Record = Callable[[uuid.UUID, ActMaker], object]
EARLY = NOON - timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Who somebody is, as far as a model is told."""

    born: date = date(1985, 1, 1)
    weight_kg: str = "70"


def _nothing(who: uuid.UUID, act: ActMaker) -> None:
    del who, act


def _takes(*names: str) -> Record:
    return lambda who, act: medical.list_medicines(
        who, [medical.Written(name=each) for each in names], act("nurse", now=EARLY)
    )


def _has(condition: str) -> Record:
    return lambda who, act: people.record(
        who, checklist(pe.HistoryList.CONDITIONS, condition), act("prescriber", now=EARLY)
    )


def _writes(words: str) -> Record:
    return lambda who, act: people.record(
        who, checklist(pe.HistoryList.CONDITIONS, other=(words,)), act("prescriber", now=EARLY)
    )


def _diagnosed(code: str) -> Record:
    found = pe.DiagnosisRecorded(indication="", icd10=code, words="as in the letter", diagnosed_by="own")
    return lambda who, act: people.record(who, found, act("prescriber", now=EARLY))


def _liver(finding: pe.WorkUpFinding, days_ago: int = 0) -> Record:
    def record(who: uuid.UUID, act: ActMaker) -> None:
        done = EARLY.date() - timedelta(days=days_ago)
        panel = pe.WorkUpRecorded(item="liver_panel", finding=finding, words="as sent by the laboratory", done_on=done)
        screening.record_work_up(who, [panel], act("nurse", now=EARLY))

    return record


HIGHER, LOWER = "may lie higher and last longer than drawn", "may lie lower than drawn"
BESIDE: dict[str, tuple[Body, Record, tuple[str, ...]]] = {
    "a strong inhibitor of CYP3A4": (Body(), _takes("clarithromycin 500 mg"), ("clarithromycin 500 mg", HIGHER)),
    "a moderate one by its brand": (Body(), _takes("Cardizem"), ("Cardizem", HIGHER)),
    "grapefruit": (Body(), _takes("grapefruit juice"), ("grapefruit juice", HIGHER)),
    "an antidepressant that inhibits": (Body(), _takes("fluvoxamine 100 mg"), ("fluvoxamine 100 mg", HIGHER)),
    "an antibiotic that inhibits": (Body(), _takes("Cipro 500 mg"), ("Cipro 500 mg", HIGHER)),
    "medicines of the heart": (Body(), _takes("Multaq", "amiodarone"), ("Multaq", "amiodarone", HIGHER)),
    "a steroid that induces": (Body(), _takes("dexamethasone"), ("dexamethasone", LOWER)),
    "an inhibitor of CYP2B6": (Body(), _takes("Plavix 75 mg"), ("Plavix 75 mg", HIGHER)),
    "a strong inducer": (Body(), _takes("Rifadin"), ("Rifadin", LOWER)),
    "an inducer from a herb": (Body(), _takes("St John's wort"), ("St John's wort", LOWER)),
    "a moderate inducer": (Body(), _takes("Sustiva"), ("Sustiva", LOWER)),
    "one of each": (Body(), _takes("carbamazepine", "ticlopidine"), ("carbamazepine", LOWER, "ticlopidine", HIGHER)),
    "a medicine nobody knows": (Body(), _takes("grandmother's drops"), ("grandmother's drops: not recognised",)),
    "severe liver disease": (Body(), _has("severe_liver_disease"), (HIGHER,)),
    "moderate liver disease": (Body(), _has("moderate_liver_disease"), (HIGHER,)),
    "a liver disease in words": (Body(), _writes("alcoholic cirrhosis"), (f"alcoholic cirrhosis: the level {HIGHER}",)),
    "a diagnosis of the liver": (Body(), _diagnosed("K74.6"), (f"K74.6 as in the letter: the level {HIGHER}",)),
    "abnormal liver values": (Body(), _liver(pe.WorkUpFinding.ABNORMAL), ("Liver values abnormal", HIGHER)),
    "old liver values": (Body(), _liver(pe.WorkUpFinding.NORMAL, 200), ("those of today are not known",)),
    "no liver values": (Body(), _nothing, ("No liver values are on record",)),
    "somebody old": (Body(born=date(1944, 1, 1)), _nothing, ("Age 82 years is outside", "here age 82 years")),
    "somebody old since today": (Body(born=date(1944, 3, 2)), _nothing, ("here age 82 years",)),
    "somebody of 42 kg": (Body(weight_kg="42"), _nothing, ("Weight 42 kg is outside",)),
    "somebody of 140 kg": (Body(weight_kg="140"), _nothing, ("Weight 140 kg is outside",)),
}


def in_sight(content: str) -> str:
    """Return the words of the panel beside the curve, without the drawing and what is folded away."""
    (panel,) = re.findall(r'<section class="prediction".*?</section>', content, flags=re.DOTALL)
    without = re.sub(r"<details>.*?</details>|<figure.*?</figure>|<script.*?</script>", " ", panel, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", without)).split())


def _registered(act: ActMaker, body: Body) -> uuid.UUID:
    asked = people.Registration(
        family_name="Test", given_names="Ilse", born=body.born, sex_at_birth="male", indication="depression"
    )
    who = people.register(asked, act("nurse", now=EARLY), demo_id("ilse"), told_apart=everybody()).pk
    decided(act, who, EARLY)
    for each in GONE_THROUGH:
        people.record(who, each, act("nurse", now=EARLY - timedelta(minutes=1)))
    return who


def _weighed(who: uuid.UUID, body: Body, act: ActMaker) -> None:
    """Weigh somebody, and weigh again where the first weight is asked about."""
    size = {"weight_kg": body.weight_kg, "height_cm": "178"}
    intake.record_measurements(who, size, act("nurse", now=EARLY))
    for asked in chart_store.person_chart(who).open_questions():
        intake.confirm_value(who, asked.entry, asked.field, "weighed again, the same", act("nurse", now=EARLY))


def _infused(who: uuid.UUID, act: ActMaker) -> uuid.UUID:
    """Let the ordered infusion run since noon."""
    head = chart_store.person_chart(who).head
    order = orders.sign_order(who, wanted(), "as agreed with both of them", head, act("prescriber", now=EARLY))
    session = sessions.open_session(who, order, "Chair 1", act("nurse", now=EARLY))
    found = ev.InfusionFoundRunning(
        rate_ml_per_h=chart_store.session_chart_of(session).plan.rate_ml_per_h, deviation="test"
    )
    charting.chart_fact(session, found, act("nurse", now=NOON))
    return session


@pytest.mark.parametrize("what", BESIDE)
def test_order_chair_and_note_name_what_the_curve_does_not_know_of_this_person(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, what: str
) -> None:
    body, record, words = BESIDE[what]
    who = _registered(act, body)
    record(who, act)
    _weighed(who, body, act)
    fixed_clock.shown = NOON
    desk = Desk(staff, "prescriber")
    shown = {"order": in_sight(desk.client.get(reverse("person_order", args=[who])).content.decode())}
    this_clinic.switch_live_prediction(True, act("director", now=EARLY))
    session = _infused(who, act)
    fixed_clock.shown = NOON + timedelta(minutes=20)
    for name in ("session", "session_note"):
        shown[name] = in_sight(desk.client.get(reverse(name, args=[session])).content.decode())
    for page, seen in shown.items():
        for each in words:
            assert each in seen, (page, each, seen)


def test_a_signed_note_keeps_what_its_curve_did_not_know(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """An antibiotic of weeks later stood beside the curve of an infusion that it had nothing to do with."""
    who = _registered(act, Body())
    _takes("carbamazepine")(who, act)
    _weighed(who, Body(), act)
    session = _infused(who, act)
    over = NOON + timedelta(minutes=40)
    charting.chart_fact(session, ev.InfusionStopped(reason="limit"), act("nurse", now=over))
    head = chart_store.session_chart_of(session).head
    leaves = act("prescriber", now=over + timedelta(minutes=60))
    sessions.discharge(session, "Kim", True, "for this test alone", head, leaves, identity_checked=True)
    head = chart_store.session_chart_of(session).head
    notes.sign_note(session, head, act("nurse", now=over + timedelta(minutes=65)))
    later = [medical.Written(name="clarithromycin")]
    medical.list_medicines(who, later, act("nurse", now=NOON + timedelta(days=20)))
    fixed_clock.shown = NOON + timedelta(days=20)
    desk = Desk(staff, "prescriber")
    note = in_sight(desk.client.get(reverse("session_note", args=[session])).content.decode())
    assert "carbamazepine" in note, note
    assert "clarithromycin" not in note, note


def test_of_somebody_like_those_studied_nothing_is_said_to_be_missing(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    who = _registered(act, Body(born=date(2003, 1, 1)))
    _liver(pe.WorkUpFinding.NORMAL)(who, act)
    _weighed(who, Body(), act)
    fixed_clock.shown = NOON
    seen = in_sight(Desk(staff, "prescriber").client.get(reverse("person_order", args=[who])).content.decode())
    for never in ("Not in this curve", "is outside", "not known"):
        assert never not in seen, seen
