"""What an order stands on was corrected, struck or is waiting to be decided: it is held, or asked about."""

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.person import identity, people
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import DecisionKind, Does
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from tests.conftest import ActMaker, FixedClock
from tests.web.orders.test_the_last_dose import ordered_here
from tests.web.played import WHY, Played
from tests.workflows.course.test_courses import PAIN, day
from tests.workflows.course.test_decisions import RAISED
from tests.workflows.coursing import answer, consent_again, wanted
from tests.workflows.test_path import everybody

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("chairs")]
INDICATIONS = sorted(knowledge().indications)

HOLDING = [name for name, cell in knowledge().decisions[DecisionKind.ORDER].cells.items() if cell.does is Does.HOLDS]

NEVER_THERE = {("suicidal_ideation", "worse_score"), ("chronic_pain", "worse_score"), ("ptsd", "worse_score"),
               ("anxiety", "worse_score")}  # fmt: skip
"""A PHQ-9 is not the scale by which these are worse; what is, is played below."""


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


def test_a_birth_date_corrected_after_the_signature_holds_the_check_and_the_next_order(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """She turned out to be sixteen: the order was checked without a word, and another one taken."""
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    corrected = her.prescriber.sends("person_identity", her.who, born="2010-01-01", reason="passport seen again")
    assert corrected.taken
    fixed_clock.shown = day(0.01)
    checked = her.co_sign()
    assert not checked.taken
    assert "Candidacy is decided anew first" in checked.words
    assert "Contraindication: Age" in checked.words
    assert not her.order(reason=WHY, second="director").taken


def test_the_weight_of_an_order_that_was_struck_is_in_sight_of_who_co_signs_and_orders_anew(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    weighed = chart_store.person_chart(her.who).orders[-1].terms.weight_entry
    why = "the scale showed somebody else's weight"
    assert her.nurse.sends("person_strike", her.who, weighed, reason=why).taken
    said = f"the 70 kg of the last order were struck since: {why}"
    page = her.second.reads("person_cosign", her.who, her.last_order())
    assert f"35 mg is ordered by 70 kg, struck since: {why}" in page
    assert said not in page, "once is enough"
    her.at(0.05, "61")
    assert f"struck since: {why}. On record since are 61 kg" in her.prescriber.reads("person_order", her.who)
    her.at(0.1, "71")
    assert said in her.prescriber.reads("person_order", her.who)
    assert her.order().taken
    assert said not in her.prescriber.reads("person_order", her.who)


@pytest.mark.parametrize(
    ("field", "value", "words"), [("weight_kg", "140", "weight of 140 kg"), ("height_cm", "70", "height of 70 cm")]
)
def test_no_dose_is_worked_out_by_an_older_value_while_a_newer_one_waits(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, field: str, value: str, words: str
) -> None:
    """Weighed 70 kg, then 140, which was asked back: the page worked out 35 mg by the 70 and said nothing."""
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    opened = her.prescriber.client.get(reverse("person_order", args=[her.who])).content.decode()
    intake.record_measurements(her.who, {field: value}, act("nurse", now=day(0.01)))
    fixed_clock.shown = day(0.02)
    for shown in (
        her.prescriber.reads("person_order", her.who),
        her.prescriber.sends_to(reverse("person_order", args=[her.who]), opened).words,
    ):
        assert "born 1 Jan 1980" in shown, "an order is for somebody told apart by two marks"
        assert f"A newer {words} waits: confirm or strike it first." in shown
    if field == "weight_kg":
        assert "140 kg wait to be confirmed" in her.second.reads("person_cosign", her.who, her.last_order())
    intake.record_measurements(her.who, {"weight_kg": "70", "height_cm": "178"}, act("nurse", now=day(0.03)))
    fixed_clock.shown = day(0.04)
    shown = her.prescriber.reads("person_order", her.who)
    assert "born 1 Jan 1980" in shown
    assert "A newer" not in shown
    none = her.prescriber.sends("person_order", her.who, press="preview", dose_mg_per_kg="0").words
    assert "greater than zero" in none


@pytest.mark.parametrize("indication", INDICATIONS)
@pytest.mark.parametrize("signal", HOLDING)
def test_what_holds_an_order_holds_it_in_every_indication_and_in_an_old_tab(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, indication: str, signal: str
) -> None:
    """The signal comes after the page was opened: what was opened before is held as what is opened after."""
    if (indication, signal) in NEVER_THERE:
        pytest.skip("this scale is not the one by which it is worse")
    her = Played(act, staff, fixed_clock, indication)
    protocol = ordered_here(her)["protocol"]
    answer(act, her.who, 18, day(-0.9))
    her.infused(0, PAIN if indication == "chronic_pain" else wanted(protocol=protocol))
    answer(act, her.who, 17, day(7))
    her.at(7.1)
    if treatment_of(her.who, day(7.1)).waits:
        assert her.review("continue", reason=WHY).taken
    address = reverse("person_order", args=[her.who])
    assert her.order().taken, "nothing holds it before"
    opened = her.prescriber.client.get(address).content.decode()
    signs = reverse("person_cosign", args=[her.who, her.last_order()])
    to_sign = her.second.client.get(signs).content.decode()
    terms = chart_store.person_chart(her.who).orders[-1].terms
    fixed_clock.shown = day(7.2)
    RAISED[signal](her.who, act, day(7.15))
    title = knowledge().signals[signal].title
    for second in ("", "director"):
        assert not her.prescriber.sends_to(address, opened, reason=WHY, second=second).taken
    checked = her.second.sends_to(signs, to_sign, dose_mg=terms.dose_mg, rate_ml_per_h=terms.rate_ml_per_h)
    assert not checked.taken
    for desk, name, args in (
        (her.prescriber, "person_order", (her.who,)),
        (her.second, "person_cosign", (her.who, her.last_order())),
    ):
        assert f"▲ holds this {title}" in desk.reads(name, *args), name
    assert title in her.prescriber.reads("person_review", her.who)
    session = her.seat()
    line = knowledge().decisions[DecisionKind.START].cells[signal].line
    assert not her.prescriber.sends("gate_override", session, line, reason=WHY, second="director").taken


def test_worse_on_the_scale_of_another_indication_holds_the_next_order(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    his = Played(act, staff, fixed_clock, "ptsd")
    his.score("pcl5", [*[2] * 20], -0.9)
    his.infused(0, wanted(protocol="P-PTSD"))
    his.score("pcl5", [*[3] * 20], 1)
    his.at(2)
    for name in ("person_order", "person_review", "person_course"):
        assert "Worse by the score" in his.prescriber.reads(name, his.who), name
    assert not his.order(reason=WHY, second="director").taken
    assert "Worse" in his.review("continue").words
    assert his.review("continue", reason=WHY).taken
    assert his.order().taken
    assert "gone on in spite of it" in his.prescriber.reads("person_course", his.who)
    his.score("pcl5", [*[4] * 20], 2.1)
    his.at(2.2)
    assert not his.co_sign().taken, "worse still, after the review: it is looked at anew"
    shown = his.prescriber.reads("person_order", his.who)
    assert "▲ holds this Worse by the score" in shown


def test_nobodys_reason_stands_for_a_consent_that_was_taken_back(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """At the gate one prescriber's words passed *Withdrawn: changed her mind*, and the infusion could start."""
    her = Played(act, staff, fixed_clock)
    her.at(0)
    consent_again(act, her.who, day(0))
    assert her.order().taken
    assert her.co_sign().taken
    session = her.seat()
    people.record(her.who, pe.ConsentWithdrawn(reason="changed her mind"), act("nurse", now=day(0.01)))
    fixed_clock.shown = day(0.02)
    for second in ("", "director"):
        with pytest.raises(Refused, match=r"cannot be passed over: Withdrawn.* The patient signs again"):
            sessions.override(session, "consent", WHY, act("prescriber", now=day(0.02), second=second))
    refused = her.prescriber.sends("gate_override", session, "consent", reason=WHY)
    assert not refused.taken
    assert "The patient signs again." in refused.words
    consent_again(act, her.who, day(0.03))
    fixed_clock.shown = day(0.04)
    assert "Withdrawn" not in her.nurse.reads("session_gate", session)
