"""Dose arithmetic: the published vectors, the limits at their edges, and what must hold for any order."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.therapy.person.events import WeightBasis
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.treatment.dose import (
    PumpOrder,
    dose_weights,
    ideal_weight_kg,
    pump_order,
    rate_order,
    reckoning,
    rounded,
    stock_volume_ml,
)
from sereniv.therapy.treatment.order_limits import (
    Circumstances,
    Severity,
    limit_hits,
    severity_of,
)
from sereniv.units import MICROGRAM_PER_MG, MINUTES_PER_HOUR, kg_from_lb
from tests.therapy.making import dose_before

RULES = knowledge()
WEIGHTS = st.decimals(min_value=30, max_value=250, places=1)
DOSES = st.decimals(min_value=Decimal("0.05"), max_value=Decimal("1.5"), places=2)
MINUTES = st.integers(min_value=30, max_value=300)


def order(mg_per_kg: str = "0.5", kg: str = "70", minutes: int = 40, mg_per_ml: str = "1") -> PumpOrder:
    return pump_order(Decimal(mg_per_kg), Decimal(kg), minutes, Decimal(mg_per_ml), RULES.standard)


def test_v1_seventy_kilograms() -> None:
    v1 = order()
    assert (v1.dose_mg, v1.volume_ml, v1.rate_ml_per_h) == (Decimal("35.0"), Decimal("35.0"), Decimal("52.5"))
    mg_per_min = v1.rate_mg_per_h / MINUTES_PER_HOUR
    assert mg_per_min == Decimal("0.875")
    assert mg_per_min * MICROGRAM_PER_MG / v1.dose_weight_kg == Decimal("12.5")


def test_the_order_of_the_first_path() -> None:
    ours = order(kg="71.4")
    assert [str(each) for each in (ours.dose_mg, ours.volume_ml, ours.rate_ml_per_h)] == ["35.7", "35.7", "53.6"]


@pytest.mark.parametrize(("strength", "volume"), [("10", "3.50"), ("50", "0.70"), ("100", "0.35")])
def test_v2_stock_volumes(strength: str, volume: str) -> None:
    assert str(stock_volume_ml(Decimal(35), Decimal(strength), RULES.standard)) == volume


def test_v3_pounds() -> None:
    assert rounded(kg_from_lb(Decimal("154.3")), Decimal("0.01")) == Decimal("69.99")


PAIN = RULES.protocols["P-CRPS-OP"]


def by_rate(kg: str, rate: str = "0.35", cap: str | None = "25", minutes: int = 240) -> PumpOrder:
    most = None if cap is None else Decimal(cap)
    return rate_order(Decimal(rate), most, Decimal(kg), minutes, Decimal(1), RULES.standard)


def test_v4_the_cap_holds() -> None:
    assert (PAIN.rate_mg_per_kg_per_h, PAIN.cap_mg_per_h, PAIN.duration_min) == (Decimal("0.35"), 25, 240)
    v4 = by_rate("80")
    assert (v4.rate_mg_per_h, v4.dose_mg, v4.is_capped) == (25, 100, True)
    assert reckoning(v4) == "0.35 mg/kg/h × 80 kg = 28 mg/h, capped at 25 mg/h"
    light = by_rate("60")
    assert (light.rate_mg_per_h, light.dose_mg, light.is_capped) == (21, 84, False)


def test_v5_a_rate_held_for_days() -> None:
    """The ward's protocol is only named here, but the arithmetic is the same: 22 mg/h for 100.8 h."""
    assert by_rate("100", rate="0.22", cap=None, minutes=6048).dose_mg == Decimal("2217.6")


def test_a_pain_infusion_has_limits_of_its_own() -> None:
    def found(ordered: PumpOrder) -> dict[str, Severity]:
        hits = limit_hits(ordered, Circumstances(actual_kg=ordered.dose_weight_kg, protocol=PAIN), RULES)
        return {hit.limit.id: hit.severity for hit in hits}

    assert found(by_rate("80")) == {}, "1.25 mg/kg over four hours is not a psychiatric dose"
    assert found(by_rate("48", rate="0.51", cap="25")) == {"pain_rate_mg_per_kg_per_h": Severity.HARD}
    raised = {"over_cap_mg_per_h": Severity.HARD, "cap_over_protocol": Severity.HARD}
    assert found(by_rate("80", cap="26")) == raised
    assert found(by_rate("60", cap="250")) == {"cap_over_protocol": Severity.HARD}, "21 mg/h today, 250 at the chair"
    assert found(by_rate("80", cap="20")) == {}, "a lower cap is the prescriber's"
    assert found(by_rate("30", rate="1.01", cap="100", minutes=40))["pain_rate_mg_per_kg_per_h"] is Severity.ABSOLUTE
    assert found(by_rate("50", rate="3.5"))["pain_rate_mg_per_kg_per_h"] is Severity.ABSOLUTE, "a cap hides no slip"
    assert found(by_rate("80", minutes=1))["pain_duration_min"] is Severity.ABSOLUTE
    assert found(by_rate("80", cap="80", rate="1.0", minutes=600))["pain_dose_mg"] is Severity.ABSOLUTE
    assert found(by_rate("86", cap="31"))["pain_dose_mg"] is Severity.HARD
    unknown = limit_hits(by_rate("80"), Circumstances(actual_kg=Decimal(80)), RULES)
    assert unknown, "where the protocol is not known every limit counts"


