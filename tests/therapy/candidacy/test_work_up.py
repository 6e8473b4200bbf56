"""Which finding of an item of the work-up counts, in whatever order its reports came in."""

from datetime import date
from decimal import Decimal

import pytest

from sereniv.knowledge import Action, knowledge
from sereniv.therapy.candidacy.not_in_curve import not_in_the_curve
from sereniv.therapy.candidacy.work_up import newest_of_each, standing
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.person.concern import Verdict
from tests.therapy.making import GONE_THROUGH, REGISTERED, minute, recorded

JANUARY, MARCH = date(2026, 1, 10), date(2026, 3, 1)
ALT = pe.LaboratoryValue(analyte="alt", value=Decimal(210), upper_limit=Decimal(40), unit="U/L")
NORMAL, ABNORMAL, WAIVED = pe.WorkUpFinding.NORMAL, pe.WorkUpFinding.ABNORMAL, pe.WorkUpFinding.WAIVED


def panel(finding: pe.WorkUpFinding, done_on: date) -> pe.WorkUpRecorded:
    values = (ALT,) if finding is ABNORMAL else ()
    return pe.WorkUpRecorded(item="liver_panel", finding=finding, words="as reported", done_on=done_on, values=values)


def chart(*told: pe.PersonEvent) -> PersonChart:
    return chart_of(recorded(event, number, minute(number), "nurse") for number, event in enumerate(told, start=1))


def verdict(*told: pe.PersonEvent) -> Verdict:
    items = standing(chart(*told), REGISTERED, minute(60), knowledge())
    return next(each.finding.verdict for each in items if each.row.id == "liver_panel")


def test_an_older_report_that_comes_in_later_does_not_take_the_place_of_a_newer_one() -> None:
    """ALT five times its limit, in March; a normal panel of January was entered after it, and nothing was held."""
    told = (panel(ABNORMAL, MARCH), panel(NORMAL, JANUARY))
    assert verdict(*told).action is Action.GATE2
    assert any("01 Mar 2026" in each for each in not_in_the_curve(chart(*GONE_THROUGH, *told), MARCH, knowledge()))


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ((panel(NORMAL, JANUARY), panel(ABNORMAL, MARCH)), 2),
        ((panel(ABNORMAL, MARCH), panel(NORMAL, MARCH)), 2),
        ((panel(ABNORMAL, JANUARY), panel(WAIVED, MARCH)), 2),
        ((panel(WAIVED, MARCH), panel(ABNORMAL, JANUARY)), 2),
        ((panel(NORMAL, MARCH), panel(ABNORMAL, JANUARY)), 1),
    ],
)
def test_the_newest_by_its_own_day_counts(told: tuple[pe.WorkUpRecorded, ...], counts: int) -> None:
    assert newest_of_each(chart(*told))["liver_panel"].seq == counts
