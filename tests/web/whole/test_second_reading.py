"""What a second reader tried beside the courses: another kind of infusion, an old tab or score, another indication."""

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.orders import order_state
from sereniv.clinic.workflows.orders.orders import propose
from sereniv.clinic.workflows.person import identity
from sereniv.therapy.candidacy import criteria
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.concern import Result
from sereniv.therapy.recording.refusal import Refused
from tests.conftest import ActMaker, FixedClock
from tests.web.whole.test_whole_courses import WHY, Played, chairs
from tests.workflows.course.test_courses import PAIN, day, head
from tests.workflows.coursing import answer, consent_again, decided, query_again, wanted
from tests.workflows.test_path import everybody

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("chairs")]
chairs = chairs


def test_the_first_psychiatric_dose_is_a_first_one_whatever_was_given_for_pain(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """After ten infusions for pain 1.0 mg/kg over 100 minutes was within every limit."""
    his = Played(act, staff, fixed_clock, "chronic_pain")
    his.infused(0, PAIN)
    over = act("prescriber", now=day(0.9))
    courses.end(his.who, pe.Ending.OTHER, "the pain is gone, now depressed", head(his.who), over)
    decided(act, his.who, day(1))
    consent_again(act, his.who, day(1.01))
    query_again(act, his.who, day(1.01))
    his.at(1.1)
    hits = propose(his.who, wanted("1.0", minutes=100), act("prescriber", now=day(1.1))).hits
    assert "first_infusion_mg_per_kg" in {hit.limit.id for hit in hits}
    assert not propose(his.who, wanted(), act("prescriber", now=day(1.1))).hits


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


def test_an_order_is_withdrawn_by_a_decision_for_something_that_its_protocol_is_not_for(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An order of P-DEP was co-signed and seated for somebody decided on anew for PTSD."""
    monkeypatch.setattr(candidacy, "_refuse_ineligible", lambda *_: None)
    monkeypatch.setattr(criteria, "findings", lambda *_: ())
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    entry = her.last_order()
    eligible = pe.Decision.ELIGIBLE
    by = act("prescriber", now=day(0.01))
    candidacy.decide_candidacy(her.who, eligible, WHY, head(her.who), by)
    assert order_state.live_order(her.who, by) is not None, "decided anew for the same: the order stands"
    Person.objects.filter(pk=her.who).update(indication="ptsd")
    by = act("prescriber", now=day(0.02))
    candidacy.decide_candidacy(her.who, eligible, WHY, head(her.who), by)
    her.at(0.03)
    assert order_state.live_order(her.who, by) is None
    shown = her.second.reads("person_cosign", her.who, entry)
    assert "Decided on for Post-traumatic stress disorder: P-DEP is not for it." in shown


def test_a_page_left_open_says_what_replaced_its_order_and_shows_the_live_one(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    old = her.last_order()

    def opened(client: Client, name: str) -> tuple[str, str]:
        address = reverse(name, args=[her.who, old])
        return address, client.get(address).content.decode()

    signs, seats = opened(her.second.client, "person_cosign"), opened(her.nurse.client, "person_seat")
    assert her.order(dose_mg_per_kg="0.4").taken
    refused = her.second.sends_to(*signs, dose_mg="35", rate_ml_per_h="52.5")
    also = her.nurse.sends_to(*seats, chair="Chair 1")
    for each in (refused, also):
        assert not each.taken
        assert "This order of 35 mg was replaced on 02 Mar 12:00 by one of 28 mg" in each.words
        assert "The live order is 28 mg at 42 mL/h" in each.words
        assert "Co-sign the live order" in each.words
    live = reverse("person_cosign", args=[her.who, her.last_order()])
    assert live in refused.content


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


@pytest.mark.parametrize("is_checked", [True, False])
@pytest.mark.parametrize("what", ["height", "sex"])
def test_a_height_or_sex_corrected_after_an_order_by_ideal_weight_holds_the_co_signature_and_the_gate(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, what: str, *, is_checked: bool
) -> None:
    her = Played(act, staff, fixed_clock)
    her.at(0, "90")
    assert her.order(weight_basis="ideal", reason=WHY, second="director").taken
    if is_checked:
        assert her.co_sign().taken
    fixed_clock.shown = day(0.005)
    if what == "height":
        intake.record_measurements(her.who, {"height_cm": "169.5"}, act("nurse", now=day(0.005)))
    else:
        register = Person.objects.get(pk=her.who)
        as_is = {name: getattr(register, name) for name in ("family_name", "given_names", "born", "phone", "address")}
        corrected = identity.Corrected(sex_at_birth="female", **as_is)
        identity.correct(her.who, corrected, "passport seen", act("nurse", now=day(0.005)), everybody())
    fixed_clock.shown = day(0.01)
    now = "by 169.5 cm and male it is now 65.5 kg" if what == "height" else "by 178 cm and female it is now 68.7 kg"
    if not is_checked:
        assert now in her.second.reads("person_cosign", her.who, her.last_order())
        assert now in her.co_sign().words, "held: the dose is worked out by what is no longer so"
    gate = her.nurse.reads("session_gate", her.seat())
    assert f"{now} " in gate
    assert "Over 5%: a new order, or the prescriber." in gate