@given(
    kg=WEIGHTS,
    rate=st.decimals(min_value=Decimal("0.05"), max_value=1, places=2),
    minutes=st.integers(30, 360),
    mg_per_ml=st.sampled_from([Decimal(1), Decimal(2), Decimal(4)]),
)
def test_a_capped_rate_never_exceeds_its_cap(kg: Decimal, rate: Decimal, minutes: int, mg_per_ml: Decimal) -> None:
    made = rate_order(rate, Decimal(25), kg, minutes, mg_per_ml, RULES.standard)
    assert made.rate_mg_per_h <= 25, "the chair holds the pump against the cap, and so does the order"
    each_rounded = Decimal("0.05") * 60 / minutes + Decimal("0.05") * mg_per_ml
    assert made.rate_mg_per_h <= rate * kg + each_rounded, "dose and rate are each rounded once"
    assert made.dose_mg <= Decimal(25) * minutes / 60 + Decimal("0.05")


def test_rounding_the_mg_up_carries_no_rate_over_its_cap() -> None:
    """25 mg/h for 33 minutes are 13.8 mg to a tenth, which would have run at 25.1 mL/h."""
    made = rate_order(Decimal("0.35"), Decimal(25), Decimal(85), 33, Decimal(1), RULES.standard)
    assert (made.dose_mg, made.rate_ml_per_h) == (Decimal("13.8"), Decimal("25.0"))


def test_a_dose_rises_only_on_ground() -> None:
    raised = order("0.75", minutes=100)
    for grounds, found in ((False, {"raise_without_ground"}), (True, set())):
        circumstances = Circumstances(
            actual_kg=Decimal(70), protocol=RULES.protocols["P-DEP"], before=dose_before("0.5"),
            grounds_to_raise=grounds,
        )  # fmt: skip
        assert {hit.limit.id for hit in limit_hits(raised, circumstances, RULES)} == found


def test_the_twenty_fifth_infusion_of_a_year_asks_the_prescriber() -> None:
    for count, found in ((24, set()), (25, {"infusions_in_12_months"})):
        circumstances = Circumstances(
            actual_kg=Decimal(70), protocol=RULES.protocols["P-DEP"], infusions_in_12_months=count
        )
        assert {hit.limit.id for hit in limit_hits(order(), circumstances, RULES)} == found


@pytest.mark.parametrize(
    ("sex", "height", "ideal"), [("female", "165", "56.9"), ("male", "178", "73.2"), ("male", "170", "65.9")]
)
def test_v6_ideal_weights(sex: str, height: str, ideal: str) -> None:
    assert ideal_weight_kg(sex, Decimal(height), RULES.dose_weight) == Decimal(ideal)


def test_v8_adjusted_weight() -> None:
    weights = dose_weights(Decimal(110), Decimal(170), "male", RULES.dose_weight)
    assert (weights.ideal_kg, weights.adjusted_kg) == (Decimal("65.9"), Decimal("83.6"))
    assert (weights.must_choose, weights.preselected) == (True, WeightBasis.IDEAL)
    assert [weights.of(basis) for basis in WeightBasis] == [110, Decimal("65.9"), Decimal("83.6")]


def test_below_sixty_inches_the_base_weight_is_kept_and_said() -> None:
    short = dose_weights(Decimal(45), Decimal("150"), "female", RULES.dose_weight)
    assert short.ideal_kg == Decimal("45.5")
    assert "152.4" in short.warnings[0]
    assert dose_weights(Decimal(45), Decimal("152.4"), "female", RULES.dose_weight).warnings == ()


def test_under_the_ideal_weight_the_measured_one_doses() -> None:
    light = dose_weights(Decimal(45), Decimal(170), "female", RULES.dose_weight)
    assert (light.adjusted_kg, light.preselected, light.must_choose) == (45, WeightBasis.ACTUAL, False)


