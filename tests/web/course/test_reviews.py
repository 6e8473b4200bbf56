"""What a review reads and asks, over the infusions of a course and in maintenance."""

from dataclasses import replace

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import care
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.person import people
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.concern import Result
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session.events.incidents import Suicidality
from tests.conftest import ActMaker, FixedClock
from tests.web.played import WHY, Played
from tests.workflows.course.test_courses import day, head
from tests.workflows.coursing import answer

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("chairs")]
CALL = pe.CheckInRecorded(
    session="", reached=True, by_whom="patient", asked=("urinary", "nausea"), symptoms=("urinary",),
    suicidality=Suicidality.NONE, mood=next(iter(pe.Mood)), drove_or_worked=False,
)  # fmt: skip

NOT_REACHED = replace(CALL, reached=False, by_whom="", asked=(), symptoms=(), suicidality=Suicidality.NOT_ASKED)

NOT_ASKED = replace(CALL, asked=("nausea",), symptoms=())


def test_a_score_of_before_the_last_infusions_judges_neither_them_nor_the_end(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """*No response after six infusions: stop* stood on a score from after the third."""
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    for number in (0, 2, 4):
        her.infused(number)
    answer(act, her.who, 17, day(5))
    her.at(5.1)
    judged = {each.row.id: each.result for each in treatment_of(her.who, day(5.1)).advice}
    assert judged["early_non_response"] is Result.MET
    assert her.review("continue", reason=WHY).taken
    for number in (7, 9, 11):
        her.infused(number)
    her.at(12)
    judged = {each.row.id: each.result for each in treatment_of(her.who, day(12)).advice}
    assert judged["non_response"] is Result.UNKNOWN
    shown = her.prescriber.reads("person_review", her.who)
    assert "the advice is to stop" not in shown
    assert "one since the last that it counts, this cannot be judged" in shown
    assert "17 on 07 Mar 2026, and 3 infusions since: not the end." in shown
    answer(act, her.who, 17, day(12.1))
    her.at(12.2)
    shown = her.prescriber.reads("person_review", her.who)
    assert "the advice is to stop" in shown
    assert "The scores propose no response" in shown


def test_a_review_that_maintenance_asks_for_is_written_down_in_words(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    for number in (0, 2, 4):
        her.infused(number)
    answer(act, her.who, 4, day(5))
    her.at(5.1)
    assert her.review("continue").taken
    for number in (7, 9, 11):
        her.infused(number)
    answer(act, her.who, 4, day(12))
    her.at(12.1)
    assert her.review("maintenance", interval_days="7").taken
    for week in range(1, 7):
        her.infused(11 + 7 * week)
    answer(act, her.who, 4, day(54))
    her.at(54.1)
    by = act("prescriber", now=day(54.1))
    for empty in ("", "x", "ok"):
        with pytest.raises(Refused, match=r"Write what you found: .*Urinary symptoms; Liver tests; Memory"):
            courses.review(her.who, pe.ReviewOutcome.CONTINUE, empty, None, head(her.who), by)
    assert "Write what you found" in her.review("continue").words
    unanswered = her.review("continue", reason=WHY)
    assert not unanswered.taken, "words about one check stood for eight"
    assert "Liver tests" in unanswered.words
    found = her.looked_at() | {"check_2": "no", "check_3": "not done"}
    assert not her.review("continue", reason=WHY, **found | {"check_4": " "}).taken
    assert "Memory and attention" in her.review("continue", reason=WHY, **found | {"check_4": ""}).words
    kept = her.review("continue", reason="", **found)
    assert 'value="not done"' in kept.content, "what was found is not typed twice"
    assert her.review("continue", reason=WHY, **found).taken
    written = chart_store.person_chart(her.who).all(pe.CourseReviewed)[-1].event
    assert written.reason == WHY
    assert (written.read["Urinary symptoms"], written.read["Liver tests"]) == ("no", "not done")
    course = her.prescriber.reads("person_course", her.who)
    assert "Liver tests: not done" in course
    assert "Write what you found" not in her.prescriber.reads("person_review", her.who), "nothing is due any more"


def test_the_review_of_maintenance_names_each_check_once(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0)
    answer(act, her.who, 4, day(1))
    by = act("prescriber", now=day(1.1))
    courses.review(her.who, pe.ReviewOutcome.MAINTENANCE, WHY, 7, head(her.who), by)
    answer(act, her.who, 4, day(95))
    her.at(95.1)
    checks = treatment_of(her.who, day(95.1)).checks_due
    shown, course = (her.prescriber.reads(name, her.who) for name in ("person_review", "person_course"))
    assert checks
    for check in checks:
        assert (shown.count(check), course.count(check)) == (1, 1), check


def test_a_review_gone_back_to_and_decided_otherwise_is_no_review_recorded(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """*Recorded: stop*, and the course went on."""
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0)
    answer(act, her.who, 12, day(1))
    her.at(1.5)
    address = reverse("person_review", args=[her.who])
    page = her.prescriber.client.get(address).content.decode()
    for _ in range(2):
        assert her.prescriber.sends_to(address, page, outcome="continue").taken
    stops = {"outcome": "stop", "ending": "not tolerated", "reason": WHY}
    asked = her.prescriber.sends_to(address, page, **stops)
    assert not asked.taken
    assert her.prescriber.sends_to(address, asked.content).taken
    reviewed = chart_store.person_chart(her.who).all(pe.CourseReviewed)
    assert [each.event.outcome for each in reviewed] == [pe.ReviewOutcome.CONTINUE, pe.ReviewOutcome.STOP]


def test_what_was_said_of_passing_water_at_a_gate_counts_where_no_infusion_followed(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Sent home for blood in the urine, and the next order knew nothing of it."""
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0)
    answer(act, her.who, 15, day(1))
    her.at(2)
    assert her.order().taken
    assert her.co_sign().taken
    session = her.seat()
    asked = tuple(next(row for row in knowledge().gate if row.id == "interval_history").screens)
    care.screen(session, asked, ("blood",), Suicidality.NONE, "blood since Friday", act("nurse", now=day(2.01)))
    fixed_clock.shown = day(2.02)
    assert her.nurse.sends("session_close_unused", session, reason="blood in the urine, sent home").taken
    her.at(4)
    assert "Passing water said at the gate on 04 Mar" in her.prescriber.reads("person_order", her.who)
    assert not her.order().taken
    assert her.order(reason=WHY).taken


@pytest.mark.parametrize("later", [NOT_REACHED, NOT_ASKED])
def test_a_later_call_that_did_not_ask_takes_nothing_back(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, later: pe.CheckInRecorded
) -> None:
    her = Played(act, staff, fixed_clock)
    session = str(her.infused(0))
    for number, call in enumerate((CALL, later), start=1):
        people.record(her.who, replace(call, session=session), act("nurse", now=day(number)))
    her.at(3)
    assert "said at the check-in of 03 Mar" in her.prescriber.reads("person_order", her.who)
    people.record(her.who, replace(CALL, session=session, symptoms=()), act("nurse", now=day(3.1)))
    her.at(3.2)
    assert "said at the check-in" not in her.prescriber.reads("person_order", her.who), "asked, and gone"
