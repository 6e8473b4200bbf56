"""A laboratory's results as somebody takes them over: a report at a time, and never a panel out of one value."""

import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.inbox import settling
from sereniv.clinic.workflows.inbox.beside import Beheld, beheld
from sereniv.clinic.workflows.intake import screening
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.candidacy.work_up import ItemState, standing
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.received import BesideChart, not_taken_up, waiting
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.safety.suicide import opened
from tests.conftest import NOON, ActMaker
from tests.gateway.sending import panel, phq9, result
from tests.workflows.inbox.received import sent
from tests.workflows.test_path import registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def ida(act: ActMaker) -> uuid.UUID:
    return people.register(registration(), act("coordinator"), demo_id("ida")).pk


def chart(who: uuid.UUID) -> Any:
    return chart_store.person_chart(who)


def shown(who: uuid.UUID) -> tuple[Beheld, ...]:
    return beheld(Person.objects.get(pk=who), NOON)


def state(who: uuid.UUID, item: str) -> Any:
    registered = Person.objects.get(pk=who).registered
    return next(each for each in standing(chart(who), registered, NOON, rules_in_force(NOON)) if each.row.id == item)


def test_a_whole_panel_is_charted_by_one_tap(ida: uuid.UUID, act: ActMaker) -> None:
    entries = [sent(ida, each) for each in panel(str(ida))]
    assert all(each.why_not == "" and len(each.with_it) == 4 for each in shown(ida))
    assert not_taken_up(chart(ida), rules_in_force(NOON)) == ()
    settling.take_over(ida, entries[2], act("nurse"))
    (charted,) = chart(ida).all(pe.WorkUpRecorded)
    assert (charted.event.finding, str(charted.event.done_on)) == (pe.WorkUpFinding.NORMAL, "2026-02-27")
    assert [each.analyte for each in charted.event.values] == ["alt", "ast", "alp", "ggt", "bilirubin"]
    assert charted.event.values[4] == pe.LaboratoryValue(
        analyte="bilirubin", value=Decimal("0.6"), unit="mg/dL", upper_limit=Decimal("1.2")
    )
    assert waiting(chart(ida)) == ()
    assert state(ida, "liver_panel").state is ItemState.DONE
    with pytest.raises(Refused, match="taken over already"):
        settling.take_over(ida, entries[0], act("nurse"))


def test_part_of_a_panel_is_no_normal_panel(ida: uuid.UUID, act: ActMaker) -> None:
    entry = sent(ida, result(str(ida)))
    (one,) = shown(ida)
    assert one.why_not == (
        "Liver panel (ALT, AST, ALP, GGT, bilirubin): AST, ALP, GGT, Bilirubin of 27 Feb 2026 are not here. "
        "Part of a panel is no normal panel."
    )
    with pytest.raises(Refused, match="Part of a panel"):
        settling.take_over(ida, entry, act("nurse"))
    assert chart(ida).all(pe.WorkUpRecorded) == ()
    assert state(ida, "liver_panel").state is ItemState.MISSING


def test_one_value_above_its_limit_is_charted_and_asks_before_that(ida: uuid.UUID, act: ActMaker) -> None:
    entry = sent(ida, result(str(ida), value=200))
    (asks,) = not_taken_up(chart(ida), rules_in_force(NOON))
    assert asks.words == "laboratory: ALT 200 U/L, limits 0 to 40, 27 Feb 2026"
    settling.take_over(ida, entry, act("nurse"))
    (charted,) = chart(ida).all(pe.WorkUpRecorded)
    assert (charted.event.finding, charted.event.words) == (pe.WorkUpFinding.ABNORMAL, "ALT 200 U/L, limit 40")
    verdict = state(ida, "liver_panel").finding.verdict
    assert (str(verdict.action), verdict.missing) == ("GATE", ("ast", "alp", "ggt", "bilirubin"))


def test_what_comes_later_of_the_same_day_joins_what_is_charted(ida: uuid.UUID, act: ActMaker) -> None:
    first, *others = panel(str(ida), alt=200)
    settling.take_over(ida, sent(ida, first), act("nurse"))
    entries = [sent(ida, each) for each in others]
    settling.take_over(ida, entries[0], act("nurse"))
    newest = chart(ida).last(pe.WorkUpRecorded).event
    assert (newest.finding, len(newest.values), newest.values[0].value) == (pe.WorkUpFinding.ABNORMAL, 5, 200)
    again = sent(ida, result(str(ida), value=200, note=[{"text": "sent anew"}]))
    (same,) = [each for each in shown(ida) if each.item.entry == again]
    assert same.beside is BesideChart.SAME


def test_two_results_of_one_day_are_told_apart_by_somebody(ida: uuid.UUID, act: ActMaker) -> None:
    first, second = sent(ida, result(str(ida), value=200)), sent(ida, result(str(ida), value=20))
    assert all("Two results of ALT of this day wait" in each.why_not for each in shown(ida))
    settling.refuse(ida, second, "The laboratory took it back", act("nurse"))
    settling.take_over(ida, first, act("nurse"))


