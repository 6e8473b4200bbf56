"""Where order, bag, charted rates, pump and account differ is said before a note is signed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.delivered import by_bag
from sereniv.therapy.session.gaps import drug_gaps
from tests.therapy.making import STARTED, Happening, chart, minute

RULES = knowledge()
AS_ORDERED = ev.DrugPrepared(
    vial="v1", strength_mg_per_ml=Decimal(50), stock_ml=Decimal("0.714"), drawn_mg=Decimal("35.7"),
    final_volume_ml=Decimal("35.7"), final_mg_per_ml=Decimal(1),
)  # fmt: skip
HALF = replace(AS_ORDERED, final_volume_ml=Decimal("71.4"), final_mg_per_ml=Decimal("0.5"))
STOPPED: Happening = (40, ev.InfusionStopped())


def accounted(given_mg: str) -> Happening:
    return 45, ev.DrugReconciled(
        given_mg=Decimal(given_mg), wasted_mg=Decimal(0), method="sink", difference_mg=Decimal(0)
    )


def shown(volume_ml: str, at: float = 41) -> Happening:
    return at, ev.VolumeRead(volume_ml=Decimal(volume_ml))


def gaps(*happened: Happening, bag: ev.DrugPrepared = AS_ORDERED) -> tuple[str, ...]:
    told = chart((-5, bag), (0, STARTED), STOPPED, *happened)
    return drug_gaps(told, RULES.volume, RULES.custody.account)


def test_where_everything_agrees_nothing_is_said() -> None:
    assert gaps(accounted("35.7"), shown("35.7")) == ()
    assert gaps() == ()


@pytest.mark.parametrize(
    ("happened", "bag", "said"),
    [
        ((), HALF, "Bag and order differ: 35.7 mg in 71.4 mL from vial v1 is 0.5 mg/mL, ordered was 1 mg/mL."),
        ((shown("20"),), AS_ORDERED, "Pump and charted rates differ: "),
        ((accounted("20"),), AS_ORDERED, "Account and charted rates differ: 20 mg accounted as given, 35.7 mg by"),
        ((accounted("20"), shown("35.7")), AS_ORDERED,
         "Account and pump differ: 20 mg accounted as given is 20.0 mL, 35.7 mL on the pump."),
    ],
    ids=["bag", "pump", "account", "account and pump"],
)  # fmt: skip
def test_each_gap_is_named_with_both_its_values(
    happened: tuple[Happening, ...], bag: ev.DrugPrepared, said: str
) -> None:
    assert any(each.startswith(said) for each in gaps(*happened, bag=bag)), gaps(*happened, bag=bag)


def test_a_pump_read_while_it_ran_is_not_held_against_the_account() -> None:
    assert not [each for each in gaps(shown("10", at=11), accounted("35.7")) if each.startswith("Account and pump")]


def test_each_bag_gave_what_ran_from_it() -> None:
    """35.7 mg in 40 minutes: half of them from a first bag of 1 mg/mL, half from a second of 0.5 mg/mL."""
    second = replace(HALF, vial="v2", reason="bag empty")
    told = chart((-5, AS_ORDERED), (0, STARTED), (20, second))
    first_mg, second_mg = by_bag(told, minute(30))
    assert round(first_mg, 2) == Decimal("17.87")
    assert round(second_mg, 2) == Decimal("4.47")
    assert by_bag(chart((-5, AS_ORDERED)), minute(30)) == (Decimal(0),)
