"""What is asked back of a vial that comes in: another strength or volume than those that are expected here."""

from collections.abc import Collection
from decimal import Decimal

from sereniv.knowledge.rows import ClinicStandard
from sereniv.therapy.recording.typed_values import plain

Size = tuple[Decimal, Decimal]
"""What a vial's label says: its strength in mg/mL, and its volume in mL."""


def asked_back(size: Size, here: Collection[Size], standard: ClinicStandard) -> tuple[str, ...]:
    """Say what of a vial is not expected: two strengths in one safe are mistaken one day, and a digit slips.

    Until somebody signs which strengths are stocked, those of the vials that are here count as expected; with none
    here every vial is asked about, for nothing is known that it could be held against.
    """
    strength, volume = size
    asked = _of_strength(strength, {each for each, _ in here}, standard)
    usual = standard.vial_volumes_ml.get(plain(strength))
    if volume != usual and size not in here:
        told = f"Vials of {plain(strength)} mg/mL hold {plain(usual)} mL" if usual is not None else "No volume is known"
        asked += (f"{told}; this one {plain(volume)} mL.",)
    return asked


def _of_strength(strength: Decimal, here: Collection[Decimal], standard: ClinicStandard) -> tuple[str, ...]:
    stocked = standard.stocked_mg_per_ml
    if strength in (stocked or here):
        return ()
    if stocked:
        return (f"This clinic stocks {_strengths(stocked)} mg/mL; the vial is {plain(strength)} mg/mL.",)
    others = f"the vials here are of {_strengths(here)} mg/mL" if here else "no vial is here"
    return (f"Nobody has signed which strengths are stocked, and {others}; the vial is {plain(strength)} mg/mL.",)


def _strengths(each: Collection[Decimal]) -> str:
    return " and ".join(map(plain, sorted(each)))
