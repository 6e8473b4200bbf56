"""What of a person the predicted curve does not know: said with its direction, without a number, unknown too."""

from datetime import date, timedelta

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.candidacy.not_in_curve import CONDITIONS, INTERACTIONS, LIVER_PANEL, not_in_the_curve
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import chart_of
from tests.therapy.making import GONE_THROUGH, NOON, checklist, recorded

TODAY = NOON.date()


def panel(finding: pe.WorkUpFinding = pe.WorkUpFinding.NORMAL, done_on: date = TODAY) -> pe.WorkUpRecorded:
    return pe.WorkUpRecorded(item=LIVER_PANEL, finding=finding, words="", done_on=done_on)


def said(*events: pe.PersonEvent) -> tuple[str, ...]:
    entries = [recorded(event, number, NOON) for number, event in enumerate(events, start=1)]
    return not_in_the_curve(chart_of(entries), TODAY, knowledge())


def taking(*names: str) -> pe.MedicinesListed:
    return pe.MedicinesListed(medicines=tuple(pe.Medicine(written=name) for name in names))


def test_of_somebody_healthy_who_takes_nothing_all_is_in_the_curve() -> None:
    assert said(*GONE_THROUGH, panel()) == ()


@pytest.mark.parametrize(
    ("name", "direction"),
    [("clarithromycin", "higher"), ("ticlopidine", "higher"), ("rifampin", "lower"), ("carbamazepine", "lower")],
)
def test_a_medicine_that_changes_the_breakdown_is_named_with_its_direction(name: str, direction: str) -> None:
    (line,) = said(*GONE_THROUGH, panel(), taking(name, "metformin"))
    assert line.startswith(name)
    assert direction in line
    assert "by how much is not known" in line
    assert "metformin" not in line


def test_a_medicine_that_nobody_recognises_is_not_taken_for_harmless() -> None:
    (line,) = said(*GONE_THROUGH, panel(), taking("grandmother's drops"))
    assert "not recognised" in line


@pytest.mark.parametrize("name", CONDITIONS)
def test_liver_disease_is_named(name: str) -> None:
    (line,) = said(*GONE_THROUGH, panel(), checklist(pe.HistoryList.CONDITIONS, name))
    assert line.startswith(knowledge().conditions[name].title)
    assert "higher" in line


def test_what_was_never_asked_is_said() -> None:
    lines = " ".join(said())
    for words in ("Medicines are not on record", "Conditions are not on record", "No liver values are on record"):
        assert words in lines
    (line,) = said(*GONE_THROUGH, panel(), checklist(pe.HistoryList.CONDITIONS, unasked=CONDITIONS[:1]))
    assert "not asked" in line


@pytest.mark.parametrize(
    ("recorded_panel", "words"),
    [
        (panel(pe.WorkUpFinding.ABNORMAL), "Liver values abnormal"),
        (panel(pe.WorkUpFinding.WAIVED), "No liver values are on record"),
        (panel(done_on=TODAY - timedelta(days=91)), "those of today are not known"),
    ],
)
def test_liver_values_abnormal_waived_or_old_are_said(recorded_panel: pe.WorkUpRecorded, words: str) -> None:
    (line,) = said(*GONE_THROUGH, recorded_panel)
    assert words in line


def test_it_names_rows_that_there_are() -> None:
    known = knowledge()
    assert set(INTERACTIONS) <= set(known.interactions)
    assert set(CONDITIONS) <= set(known.conditions)
    assert LIVER_PANEL in known.work_up
