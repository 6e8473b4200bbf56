"""Dose arithmetic exactly at its edges: what is still taken, what is refused, and which of two numbers is read."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Protocol
from sereniv.therapy.person.concern import Result
from sereniv.therapy.person.events import WeightBasis
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.treatment.dose import PumpOrder, dose_weights, pump_order, rate_order, reckoning
from sereniv.therapy.treatment.dose_step import DoseBefore, as_much_as_was_not_borne, percent_over, step_words
from sereniv.therapy.treatment.order_limits import Circumstances, LimitHit, Severity, limit_hits
from sereniv.therapy.treatment.tolerance import Tolerance
from tests.therapy.making import dose_before

RULES = knowledge()
DEPRESSION, PAIN = RULES.protocols["P-DEP"], RULES.protocols["P-CRPS-OP"]


def by_dose(mg_per_kg: str = "0.5", kg: str = "70", minutes: int = 40, mg_per_ml: str = "1") -> PumpOrder:
    return pump_order(Decimal(mg_per_kg), Decimal(kg), minutes, Decimal(mg_per_ml), RULES.standard)


def by_rate(
    rate: str = "0.35", cap: str | None = "25", kg: str = "70", minutes: int = 240, bag: str = "1"
) -> PumpOrder:
    limit = None if cap is None else Decimal(cap)
    return rate_order(Decimal(rate), limit, Decimal(kg), minutes, Decimal(bag), RULES.standard)


def hits(ordered: PumpOrder, protocol: Protocol | None = DEPRESSION, **known: object) -> dict[str, LimitHit]:
    circumstances = Circumstances(actual_kg=ordered.dose_weight_kg, protocol=protocol, grounds_to_raise=True)
    return {each.limit.id: each for each in limit_hits(ordered, replace(circumstances, **known), RULES)}


def test_a_rate_that_is_just_its_cap_is_not_capped() -> None:
    assert not by_rate("0.25", "20", kg="80").is_capped
    assert by_rate("0.26", "20", kg="80").is_capped


def test_the_rate_in_mg_follows_the_strength_of_the_bag() -> None:
    ordered = by_dose(mg_per_ml="2")
    assert ordered.rate_mg_per_h == 2 * ordered.rate_ml_per_h


def test_a_dose_is_reckoned_in_words_as_it_was_prescribed() -> None:
    assert reckoning(by_dose(kg="71.4")) == "0.5 mg/kg × 71.4 kg"
    assert reckoning(by_rate(cap=None)) == "0.35 mg/kg/h × 70 kg = 24.5 mg/h"
    assert reckoning(by_rate()) == "0.35 mg/kg/h × 70 kg = 24.5 mg/h, within the cap of 25 mg/h"
    assert reckoning(by_rate(cap="24.5")).endswith("within the cap of 24.5 mg/h")
    assert reckoning(by_rate(cap="20")).endswith("capped at 20 mg/h")


def test_any_weight_and_height_above_nothing_are_worked_with() -> None:
    assert dose_weights(Decimal(1), Decimal(1), "female", RULES.dose_weight).actual_kg == Decimal(1)


@pytest.mark.parametrize(("kg", "cm", "heavy"), [("70", "170", False), ("45.5", "120", True)])
def test_the_measured_weight_doses_where_the_ideal_one_is_not_below_it_or_nobody_is_heavy(
    kg: str, cm: str, heavy: bool
) -> None:
    """Of 120 cm the ideal weight is the base weight: at just that weight somebody is heavy, and nothing is over it."""
    found = dose_weights(Decimal(kg), Decimal(cm), "female", RULES.dose_weight)
    assert (found.preselected, found.must_choose) == (WeightBasis.ACTUAL, heavy)


def test_an_order_that_the_pump_would_show_as_no_rate_is_none() -> None:
    with pytest.raises(Malformed, match="rounds to nothing"):
        by_dose(minutes=1_000_000)


@pytest.mark.parametrize(
    ("rate", "cap", "kg", "minutes"),
    [
        ("0", "25", "70", 240), ("-0.1", "25", "70", 240), ("NaN", "25", "70", 240), ("Infinity", "25", "70", 240),
        ("0.35", "-5", "70", 240), ("0.35", "25", "0", 240), ("0.35", "25", "70", 0),
    ],
)  # fmt: skip
def test_a_rate_over_nothing_is_no_order(rate: str, cap: str, kg: str, minutes: int) -> None:
    with pytest.raises(Malformed, match="Rate, cap, weight and duration"):
        by_rate(rate, cap, kg, minutes)


def test_the_dose_by_weight_of_a_rate_is_what_is_given_over_the_weight() -> None:
    assert by_rate().dose_mg_per_kg == Decimal("1.40")


def test_a_rate_without_a_cap_is_set_as_asked_and_a_cap_that_the_pump_cannot_show_is_refused() -> None:
    assert by_rate(cap=None).rate_ml_per_h == Decimal("24.5")
    assert by_rate(cap="0.5").rate_ml_per_h == Decimal("0.5")
    with pytest.raises(Malformed, match="This cap rounds to nothing"):
        by_rate(cap="0.04")


@pytest.mark.parametrize(
    ("value", "before", "percent"), [("1", "0", "1000"), ("0", "0", "0"), ("2", "1", "100"), ("0", "-1", "0")]
)
def test_a_step_in_per_cent_from_nothing_is_a_hundred_and_more(value: str, before: str, percent: str) -> None:
    assert percent_over(Decimal(value), Decimal(before)) == Decimal(percent)


@pytest.mark.parametrize(
    ("kg", "step"), [("70", "±0 mg (±0 %)"), ("71.4", "+0.7 mg (+2 %)"), ("68.6", "−0.7 mg (−2 %)")]
)
def test_a_step_is_said_with_its_sign(kg: str, step: str) -> None:
    assert step in step_words(by_dose(kg=kg), WeightBasis.ACTUAL, dose_before("0.5"))


def not_borne(mg_per_kg: str = "0.5", runs_still: bool = False) -> DoseBefore:
    found = Tolerance(result=Result.NOT_MET, against=("stopped",), runs_still=runs_still)
    return replace(dose_before(mg_per_kg), tolerance=found)


def test_as_much_again_as_was_not_borne_is_asked_about_from_that_dose_on() -> None:
    assert as_much_as_was_not_borne(by_dose(), not_borne())
    assert not as_much_as_was_not_borne(by_dose("0.49"), not_borne())
    assert not as_much_as_was_not_borne(by_dose(), not_borne(runs_still=True))
    assert not as_much_as_was_not_borne(by_dose(), dose_before("0.5"))
    assert "as_much_as_not_borne" in {each.limit.quantity for each in hits(by_dose(), last=not_borne()).values()}


def quantities(found: dict[str, LimitHit]) -> dict[str, Decimal]:
    return {each.limit.quantity: each.value for each in found.values()}


def test_every_quantity_of_an_order_reaches_its_limit() -> None:
    assert quantities(hits(by_dose(mg_per_ml="11")))["concentration_mg_per_ml"] == Decimal(11)
    over_a_year = quantities(hits(by_dose(), mg_in_12_months=Decimal(1790)))
    assert over_a_year["mg_in_12_months"] == Decimal(1825), "with this order"
    assert "mg_in_12_months" not in quantities(hits(by_dose(), mg_in_12_months=Decimal(1765)))


def test_a_dose_that_stays_is_not_raised_and_one_that_rises_a_little_is() -> None:
    same = hits(by_dose(), before=dose_before("0.5"), grounds_to_raise=False)
    assert "raised_without_ground" not in quantities(same)
    more = hits(by_dose("0.51"), before=dose_before("0.5"), grounds_to_raise=False)
    assert quantities(more)["raised_without_ground"] == Decimal(1)


@pytest.mark.parametrize(
    ("ordered", "protocol", "is_over"),
    [
        (by_dose(), DEPRESSION, False), (by_dose("0.51"), DEPRESSION, True), (by_dose(), None, True),
        (by_rate(cap=None, rate=str(PAIN.rate_mg_per_kg_per_h)), PAIN, False),
        (by_rate(cap=None, rate="0.36"), PAIN, True),
    ],
)  # fmt: skip
def test_after_long_without_only_more_than_the_start_is_asked_about(
    ordered: PumpOrder, protocol: Protocol | None, is_over: bool
) -> None:
    found = hits(ordered, protocol, before=dose_before("0.5"), days_since_before=57)
    assert ("days_without_over_start" in quantities(found)) is is_over


@pytest.mark.parametrize(
    ("planned", "ahead", "found"),
    [
        (None, 2, {"days_sooner_than_planned": "2"}), (None, 1, {}), (None, -3, {}),
        (14, 0, {}), (14, -2, {}), (14, 9, {"days_sooner_than_planned": "9", "days_closer_than_weekly": "2"}),
        (5, 2, {"days_sooner_than_planned": "2", "days_closer_than_weekly": "2"}), (5, 0, {}), (14, 8, {
            "days_sooner_than_planned": "8"}),
    ],
)  # fmt: skip
def test_an_infusion_of_maintenance_before_its_plan(planned: int | None, ahead: int, found: dict[str, str]) -> None:
    told = quantities(hits(by_dose(), planned_interval_days=planned, days_to_the_plan=ahead))
    assert {name: value for name, value in told.items() if name.startswith("days_")} == {
        name: Decimal(value) for name, value in found.items()
    }


def test_what_runs_is_the_rate_asked_where_nothing_caps_it() -> None:
    uncapped = hits(by_rate("0.36", None), PAIN)
    assert quantities(uncapped)["over_cap_mg_per_h"] == Decimal("0.200")
    assert "over_cap_mg_per_h" not in quantities(hits(by_rate("0.36", "25"), PAIN))


def test_a_limit_is_said_with_its_number_but_where_it_is_a_yes_or_no() -> None:
    by_mg = hits(by_dose("1.01", "90"))["dose_mg"]
    assert by_mg.words == f"{by_mg.limit.title}: 90.9 mg"
    assert by_mg.severity is Severity.SOFT
    (changed,) = [
        each for each in hits(by_dose(), before=dose_before("0.5"), basis=WeightBasis.IDEAL).values()
        if each.limit.quantity == "basis_changed"
    ]  # fmt: skip
    assert changed.words == changed.limit.title