def test_a_value_that_may_be_of_another_unit_is_charted_in_doubt(ida: uuid.UUID, act: ActMaker) -> None:
    *enzymes, _ = panel(str(ida))
    entries = [sent(ida, each) for each in (*enzymes, result(str(ida), "14631-6", 2.5, 21, "umol/L"))]
    asked = [each.report.asked for each in shown(ida) if each.report is not None]
    assert "is 2.5 in µmol/L, as its limit of 21 is" in " ".join(asked[0])
    settling.take_over(ida, entries[0], act("nurse"))
    assert not chart(ida).last(pe.WorkUpRecorded).event.values_confirmed
    assert "bilirubin" in state(ida, "liver_panel").finding.verdict.missing


def test_what_came_since_the_page_was_drawn_is_looked_at_first(ida: uuid.UUID, act: ActMaker) -> None:
    *first, last = panel(str(ida))
    entries = [sent(ida, each) for each in first]
    seen = chart_store.head().seq
    sent(ida, last)
    with pytest.raises(Refused, match="came in since"):
        settling.take_over(ida, entries[0], replace(act("nurse"), seen=seen))
    assert chart(ida).all(pe.WorkUpRecorded) == ()


def test_creatinine_is_judged_by_its_own_limits(ida: uuid.UUID, act: ActMaker) -> None:
    settling.take_over(ida, sent(ida, result(str(ida), "2160-0", 0.9, 1.2, "mg/dL")), act("nurse"))
    assert state(ida, "creatinine").state is ItemState.DONE
    settling.take_over(ida, sent(ida, result(str(ida), "2160-0", 2.9, 1.2, "mg/dL")), act("nurse"))
    assert chart(ida).last(pe.WorkUpRecorded).event.finding is pe.WorkUpFinding.ABNORMAL


def test_an_older_panel_takes_the_place_of_no_newer_one(ida: uuid.UUID, act: ActMaker) -> None:
    newer = pe.WorkUpRecorded(
        item="creatinine", finding=pe.WorkUpFinding.ABNORMAL, words="2.9 mg/dL", done_on=NOON.date()
    )
    screening.record_work_up(ida, [newer], act("nurse"))
    settling.take_over(ida, sent(ida, result(str(ida), "2160-0", 0.9, 1.2, "mg/dL")), act("nurse"))
    assert "abnormal" in state(ida, "creatinine").finding.read["finding"]


def test_what_no_rule_reads_waits_and_asks_where_it_is_not_within_its_limits(ida: uuid.UUID, act: ActMaker) -> None:
    entry = sent(ida, result(str(ida), "2823-3", 6.9, 5.1, "mmol/L"))
    assert len(not_taken_up(chart(ida), rules_in_force(NOON))) == 1
    with pytest.raises(Refused, match="No rule here reads Potassium"):
        settling.take_over(ida, entry, act("nurse"))
    settling.know(ida, entry, act("nurse"))
    assert not_taken_up(chart(ida), rules_in_force(NOON)) == ()


def test_answers_are_scored_and_open_the_item_at_once_and_when_they_are_taken_over(
    ida: uuid.UUID, act: ActMaker
) -> None:
    entry = sent(ida, phq9(str(ida), 3, 2, 1, 0, 1, 2, 3, 0, 2))
    assert len(opened(chart(ida), rules_in_force(NOON))) == 1
    settling.take_over(ida, entry, act("nurse"))
    (score,) = chart(ida).scores
    assert (score.event.total, score.event.answers[8]) == (Decimal(14), 2)
    assert "elsewhere" in score.event.answered_by
    assert {each.entry for each in opened(chart(ida), rules_in_force(NOON))} >= {score.stream_seq}


def test_a_blank_item_nine_opens_it_when_it_is_taken_over(ida: uuid.UUID, act: ActMaker) -> None:
    entry = sent(ida, phq9(str(ida), 0, 0, 0, 0, 0, 0, 0, 0, None))
    assert len(not_taken_up(chart(ida), rules_in_force(NOON))) == 1
    settling.take_over(ida, entry, act("nurse"))
    (score,) = chart(ida).scores
    assert score.event.total is None
    assert score.stream_seq in {each.entry for each in opened(chart(ida), rules_in_force(NOON))}
    again = sent(ida, phq9(str(ida), 0, 0, 0, 0, 0, 0, 0, 0, None, id="again"))
    assert [each.beside for each in shown(ida) if each.item.entry == again] == [BesideChart.SAME]


def test_calm_answers_open_nothing(ida: uuid.UUID, act: ActMaker) -> None:
    settling.take_over(ida, sent(ida, phq9(str(ida), 0, 0, 0, 0, 0, 0, 0, 0, 0)), act("nurse"))
    assert list(opened(chart(ida), rules_in_force(NOON))) == []
