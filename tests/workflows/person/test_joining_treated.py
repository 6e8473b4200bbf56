"""Two records of one person that were both treated: doses, spacing, limits and lists are read over both, and parted."""

import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import AppointmentRow, Entry, Person, SessionRow
from sereniv.clinic.records.projections import rebuild
from sereniv.clinic.records.their_sessions import sessions_of
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.admin import chairs
from sereniv.clinic.workflows.calendar import booking
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.intake import intake, medical
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.orders.order_state import infusion_starts, used_orders
from sereniv.clinic.workflows.person import joining, people
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person import joined
from sereniv.therapy.person.allergies import against_the_bag, allergy_words
from sereniv.therapy.person.conditions import allergies_of, conditions_of
from sereniv.therapy.person.medicines import medicines_of
from sereniv.therapy.person.substances import history
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.scheduling import calendar
from sereniv.therapy.treatment.booking import grounds_lost
from tests.conftest import ActMaker, FixedClock
from tests.workflows.course.test_courses import day, head
from tests.workflows.coursing import answer, consent_again, decided, eligible, infuse, query_again, sign, wanted

pytestmark = pytest.mark.django_db
Two = tuple[uuid.UUID, uuid.UUID]
WHY = "Same passport, registered again after a move"


@pytest.fixture
def two(act: ActMaker) -> Two:
    """Return a record whose course has ended and a younger one in its course: twice two infusions of one man."""
    older, younger = eligible(act, day(-1)), eligible(act, day(18), name="ilja")
    answer(act, older, 19, day(-0.9))
    answer(act, younger, 19, day(18.1))
    for number in (0, 2):
        infuse(act, older, day(number))
    courses.end(older, pe.Ending.MOVED, "moved house, came no more", head(older), act("prescriber", now=day(3)))
    for number in (20, 22):
        infuse(act, younger, day(number))
    return younger, older


def join(act: ActMaker, kept: uuid.UUID, other: uuid.UUID, number: float = 23) -> None:
    joining.join(kept, other, WHY, act("nurse", now=day(number), second="nurse2"))


def test_doses_spacing_and_milligrams_of_both_count(two: Two, act: ActMaker) -> None:
    kept, other = two
    before = list(Entry.objects.order_by("seq").values_list("stream", "stream_seq", "hash"))
    join(act, kept, other)
    assert list(Entry.objects.order_by("seq").values_list("stream", "stream_seq", "hash"))[: len(before)] == before
    stands = treatment_of(kept, day(23))
    assert infusion_starts(kept) == (day(0), day(2), day(20), day(22))
    assert (stands.exposure.count_12_months, stands.exposure.mg_12_months) == (4, Decimal("140.0"))
    assert [len(each.runs) for each in stands.courses] == [2, 2]
    assert not stands.is_over
    decided(act, kept, day(23.1))
    intake.record_measurements(kept, {"weight_kg": "70", "height_cm": "178"}, act("nurse", now=day(24)))
    assert orders.propose(kept, wanted(), act("prescriber", now=day(24))).infusion_number == 5


def test_the_last_infusion_of_the_other_record_is_the_last_dose_and_keeps_its_distance(act: ActMaker) -> None:
    """The kept record was treated first, and both courses have ended: yesterday's dose is the other's."""
    first, second = eligible(act, day(-1)), eligible(act, day(18), name="ilja")
    for who, start in ((first, 0), (second, 20)):
        answer(act, who, 19, day(start - 0.5))
        infuse(act, who, day(start), wanted("0.5" if who == first else "0.4"))
        courses.end(who, pe.Ending.MOVED, "came no more", head(who), act("prescriber", now=day(start + 0.2)))
    join(act, first, second, 20.5)
    decided(act, first, day(20.6))
    consent_again(act, first, day(20.6))
    query_again(act, first, day(20.6))
    intake.record_measurements(first, {"weight_kg": "70", "height_cm": "178"}, act("nurse", now=day(20.7)))
    proposal = orders.propose(first, wanted("0.7", minutes=60), act("prescriber", now=day(20.7)))
    assert proposal.before is not None
    assert proposal.before.mg_per_kg == Decimal("0.4"), "the step is measured from what ran last, wherever"
    assert "dose_step_mg_per_kg" in {hit.limit.id for hit in proposal.hits}
    order = sign(act, first, day(20.7), wanted("0.4"))
    session = sessions.open_session(first, order, "Chair 1", act("nurse", now=day(20.8)))
    lines = {
        each.row.id: each
        for each in sessions.gate_lines(chart_store.session_chart_of(session), act("nurse", now=day(20.9)))
    }
    assert not lines["spacing"].lets_pass
    assert "22 h since the last infusion" in lines["spacing"].why


