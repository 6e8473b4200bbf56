"""What the charts shade is said by the rows of the prompts, and by nothing else."""

from dataclasses import replace
from decimal import Decimal

from sereniv.knowledge import knowledge
from sereniv.therapy.monitoring.shading import Shading, shadings

ALERTS = knowledge().alerts


def test_the_row_decides_what_is_shaded_and_on_which_side() -> None:
    very_low = replace(ALERTS["saturation_very_low"], shade=True)
    found = shadings({"one": very_low, "other": replace(ALERTS["saturation_low"], shade=False)})
    assert found == {"spo2": Shading(limit=very_low.below["spo2"], lies_above=False)}
    above = replace(ALERTS["pressure_high"], from_any={"systolic": Decimal(150)})
    assert shadings({"one": above}) == {"systolic": Shading(limit=Decimal(150), lies_above=True)}


def test_a_sign_is_shaded_by_one_row() -> None:
    signs = [sign for each in ALERTS.values() if each.shade for sign in (*each.from_any, *each.below)]
    assert sorted(signs) == sorted(set(signs)) == sorted(shadings(ALERTS))
