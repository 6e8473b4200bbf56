"""A dose is held against the person: the last one they tolerated, the weight they have, and the weight that doses."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.therapy.person.events import WeightBasis
from sereniv.therapy.treatment.dose import cap_words, pump_order, rate_order
from sereniv.therapy.treatment.dose_step import DoseBefore, compared_with, percent_over, step_words
from sereniv.therapy.treatment.order_limits import Circumstances, Severity, limit_hits
from tests.therapy.making import dose_before

RULES = knowledge()
IDEAL, ACTUAL = WeightBasis.IDEAL, WeightBasis.ACTUAL


def found(
    mg_per_kg: str, kg: str, actual_kg: str, basis: WeightBasis = ACTUAL, before: DoseBefore | None = None,
    minutes: int = 40, grounds: bool = True,
) -> dict[str, Severity]:  # fmt: skip
    order = pump_order(Decimal(mg_per_kg), Decimal(kg), minutes, Decimal(1), RULES.standard)
    circumstances = Circumstances(actual_kg=Decimal(actual_kg), basis=basis, before=before,
        protocol=RULES.protocols["P-DEP"], grounds_to_raise=grounds,
    )  # fmt: skip
    return {hit.limit.id: hit.severity for hit in limit_hits(order, circumstances, RULES)}


def test_from_ideal_to_actual_weight_is_a_step_although_the_mg_per_kg_stay() -> None:
    first = dose_before("0.5", "61.4", IDEAL, actual_kg="140")
    same = found("0.5", "140", "140", ACTUAL, first)
    assert same["dose_step_percent"] is Severity.HARD
    assert same["rate_step_percent"] is Severity.HARD
    assert same["weight_basis_changed"] is Severity.SOFT
    assert found("0.5", "61.4", "140", IDEAL, first) == {}, "the same again goes past nothing"
    order = pump_order(Decimal("0.5"), Decimal(140), 40, Decimal(1), RULES.standard)
    assert step_words(order, ACTUAL, first) == (
        "70 mg after 30.7 mg: +39.3 mg (+128 %); dosed by actual weight, before by ideal weight."
    )


def test_doubling_the_dose_needs_a_second_person() -> None:
    doubled = found("1.0", "70", "70", before=dose_before("0.5"), minutes=100)
    assert (doubled["dose_step_mg_per_kg"], doubled["dose_step_percent"]) == (Severity.HARD, Severity.HARD)
    assert found("0.75", "70", "70", before=dose_before("0.5"), minutes=60) == {}, "one step of titration, on ground"
    without = found("0.75", "70", "70", before=dose_before("0.5"), minutes=60, grounds=False)
    assert without == {"raise_without_ground": Severity.SOFT}


def test_an_ideal_weight_over_the_measured_one_needs_a_second_person() -> None:
    assert found("0.5", "52.4", "42", IDEAL)["dose_weight_over_actual"] is Severity.HARD
    assert found("0.5", "42", "42") == {}
    assert found("1.0", "52.4", "42", IDEAL, minutes=100)["dose_mg_per_kg_actual"] is Severity.HARD


def test_a_faster_rate_is_a_step_too() -> None:
    slow = dose_before("0.5")
    quick = found("0.5", "70", "70", before=slow, minutes=30)
    assert quick == {}, "a third more"
    assert found("0.75", "70", "70", before=slow, minutes=40)["rate_mg_per_kg_per_h"] is Severity.SOFT


def test_the_last_tolerated_dose_counts_not_the_last_one() -> None:
    good, bad = dose_before("0.5"), dose_before("0.75", tolerated=False)
    assert compared_with([good, bad]) == good
    assert compared_with([bad]) == bad
    assert compared_with([]) is None


def test_a_cap_that_bites_is_said_with_what_it_changed() -> None:
    typed = rate_order(Decimal("3.5"), Decimal(25), Decimal(50), 240, Decimal(1), RULES.standard)
    assert cap_words(typed) == "The cap changes the rate: 3.5 mg/kg/h is 175 mg/h, set are 25 mg/h (85.7 % less)."
    meant = rate_order(Decimal("0.35"), Decimal(25), Decimal(50), 240, Decimal(1), RULES.standard)
    assert cap_words(meant) == ""


@given(
    mg_per_kg=st.decimals(min_value=Decimal("0.1"), max_value=Decimal("1.5"), places=2),
    kg=st.decimals(min_value=40, max_value=150, places=1),
    last=st.decimals(min_value=Decimal("0.1"), max_value=Decimal("1.0"), places=2),
    last_kg=st.decimals(min_value=40, max_value=150, places=1),
    basis=st.sampled_from(WeightBasis),
)
def test_no_step_over_the_row_goes_without_its_second_person(
    mg_per_kg: Decimal, kg: Decimal, last: Decimal, last_kg: Decimal, basis: WeightBasis
) -> None:
    before = dose_before(str(last), str(last_kg), IDEAL)
    hits = found(str(mg_per_kg), str(kg), str(kg), basis, before, minutes=60)
    order = pump_order(mg_per_kg, kg, 60, Decimal(1), RULES.standard)
    if percent_over(order.dose_mg, before.mg) > 80:
        assert hits["dose_step_percent"] is Severity.HARD
    if basis is not IDEAL:
        assert "weight_basis_changed" in hits