def test_an_order_that_ran_in_the_other_record_is_used_and_no_other_is_taken_for_it(two: Two, act: ActMaker) -> None:
    kept, other = two
    numbers = {chart.opened.event.order for _, chart in sessions_of(other) if chart.opened}
    join(act, kept, other)
    theirs = {each + joined.BASE for each in numbers}
    assert theirs < used_orders(kept)
    chart = chart_store.person_chart(kept)
    for _, session in sessions_of(kept):
        assert session.opened is not None
        order = chart.order_numbered(session.opened.event.order)
        assert order is not None
        assert order.signed.at < session.opened.at
    assert used_orders(other) == numbers, "by itself it reads as before"


def test_what_was_decided_in_either_is_decided_anew_on_both(two: Two, act: ActMaker) -> None:
    kept, other = two
    join(act, kept, other)
    with pytest.raises(Refused, match="decided without the other: decide on candidacy anew"):
        sign(act, kept, day(24))
    decided(act, kept, day(24.1))
    sign(act, kept, day(24.2))
    joining.part(kept, other, "Twin brothers, both seen today", act("nurse", now=day(25), second="nurse2"))
    assert infusion_starts(kept) == (day(20), day(22))
    assert infusion_starts(other) == (day(0), day(2))
    assert not treatment_of(kept, day(25)).waits


def test_nothing_that_was_decided_without_the_other_runs_on(two: Two, act: ActMaker) -> None:
    kept, other = two
    with pytest.raises(Refused, match=r"holds a course under way\. Keep that one"):
        join(act, other, kept)
    sign(act, kept, day(24))
    with pytest.raises(Refused, match="signed without the other's doses: withdraw it"):
        join(act, kept, other, 24.1)
    order = chart_store.person_chart(kept).orders[-1].signed.stream_seq
    session = sessions.open_session(kept, order, "Chair 1", act("nurse", now=day(24.2)))
    with pytest.raises(Refused, match="a session that is open"):
        join(act, kept, other, 24.3)
    sessions.close_unused(session, "tired today", act("nurse", now=day(24.4)))
    orders.withdraw_order(kept, order, "joined with another record", act("prescriber", now=day(24.4)))
    join(act, kept, other, 24.5)


def test_a_course_under_way_that_began_first_is_ended_before_the_two_are_joined(act: ActMaker) -> None:
    kept, other = eligible(act, day(-1)), eligible(act, day(0), name="ilja")
    answer(act, kept, 19, day(-0.9))
    infuse(act, kept, day(0))
    infuse(act, other, day(1))
    courses.end(other, pe.Ending.MOVED, "the same person", head(other), act("prescriber", now=day(1.5)))
    with pytest.raises(Refused, match=r"began before the last one of the other\. End it"):
        join(act, kept, other, 2)
    courses.end(kept, pe.Ending.MOVED, "the same person", head(kept), act("prescriber", now=day(2)))
    join(act, kept, other, 2.1)
    assert treatment_of(kept, day(3)).is_over


def test_what_either_record_says_in_a_list_counts_until_it_is_gone_through_again(two: Two, act: ActMaker) -> None:
    """*None* written in the one record by somebody who never saw the other takes no allergy away."""
    kept, other = two
    asked = pe.HistoryList
    nurse = act("nurse", now=day(22.5))
    intake.record_history(other, asked.ALLERGIES, ("ketamine: hives",), (), nurse)
    medical.record_conditions(other, asked.CONDITIONS, ("asthma",), (), act("nurse", now=day(22.5)))
    medical.list_medicines(other, [medical.Written(name="tranylcypromine")], act("nurse", now=day(22.5)))
    intake.record_history(kept, asked.ALLERGIES, (), (), act("nurse", now=day(22.6)))
    medical.record_conditions(kept, asked.CONDITIONS, (), (), act("nurse", now=day(22.6)))
    medical.list_medicines(kept, [medical.Written(name="sertraline")], act("nurse", now=day(22.6)))
    join(act, kept, other)
    chart = chart_store.person_chart(kept)
    assert allergy_words(chart) == "ALLERGY: ketamine: hives"
    assert against_the_bag(chart, knowledge())
    conditions, taken = conditions_of(chart, asked.CONDITIONS), medicines_of(chart)
    assert conditions is not None
    assert conditions.event.conditions == ("asthma",)
    assert taken is not None
    assert [each.written for each in taken.event.medicines] == ["tranylcypromine", "sertraline"]
    intake.record_history(other, asked.ALLERGIES, ("latex",), (), act("nurse", now=day(23.1)))
    intake.record_history(kept, asked.ALLERGIES, ("ketamine: hives", "latex"), (), act("nurse", now=day(23.2)))
    intake.record_history(other, asked.ALLERGIES, (), (), act("nurse", now=day(23.3)))
    assert allergy_words(chart_store.person_chart(kept)) == "ALLERGY: ketamine: hives; latex", (
        "an old tab takes nothing"
    )
    intake.record_history(kept, asked.ALLERGIES, ("latex",), (), act("nurse", now=day(23.4)))
    assert allergy_words(chart_store.person_chart(kept)) == "ALLERGY: latex", "gone through again with both in sight"
    joining.part(kept, other, "Twin brothers, both seen today", act("nurse", now=day(24), second="nurse2"))
    apart = allergies_of(chart_store.person_chart(other))
    assert apart is not None
    assert apart.event.entries == ()