@pytest.mark.parametrize(("kg", "must_choose"), [("86.5", False), ("86.6", True), ("86.7", True)])
def test_the_choice_begins_at_body_mass_index_thirty(kg: str, must_choose: bool) -> None:
    assert dose_weights(Decimal(kg), Decimal(170), "male", RULES.dose_weight).must_choose is must_choose


@pytest.mark.parametrize(("kg", "cm", "sex"), [("0", "170", "male"), ("70", "0", "male"), ("70", "170", "unknown")])
def test_no_dose_weight_from_nothing(kg: str, cm: str, sex: str) -> None:
    with pytest.raises(Malformed):
        dose_weights(Decimal(kg), Decimal(cm), sex, RULES.dose_weight)


@pytest.mark.parametrize(
    ("mg_per_kg", "kg", "minutes", "mg_per_ml"),
    [("0", "70", 40, "1"), ("0.5", "-70", 40, "1"), ("0.5", "70", 0, "1"), ("0.5", "70", 40, "0"),
     ("NaN", "70", 40, "1"), ("0.5", "Infinity", 40, "1"), ("0.0005", "70", 40, "1"), ("0.5", "70", 40, "1000")],
)  # fmt: skip
def test_no_order_of_nothing(mg_per_kg: str, kg: str, minutes: int, mg_per_ml: str) -> None:
    with pytest.raises(Malformed):
        order(mg_per_kg, kg, minutes, mg_per_ml)


