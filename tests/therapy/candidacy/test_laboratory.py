"""What a laboratory's values leave open is asked, and read by no rule until somebody says that it is right."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sereniv.therapy.candidacy.laboratory import panel_in_doubt
from sereniv.therapy.person import events as pe
from tests.therapy.candidacy.test_screening import NOON, RULES, found, person

ROW = RULES.work_up["liver_panel"]
WHOLE = {
    "alt": ("30", "U/L", "40"), "ast": ("30", "U/L", "40"), "alp": ("90", "U/L", "120"), "ggt": ("30", "U/L", "60"),
    "bilirubin": ("15", "µmol/L", "21"),
}  # fmt: skip
IN_UKAT = {
    "alt": ("0.5", "µkat/L", "0.7"), "ast": ("0.5", "µkat/L", "0.7"), "alp": ("1.5", "µkat/L", "2.2"),
    "ggt": ("0.6", "µkat/L", "1"),
}  # fmt: skip


def values(**other: tuple[str, str, str]) -> tuple[pe.LaboratoryValue, ...]:
    return tuple(
        pe.LaboratoryValue(analyte=name, value=Decimal(value), unit=unit, upper_limit=Decimal(limit))
        for name, (value, unit, limit) in (WHOLE | other).items()
    )


def panel(*, finding: pe.WorkUpFinding = pe.WorkUpFinding.NORMAL, **other: tuple[str, str, str]) -> pe.WorkUpRecorded:
    return pe.WorkUpRecorded(
        item="liver_panel", finding=finding, words="as reported", done_on=NOON.date(), values=values(**other)
    )


@pytest.mark.parametrize(
    "other",
    [
        {},
        IN_UKAT,
        {"bilirubin": ("0.9", "mg/dL", "1.2")},
        {"bilirubin": ("5", "µmol/L", "21")},
        {"alt": ("10", "U/L", "40")},
    ],
)
def test_one_laboratorys_values_are_asked_nothing(other: dict[str, tuple[str, str, str]]) -> None:
    assert panel_in_doubt(values(**other), ROW, pe.WorkUpFinding.NORMAL) == ()
    assert found(person(panel(**other)))["liver_panel"].verdict.words() == "not met"


@pytest.mark.parametrize(
    ("other", "lacks"),
    [
        ({"bilirubin": ("2.5", "µmol/L", "21")}, "bilirubin"),
        ({"bilirubin": ("8.1", "µmol/L", "21")}, "bilirubin"),
        ({"bilirubin": ("8", "mg/dL", "21")}, "bilirubin"),
        ({"bilirubin": ("1.1", "µmol/L", "1.2")}, "bilirubin"),
        ({"alt": ("0.5", "U/L", "40")}, "alt"),
        ({"alt": ("10.2", "U/L", "40")}, "alt"),
        ({"ggt": ("30", "µkat/L", "60")}, "ggt"),
        ({"alp": ("1.5", "U/L", "2.2")}, "alp"),
    ],
)
def test_a_value_of_another_unit_than_its_limit_is_asked_about(
    other: dict[str, tuple[str, str, str]], lacks: str
) -> None:
    """Bilirubin 2.5 mg/dL under a limit of 21 µmol/L passed as normal."""
    assert panel_in_doubt(values(**other), ROW, pe.WorkUpFinding.NORMAL)
    doubtful = found(person(panel(**other)))["liver_panel"]
    assert (doubtful.verdict.words(), doubtful.verdict.missing) == ("unknown: HOLD", (lacks,))
    assert doubtful.read["values_in_doubt"].startswith("in doubt, and not read")
    sure = found(person(replace(panel(**other), values_confirmed=True)))["liver_panel"]
    assert sure.verdict.words() == "not met"


def test_what_is_above_its_limit_counts_though_it_is_asked_about() -> None:
    high = panel(finding=pe.WorkUpFinding.ABNORMAL, alt=("30", "µkat/L", "5"))
    assert panel_in_doubt(high.values, ROW, high.finding)
    assert found(person(high))["liver_panel"].verdict.words() == "met: GATE2"


def test_two_units_in_one_panel_and_an_abnormal_one_within_every_limit_are_asked_about() -> None:
    (asked,) = panel_in_doubt(values(alt=("0.5", "µkat/L", "0.7")), ROW, pe.WorkUpFinding.NORMAL)
    assert asked.startswith("ALT in µkat/L, AST in U/L")
    (asked,) = panel_in_doubt(values(bilirubin=("8", "µmol/L", "21")), ROW, pe.WorkUpFinding.ABNORMAL)
    assert asked.startswith("Abnormal, and no value is above its limit.")
