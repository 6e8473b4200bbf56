"""What twelve months may hold, reached by orders: of one record and of two joined, to the day a year before."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import joining, people
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from tests.conftest import NOON, ActMaker
from tests.workflows.coursing import decided, eligible, sign, wanted

pytestmark = pytest.mark.django_db
WHY = "seen today, weighed with her and her sister"
COUNT, MG = "Infusions in twelve months", "Drug given in twelve months"
INDICATIONS = {
    "depression": "P-DEP", "anxiety": "P-ANX", "ptsd": "P-PTSD", "suicidal_ideation": "P-SI",
    "bipolar_depression": "P-DEP",
}  # fmt: skip


def told(act: ActMaker, who: uuid.UUID, days_ago: int, mg: str | None = "35", others: int = 0) -> None:
    """Tell of an infusion elsewhere so many days before noon."""
    given_on = NOON.date() - timedelta(days=days_ago)
    event = pe.InfusedElsewhere(
        given_on=given_on, mg=None if mg is None else Decimal(mg), weight_kg=Decimal(70), minutes=40,
        treats="psychiatric", tolerated=True, told_by="Hill Clinic", others_before=others,
    )  # fmt: skip
    people.record(who, event, act("nurse", now=NOON - timedelta(days=1)))


def asked_for(act: ActMaker, who: uuid.UUID, protocol: str = "P-DEP") -> str:
    """Return what a plain order is refused for, "" where it is signed."""
    try:
        sign(act, who, NOON, wanted(protocol=protocol))
    except Refused as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("indication", INDICATIONS)
def test_past_the_soft_number_a_reason_past_the_hard_one_a_second_person(act: ActMaker, indication: str) -> None:
    she = eligible(act, NOON - timedelta(days=2), indication)
    protocol = INDICATIONS[indication]
    for number in range(23):
        told(act, she, 100 + number)
    assert asked_for(act, she, protocol) == "", "the twenty-fourth"
    told(act, she, 90)
    assert COUNT in asked_for(act, she, protocol), "the twenty-fifth is asked about"
    sign(act, she, NOON, wanted(protocol=protocol), WHY)
    for number in range(12):
        told(act, she, 70 + number)
    assert COUNT in asked_for(act, she, protocol)
    head = chart_store.person_chart(she).head
    with pytest.raises(Refused, match="second person"):
        orders.sign_order(she, wanted(protocol=protocol), WHY, head, act("prescriber", now=NOON))
    orders.sign_order(she, wanted(protocol=protocol), WHY, head, act("prescriber", now=NOON, second="director"))
    assert chart_store.person_chart(she).orders[-1].signed.co_signed_by == "director"


def test_two_records_that_are_joined_count_together(act: ActMaker) -> None:
    kept = eligible(act, NOON - timedelta(days=2))
    other = eligible(act, NOON - timedelta(days=2), name="ilja")
    for who, first in ((kept, 100), (other, 200)):
        for number in range(12):
            told(act, who, first + number)
    why = "Same passport, registered again after a move"
    joining.join(kept, other, why, act("nurse", now=NOON - timedelta(minutes=30), second="nurse2"))
    decided(act, kept, NOON - timedelta(minutes=20))
    assert treatment_of(kept, NOON).exposure.count_12_months == 24
    assert COUNT in asked_for(act, kept)


def test_an_order_that_was_signed_without_the_others_doses_keeps_two_records_apart(act: ActMaker) -> None:
    kept = eligible(act, NOON - timedelta(days=2))
    other = eligible(act, NOON - timedelta(days=2), name="ilja")
    for who, first in ((kept, 100), (other, 200)):
        for number in range(12):
            told(act, who, first + number)
    sign(act, kept, NOON - timedelta(minutes=40))
    by = act("nurse", now=NOON - timedelta(minutes=30), second="nurse2")
    with pytest.raises(Refused, match="holds an order that was signed without the other's doses"):
        joining.join(kept, other, "Same passport, registered again after a move", by)


@pytest.mark.parametrize(("mg", "refused"), [("1730", ""), ("1730.1", "soft"), ("2630", "soft"), ("2630.1", "hard")])
def test_the_milligrams_of_a_year_with_this_order(act: ActMaker, mg: str, refused: str) -> None:
    she = eligible(act, NOON - timedelta(days=2))
    told(act, she, 200, mg)
    told(act, she, 100, "35")
    assert treatment_of(she, NOON).exposure.mg_12_months == Decimal(mg) + 35
    assert (MG in asked_for(act, she)) is bool(refused)
    if not refused:
        return
    if refused == "hard":
        with pytest.raises(Refused, match="second person"):
            sign(act, she, NOON, wanted(), WHY)
        return
    sign(act, she, NOON, wanted(), WHY)


@pytest.mark.parametrize(("days_ago", "counts"), [(364, True), (365, True), (366, False)])
def test_twelve_months_reach_to_the_same_day_of_last_year(act: ActMaker, days_ago: int, counts: bool) -> None:
    she = eligible(act, NOON - timedelta(days=2))
    told(act, she, days_ago)
    assert treatment_of(she, NOON).exposure.count_12_months == int(counts)
    assert NOON.date() - timedelta(days=365) == date(2025, 3, 2)


def test_a_new_calendar_year_forgives_nothing(act: ActMaker) -> None:
    she = eligible(act, NOON - timedelta(days=2))
    for number in range(24):
        told(act, she, 62 + number)
    assert NOON.date() - timedelta(days=62) < date(2026, 1, 1)
    assert COUNT in asked_for(act, she)


def test_infusions_told_by_number_alone_count_with_the_one_they_were_before(act: ActMaker) -> None:
    she = eligible(act, NOON - timedelta(days=2))
    told(act, she, 100, others=23)
    assert COUNT in asked_for(act, she)


@pytest.mark.parametrize(("known_mg", "asked"), [("1015", False), ("1015.1", True)])
def test_milligrams_that_nobody_knows_count_as_an_infusion_of_the_row(
    act: ActMaker, known_mg: str, asked: bool
) -> None:
    """Ten infusions of a dose that nobody wrote down counted as none: 750 mg of the 1800 by the row's own reckoning."""
    she = eligible(act, NOON - timedelta(days=2))
    for number in range(9):
        told(act, she, 150 + number, None)
    told(act, she, 101, None)
    told(act, she, 100, "10")
    told(act, she, 99, f"{Decimal(known_mg) - 45}")
    told(act, she, 98, "35")
    assert (MG in asked_for(act, she)) is asked