EDGES = [
    ("first_infusion_mg_per_kg", "0.5", Severity.WITHIN), ("first_infusion_mg_per_kg", "0.501", Severity.SOFT),
    ("dose_mg_per_kg", "1.0", Severity.WITHIN), ("dose_mg_per_kg", "1.001", Severity.HARD),
    ("dose_mg_per_kg", "1.5", Severity.HARD), ("dose_mg_per_kg", "1.501", Severity.ABSOLUTE),
    ("dose_mg", "75", Severity.WITHIN), ("dose_mg", "75.1", Severity.SOFT), ("dose_mg", "120", Severity.SOFT),
    ("dose_mg", "120.1", Severity.HARD), ("dose_mg", "150", Severity.HARD), ("dose_mg", "150.1", Severity.ABSOLUTE),
    ("rate_mg_per_kg_per_h", "1.0", Severity.WITHIN), ("rate_mg_per_kg_per_h", "1.001", Severity.SOFT),
    ("rate_mg_per_kg_per_h", "1.5", Severity.SOFT), ("rate_mg_per_kg_per_h", "1.501", Severity.HARD),
    ("rate_mg_per_kg_per_h", "2.0", Severity.HARD), ("rate_mg_per_kg_per_h", "2.001", Severity.ABSOLUTE),
    ("dose_step_mg_per_kg", "0.25", Severity.WITHIN), ("dose_step_mg_per_kg", "0.251", Severity.SOFT),
    ("dose_step_mg_per_kg", "0.375", Severity.SOFT), ("dose_step_mg_per_kg", "0.376", Severity.HARD),
    ("dose_step_mg_per_kg_actual", "0.25", Severity.WITHIN), ("dose_step_mg_per_kg_actual", "0.251", Severity.SOFT),
    ("dose_step_mg_per_kg_actual", "0.375", Severity.SOFT), ("dose_step_mg_per_kg_actual", "0.376", Severity.HARD),
    ("dose_under_protocol_percent", "50", Severity.WITHIN), ("dose_under_protocol_percent", "50.1", Severity.SOFT),
    ("dose_fall_percent", "50", Severity.WITHIN), ("dose_fall_percent", "50.1", Severity.SOFT),
    ("dose_step_percent", "55", Severity.WITHIN), ("dose_step_percent", "55.1", Severity.SOFT),
    ("dose_step_percent", "80", Severity.SOFT), ("dose_step_percent", "80.1", Severity.HARD),
    ("rate_step_percent", "55", Severity.WITHIN), ("rate_step_percent", "55.1", Severity.SOFT),
    ("rate_step_percent", "80", Severity.SOFT), ("rate_step_percent", "80.1", Severity.HARD),
    ("as_much_as_not_borne", "0", Severity.WITHIN), ("as_much_as_not_borne", "1", Severity.SOFT),
    ("after_a_pause", "56", Severity.WITHIN), ("after_a_pause", "57", Severity.SOFT),
    ("after_a_pause", "182", Severity.SOFT), ("after_a_pause", "183", Severity.HARD),
    ("weight_basis_changed", "0", Severity.WITHIN), ("weight_basis_changed", "1", Severity.SOFT),
    ("dose_weight_over_actual", "0", Severity.WITHIN), ("dose_weight_over_actual", "0.1", Severity.HARD),
    ("dose_mg_per_kg_actual", "1.0", Severity.WITHIN), ("dose_mg_per_kg_actual", "1.01", Severity.HARD),
    ("dose_mg_per_kg_actual", "1.5", Severity.HARD), ("dose_mg_per_kg_actual", "1.51", Severity.ABSOLUTE),
    ("duration_min", "100", Severity.WITHIN), ("duration_min", "101", Severity.SOFT),
    ("duration_min", "240", Severity.SOFT), ("duration_min", "241", Severity.ABSOLUTE),
    ("pain_duration_min", "30", Severity.WITHIN), ("pain_duration_min", "29", Severity.ABSOLUTE),
    ("pain_duration_min", "240", Severity.WITHIN), ("pain_duration_min", "241", Severity.HARD),
    ("pain_duration_min", "360", Severity.HARD), ("pain_duration_min", "361", Severity.ABSOLUTE),
    ("pain_dose_mg", "200", Severity.HARD), ("pain_dose_mg", "200.1", Severity.ABSOLUTE),
    ("concentration_mg_per_ml", "10", Severity.WITHIN), ("concentration_mg_per_ml", "10.001", Severity.ABSOLUTE),
    ("custom_concentration", "0", Severity.WITHIN), ("custom_concentration", "1", Severity.HARD),
    ("duration_min", "30", Severity.WITHIN), ("duration_min", "29", Severity.ABSOLUTE),
    ("pain_dose_mg", "120", Severity.WITHIN), ("pain_dose_mg", "120.1", Severity.HARD),
    ("pain_rate_mg_per_kg_per_h", "0.5", Severity.WITHIN), ("pain_rate_mg_per_kg_per_h", "0.501", Severity.HARD),
    ("pain_rate_mg_per_kg_per_h", "1.0", Severity.HARD), ("pain_rate_mg_per_kg_per_h", "1.001", Severity.ABSOLUTE),
    ("over_cap_mg_per_h", "0", Severity.WITHIN), ("over_cap_mg_per_h", "0.1", Severity.HARD),
    ("cap_over_protocol", "0", Severity.WITHIN), ("cap_over_protocol", "0.1", Severity.HARD),
    ("raise_without_ground", "0", Severity.WITHIN), ("raise_without_ground", "1", Severity.SOFT),
    ("infusions_in_12_months", "24", Severity.WITHIN), ("infusions_in_12_months", "25", Severity.SOFT),
    ("infusions_in_12_months", "36", Severity.SOFT), ("infusions_in_12_months", "37", Severity.HARD),
    ("mg_in_12_months", "1800", Severity.WITHIN), ("mg_in_12_months", "1800.1", Severity.SOFT),
    ("mg_in_12_months", "2700", Severity.SOFT), ("mg_in_12_months", "2700.1", Severity.HARD),
    ("sooner_than_planned", "1", Severity.WITHIN), ("sooner_than_planned", "2", Severity.SOFT),
    ("closer_than_weekly", "1", Severity.WITHIN), ("closer_than_weekly", "2", Severity.HARD),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "value", "severity"), EDGES)
def test_each_limit_bites_one_step_past_its_edge(limit: str, value: str, severity: Severity) -> None:
    """Edges as section 2.2 of the evidence has them, not as the table does."""
    assert severity_of(RULES.limits[limit], Decimal(value)) is severity


def test_every_limit_has_its_edges_here() -> None:
    assert {limit for limit, _, _ in EDGES} == set(RULES.limits)


def hits(ordered: PumpOrder, previous: str | None = "0.5") -> dict[str, Severity]:
    found = limit_hits(
        ordered,
        Circumstances(
            protocol=RULES.protocols["P-DEP"],
            actual_kg=ordered.dose_weight_kg,
            before=None if previous is None else dose_before(previous, kg=str(ordered.dose_weight_kg)),
            grounds_to_raise=True,
        ),
        RULES,
    )
    return {hit.limit.id: hit.severity for hit in found}


def test_the_protocol_dose_goes_past_no_limit() -> None:
    assert hits(order(), None) == {}


def test_the_severest_limit_comes_first() -> None:
    found = hits(order("1.01", "90", 40), None)
    assert list(found.values()) == [Severity.HARD] * 3 + [Severity.SOFT] * 2
    assert found == {
        "dose_mg_per_kg": Severity.HARD,
        "dose_mg_per_kg_actual": Severity.HARD,
        "rate_mg_per_kg_per_h": Severity.HARD,
        "dose_mg": Severity.SOFT,
        "first_infusion_mg_per_kg": Severity.SOFT,
    }


