"""What an order, a gate and a review stood on is erased by law: each says what is gone, and none goes on in silence."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, Entry
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import people
from sereniv.therapy.chair.gate_facts import LineState
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import ERASED_LINE
from sereniv.therapy.recording.refusal import Refused
from sereniv.verify import ENVELOPE_FIELDS, check
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk
from tests.web.played import Played
from tests.workflows import test_path
from tests.workflows.course.test_courses import day
from tests.workflows.coursing import answer, wanted
from tests.workflows.erasing import erase
from tests.workflows.test_path import SHE, at

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
stage = test_path.stage
HERS = demo_id(SHE.name)
WHY = "seen today, weighed with her and her sister"
COLUMNS = (*ENVELOPE_FIELDS, "payload", "salt", "payload_hash", "hash")
LAW = "Art. 17 GDPR, asked for in writing"


def erased(act: ActMaker, who: uuid.UUID, stream_seq: int, now: datetime) -> None:
    entry = next(each.seq for each in chart_store.person_chart(who).entries if each.stream_seq == stream_seq)
    erase(entry, LAW, act("director", second="admin", now=now))


def signed(act: ActMaker, now: datetime, why: str = "") -> int:
    head = chart_store.person_chart(HERS).head
    return orders.sign_order(HERS, wanted(), why, head, act("prescriber", now=now))


@pytest.fixture
def decided(stage: Stage, fixed_clock: FixedClock) -> Stage:
    stage.candidate(SHE, NOON)
    stage.decided(SHE, at(-20))
    fixed_clock.shown = at(-10)
    return stage


def test_a_diagnosis_erased_after_the_decision_holds_order_co_signature_and_start_as_a_struck_one(
    decided: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """A struck one held the order; of an erased one nothing was said."""
    order = signed(act, at(-9))
    terms = chart_store.person_chart(HERS).orders[-1].terms
    (was,) = chart_store.person_chart(HERS).all(pe.DiagnosisRecorded)
    erased(act, HERS, was.stream_seq, at(-8))
    said = "the diagnosis that was read on 02 Mar 2026 was erased since by law. Record it anew"
    fixed_clock.shown = at(-7)
    for name, args in (("person_order", (HERS,)), ("person_cosign", (HERS, order))):
        assert said in Desk(staff, "prescriber").reads(name, *args), name
    with pytest.raises(Refused, match="erased since by law"):
        orders.co_sign_order(HERS, order, terms.dose_mg, terms.rate_ml_per_h, act("nurse2", now=at(-7)))
    with pytest.raises(Refused, match="erased since by law"):
        signed(act, at(-6), WHY)
    session = sessions.open_session(HERS, order, "Chair 1", act("nurse", now=at(-6)))
    lines = sessions.gate_lines(chart_store.session_chart_of(session), act("nurse", now=at(-5)))
    line = next(each for each in lines if each.row.id == "candidacy")
    assert (line.state, line.may_be_passed_over) == (LineState.DOES_NOT_HOLD, False)
    sessions.close_unused(session, "ordered anew", act("nurse", now=at(-5)))
    people.record(HERS, was.event, act("nurse", now=at(-4)))
    signed(act, at(-3), WHY)


def test_the_score_of_the_decision_and_the_weight_of_the_order_erased_after_it_hold_at_the_gate(
    decided: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """A strike after the order asked at the gate; an erasure did not: the record of then lacked what was erased too."""
    order = signed(act, at(-9))
    chart = chart_store.person_chart(HERS)
    by = chart.orders[-1].terms.weight_entry
    score = next(each.stream_seq for each in chart.scores if each.event.scale == "phq9")
    for entry in (score, by):
        erased(act, HERS, entry, at(-8))
    fixed_clock.shown = at(-7)
    session = sessions.open_session(HERS, order, "Chair 1", act("nurse", now=at(-6)))
    lines = sessions.gate_lines(chart_store.session_chart_of(session), act("nurse", now=at(-5)))
    line = next(each for each in lines if each.row.id == "candidacy")
    assert line.state is LineState.DOES_NOT_HOLD
    assert "Since the order: " in line.why
    assert "PHQ-9 not known, erased since by law" in line.why
    assert "kg, erased since by law" in Desk(staff, "nurse2").reads("person_cosign", HERS, order)


def telling(act: ActMaker, who: uuid.UUID, given_on: date, mg: str, by: str, within: int = 0) -> int:
    event = pe.InfusedElsewhere(
        given_on=given_on, mg=Decimal(mg), weight_kg=Decimal(70), minutes=40, treats="psychiatric", tolerated=True,
        told_by=by, within_days=within,
    )  # fmt: skip
    return people.record(who, event, act("nurse", now=day(-0.5)))


def test_a_telling_that_was_erased_takes_its_question_and_its_dose_with_it(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    Chair.objects.create(name="Chair 1")
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    ago = day(0).date() - timedelta(days=20)
    first = telling(act, her.who, ago, "35", "Hill Clinic")
    second = telling(act, her.who, ago + timedelta(days=2), "52.5", "Lake Clinic", 3)
    her.at(0)
    assert treatment_of(her.who, day(0)).told_twice
    assert "Lake Clinic" in her.prescriber.reads("person_order", her.who)
    signed_before = her.order(reason=WHY)
    assert signed_before.taken, signed_before.words
    erased(act, her.who, second, day(0.01))
    fixed_clock.shown = day(0.02)
    stands = treatment_of(her.who, day(0.02))
    assert (stands.told_twice, stands.exposure.count, stands.exposure.mg) == ((), 1, Decimal(35))
    for name in ("person_order", "person_course", "person_review"):
        assert "Lake Clinic" not in her.prescriber.reads(name, her.who), name
    assert her.co_sign().taken, her.co_sign().words
    erased(act, her.who, first, day(0.03))
    fixed_clock.shown = day(0.04)
    assert treatment_of(her.who, day(0.04)).exposure.count == 0
    session = her.seat()
    assert her.nurse.client.get(reverse("session_gate", args=[session])).status_code == 200


def test_the_score_of_a_review_and_of_the_last_word_erased_waits_for_another_review(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    Chair.objects.create(name="Chair 1")
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    for number in (0, 2, 4):
        her.infused(number)
    answer(act, her.who, 8, day(5))
    entry = chart_store.person_chart(her.who).scores[-1].stream_seq
    her.at(5.1)
    assert her.review("continue").taken
    her.at(6)
    assert her.order().taken
    erased(act, her.who, entry, day(6.01))
    fixed_clock.shown = day(6.02)
    said = "It read a PHQ-9 of 07 Mar 2026, which was erased since by law"
    for name in ("person_order", "person_course"):
        assert said in her.prescriber.reads(name, her.who), name
    assert said in her.co_sign().words


TOLD = "burning when she passes water, since Tuesday"


def test_what_the_page_of_an_order_quoted_is_erased_with_it_and_the_order_stands(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """The words of an erased telling stood on in the signed order, on its pages and in the note, for good."""
    Chair.objects.create(name="Chair 1")
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0)
    telling = people.record(
        her.who,
        pe.AdverseEventRecorded(
            session="",
            term="urinary",
            grade=2,
            related=pe.Related.POSSIBLE,
            words=TOLD,
            serious=False,
            action="",
            outcome=pe.Outcome.ONGOING,
        ),
        act("nurse", now=day(1)),
    )
    her.at(2)
    assert her.order(reason=WHY).taken
    order = her.last_order()
    signed_as, before = chart_store.person_chart(her.who).orders[-1].signed, Entry.objects.count()
    assert TOLD in her.prescriber.reads("person_cosign", her.who, order)
    erased(act, her.who, telling, day(2.01))
    fixed_clock.shown = day(2.02)
    found = chart_store.person_chart(her.who).orders[-1]
    assert found.signed == signed_as
    assert ERASED_LINE in found.shown
    assert any(each.what.startswith("Last infusion") for each in found.shown), "what told of nothing else stays"
    pages = [her.prescriber.reads("person_cosign", her.who, order), her.prescriber.reads("person", her.who)]
    for shown in pages:
        assert TOLD not in shown
        assert "what stood here told of an entry that was erased since" in shown
    quoting = Entry.objects.filter(payload__contains=TOLD)
    assert [each.kind for each in quoting] == ["WentOn"], "who went on in spite of it wrote why: an act of its own"
    report = check(Entry.objects.order_by("seq").values(*COLUMNS))
    assert (report.sound, report.erased) == (True, 2)
    assert Entry.objects.count() > before
    assert her.co_sign().taken