def test_of_each_substance_the_graver_word_counts(two: Two, act: ActMaker) -> None:
    kept, other = two
    for who, alcohol, cannabis, number in ((other, "active", "none", 22.5), (kept, "none", "past", 22.6)):
        said = {pe.Substance.ALCOHOL: pe.Use(alcohol), pe.Substance.CANNABIS: pe.Use(cannabis)}
        each = tuple(
            pe.SubstanceAsked(substance=substance, use=said.get(substance, pe.Use.NONE), words="")
            for substance in pe.Substance
        )
        medical_record(who, each, act, number)
    join(act, kept, other)
    found = history(chart_store.person_chart(kept))
    assert found is not None
    assert found.words == "alcohol active, cannabis past"


def medical_record(who: uuid.UUID, asked: tuple[pe.SubstanceAsked, ...], act: ActMaker, number: float) -> None:
    people.record(who, pe.SubstancesRecorded(asked=asked), act("nurse", now=day(number)))


def test_the_pages_show_the_infusions_of_both_and_one_call_is_owed_for_each(
    two: Two, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    kept, other = two
    join(act, kept, other)
    intake.record_measurements(kept, {"weight_kg": "70", "height_cm": "178"}, act("nurse", now=day(23.1)))
    fixed_clock.shown = day(23.5)
    client = Client()
    client.force_login(staff["prescriber"], backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(reverse("person", args=[kept])).content.decode()
    for row in SessionRow.objects.all():
        assert reverse("session", args=[row.pk]) in shown
        assert client.get(reverse("session", args=[row.pk])).status_code == 200
        assert client.get(reverse("session_note", args=[row.pk])).status_code == 200
        for who in (kept, other):
            address = reverse("person_check_in", args=[who, row.pk]) if who == kept or row.person_id == other else ""
            assert not address or client.get(address).status_code == 200
    for name in ("person_course", "person_order", "person_join", "person_adverse_event"):
        assert client.get(reverse(name, args=[kept])).status_code in {200, 302}, name
    for which in ("plan", "summary"):
        assert client.get(reverse("person_document", args=[kept, which])).status_code == 200
    assert str(Person.objects.get(pk=kept)) in str(
        [topic.lines for topic in topics_for(staff["prescriber"], day(23.5))]
    )
    assert "decide on candidacy anew" in shown


def test_a_call_after_a_session_of_the_other_record_is_made_by_the_kept_name_and_number(
    two: Two, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """The line bore the name that was given up, and its page the number that nobody answers any more."""
    kept, other = two
    Person.objects.filter(pk=other).update(phone="555-0100")
    Person.objects.filter(pk=kept).update(phone="555-0199")
    join(act, kept, other)
    calls = next(each for each in topics_for(staff["nurse"], day(23.5)) if each.title == "Check in after a session")
    assert len(calls.lines) == 4
    name = str(Person.objects.get(pk=kept))
    fixed_clock.shown = day(23.5)
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    for line in calls.lines:
        assert line.what.startswith(f"{name}: check in after infusion")
        page = client.get(line.address).content.decode()
        assert "555-0199" in page
        assert "555-0100" not in page


def test_two_who_were_booked_through_the_calendar_are_joined_and_every_row_is_made_anew_alike(
    two: Two, act: ActMaker
) -> None:
    """What was booked and has been is no reason to refuse; each record keeps its own appointments, once."""
    kept, other = two
    chairs.add_chair("Chair 7", act("admin", now=day(18)))
    for who, start in ((kept, 22.5), (other, 18.5), (kept, 30)):
        wish = booking.Wish(
            starts_at=day(start), chair="Chair 7", purpose=pe.Purpose.REVIEW, exception="she works in the day"
        )
        booking.book(who, wish, act("nurse", now=day(18.1)))
    with pytest.raises(Refused, match="an appointment that is booked"):
        join(act, kept, other, 18.2)
    join(act, kept, other)
    before = sorted(AppointmentRow.objects.values_list("person_id", "entry", "state"))
    rebuild()
    assert sorted(AppointmentRow.objects.values_list("person_id", "entry", "state")) == before
    assert len(before) == 3
    assert len(calendar.appointments(chart_store.person_chart(kept))) == 3, "her page shows the visits of both"


def test_what_ended_in_the_other_record_ends_by_what_came_later_in_the_kept_one(two: Two, act: ActMaker) -> None:
    """Compared by the ledger's order: an entry of the other record is numbered above all of the kept one."""
    kept, other = two
    join(act, kept, other)
    assert grounds_lost(chart_store.person_chart(kept), day(23.2), knowledge()) == (), "a course was opened since"