def test_limits_of_first_infusion_and_of_step_apply_where_they_belong() -> None:
    assert hits(order("0.51", minutes=100), None) == {"first_infusion_mg_per_kg": Severity.SOFT}
    by_both_weights = {"dose_step_mg_per_kg": Severity.SOFT, "dose_step_mg_per_kg_actual": Severity.SOFT}
    assert hits(order("0.76", minutes=100), "0.5") == by_both_weights
    assert hits(order("0.75", minutes=100), "0.5") == {}
    assert hits(order("0.5", mg_per_ml="2")) == {"custom_concentration": Severity.HARD}


@given(mg_per_kg=DOSES, kg=WEIGHTS, minutes=MINUTES)
def test_an_order_is_what_the_pump_shows_and_never_more_than_rounding(
    mg_per_kg: Decimal, kg: Decimal, minutes: int
) -> None:
    made = pump_order(mg_per_kg, kg, minutes, Decimal(1), RULES.standard)
    assert made.volume_ml * made.concentration_mg_per_ml == made.dose_mg  # the volume limit caps at the ordered dose
    assert abs(made.dose_mg - mg_per_kg * kg) <= Decimal("0.05")
    assert abs(made.rate_ml_per_h * minutes / 60 - made.volume_ml) <= Decimal("0.05") * minutes / 60
    for value in (made.dose_mg, made.volume_ml, made.rate_ml_per_h):
        assert value == rounded(value, Decimal("0.1"))


@given(mg_per_kg=DOSES, kg=WEIGHTS, minutes=MINUTES, more=st.decimals(min_value=0, max_value=20, places=1))
def test_more_weight_never_gives_less_and_more_time_never_runs_faster(
    mg_per_kg: Decimal, kg: Decimal, minutes: int, more: Decimal
) -> None:
    made = pump_order(mg_per_kg, kg, minutes, Decimal(1), RULES.standard)
    heavier = pump_order(mg_per_kg, kg + more, minutes, Decimal(1), RULES.standard)
    longer = pump_order(mg_per_kg, kg, minutes + int(more), Decimal(1), RULES.standard)
    assert heavier.dose_mg >= made.dose_mg
    assert heavier.rate_ml_per_h >= made.rate_ml_per_h
    assert longer.rate_ml_per_h <= made.rate_ml_per_h


@pytest.mark.parametrize(("value", "tenths"), [("0.05", "0.1"), ("0.25", "0.3"), ("53.45", "53.5"), ("53.449", "53.4")])
def test_a_half_is_rounded_up_whatever_stands_before_it(value: str, tenths: str) -> None:
    assert rounded(Decimal(value), Decimal("0.1")) == Decimal(tenths)


@given(value=st.decimals(min_value=0, max_value=10_000, places=4))
def test_half_rounds_up(value: Decimal) -> None:
    tenth = Decimal("0.1")
    assert -tenth / 2 < rounded(value, tenth) - value <= tenth / 2


@given(limit=st.sampled_from(sorted(RULES.limits)), value=st.decimals(min_value=0, max_value=200, places=3))
def test_a_looser_limit_is_never_severer(limit: str, value: Decimal) -> None:
    row = RULES.limits[limit]
    loose = replace(row, absolute_above=None, absolute_below=None)
    assert list(Severity).index(severity_of(loose, value)) <= list(Severity).index(severity_of(row, value))


@given(mg_per_kg=DOSES, kg=WEIGHTS, minutes=MINUTES, mg_per_ml=st.sampled_from(["0.5", "1", "1.5", "2", "4", "5"]))
def test_no_strength_of_the_bag_gives_more_than_was_ordered(
    mg_per_kg: Decimal, kg: Decimal, minutes: int, mg_per_ml: str
) -> None:
    strength = Decimal(mg_per_ml)
    made = pump_order(mg_per_kg, kg, minutes, strength, RULES.standard)
    assert made.dose_mg == pump_order(mg_per_kg, kg, minutes, Decimal(1), RULES.standard).dose_mg, "mg do not follow mL"
    assert 0 <= made.dose_mg - made.volume_ml * strength < strength * RULES.standard.ml_increment


def test_an_order_of_a_stronger_bag_by_hand() -> None:
    made = order("0.5", kg="71.4", mg_per_ml="2")
    assert [str(each) for each in (made.dose_mg, made.volume_ml, made.rate_ml_per_h)] == ["35.7", "17.8", "26.8"]
