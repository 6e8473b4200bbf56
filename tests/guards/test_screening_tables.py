"""The tables of entry rules, trials and work-up: each worked example holds in the code that applies its row."""

import re

import pytest

from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import CourseRule, Criterion, EntryRule, Example, TrialCriterion, WorkUpItem
from sereniv.therapy.candidacy import inclusion, work_up
from sereniv.therapy.candidacy.criteria import Known
from sereniv.therapy.person import events as pe
from sereniv.therapy.person import trials
from sereniv.therapy.person.chart import chart_of
from sereniv.therapy.person.events import StoppedFor, TrialKind
from tests.therapy.making import REGISTERED, minute, recorded, trial

RULES = knowledge()
ENTRY_EXAMPLES = [(row, each) for row in RULES.entry_rules.values() for each in row.examples]
WORK_UP_EXAMPLES = [(row, each) for row in RULES.work_up.values() for each in row.examples]
TRIAL_EXAMPLES = [(row, each) for row in RULES.trials for each in row.examples]


def named(value: object) -> str:
    return value.id if isinstance(value, EntryRule | WorkUpItem | TrialCriterion | Criterion | CourseRule) else ""


def facts(example: Example) -> dict[str, Known]:
    return {name: Known(value=value, words=str(value)) for name, value in example.given.items()}


@pytest.mark.parametrize(("row", "example"), ENTRY_EXAMPLES, ids=named)
def test_every_example_of_an_entry_rule_holds(row: EntryRule, example: Example) -> None:
    assert inclusion.entry_rule(row, facts(example)).words() == example.gives


@pytest.mark.parametrize(("row", "example"), WORK_UP_EXAMPLES, ids=named)
def test_every_example_of_the_work_up_holds(row: WorkUpItem, example: Example) -> None:
    assert work_up.work_up_item(row, facts(example)).words() == example.gives


@pytest.mark.parametrize(("row", "example"), TRIAL_EXAMPLES, ids=named)
def test_every_example_of_a_trial_holds(row: TrialCriterion, example: Example) -> None:
    given = example.given
    tried = trial(
        reached_minimum_dose=given.get("minimum_dose"),
        weeks=given.get("weeks"),
        adherent=given.get("adherent"),
        improvement_percent=given.get("improvement"),
        stopped_for=StoppedFor(str(given["stopped_for"])),
    )
    assert trials.judge(tried, row).adequacy == example.gives


def test_every_indication_has_its_entry_rule_and_every_rule_what_it_names() -> None:
    assert sorted(row.indication for row in RULES.entry_rules.values()) == sorted(RULES.indications)
    scales = {*RULES.entered_scores, *RULES.scales}
    for row in RULES.entry_rules.values():
        compared = {*row.at_least, *row.must_be, *row.hold_from, *row.second_from, *row.instead.values()}
        assert compared <= set(row.inputs), row.id
        assert {*row.at_least, *row.must_be, *row.instead.values()} <= set(row.action_when), row.id
        assert set(row.inputs) <= {
            "diagnosis",
            inclusion.PAST_MANIA,
            inclusion.PRESENT_EPISODE,
            *inclusion.FEATURES,
            *inclusion.COUNTS,
            *scales,
        }, row.id
        assert set(row.failed_kinds) <= set(TrialKind), row.id
    assert {name for row in RULES.criteria.values() for name in row.only_for} <= set(RULES.indications)


def test_rows_of_every_table_are_named_once() -> None:
    names = [*RULES.criteria, *RULES.entry_rules, *RULES.work_up]
    assert len(names) == len(set(names))
    assert [each.id for each in RULES.trials] == ["atrq", "athf"], "the first is the one that rules count by"


def test_a_total_from_elsewhere_has_the_range_of_the_scale_it_is_a_total_of() -> None:
    both = RULES.entered_scores.keys() & RULES.scales.keys()
    assert both == {"auditc", "gad7", "pcl5", "ymrs"}
    assert {name: RULES.entered_scores[name].range for name in both} == {
        name: RULES.scales[name].total_range for name in both
    }


CLAIMING: list[Criterion | CourseRule] = [
    *RULES.work_up.values(),
    *RULES.entry_rules.values(),
    *RULES.criteria.values(),
    *RULES.course.values(),
]
JOINING = {"or", "and", "then", "on", "with", "a", "the"}
"""What may stand between the clauses of a statement without claiming anything."""


@pytest.mark.parametrize("row", CLAIMING, ids=named)
def test_every_clause_of_a_statement_is_read_by_its_predicate_or_vouched_for_by_a_person(
    row: Criterion | CourseRule,
) -> None:
    rest = row.statement
    for clause in sorted((*row.claims, *row.vouched), key=len, reverse=True):
        assert clause in rest, f"{row.id}: the statement does not say {clause!r}"
        rest = rest.replace(clause, " ", 1)
    left = set(re.findall(r"\w+", rest.lower())) - JOINING
    assert not left, f"{row.id} claims {rest.strip()!r}: name it under `claims` with its input, or under `vouched`"


@pytest.mark.parametrize(("row", "name"), [(row, name) for row in CLAIMING for name in row.claims.values()], ids=str)
def test_every_claim_changes_the_verdict_of_an_example(row: Criterion | CourseRule, name: str) -> None:
    """Two worked examples that differ in this input alone must come out otherwise: the predicate reads it."""
    examples = [(dict(each.given), each.gives) for each in row.examples]

    def without(given: dict[str, object]) -> dict[str, object]:
        return {key: value for key, value in given.items() if key != name}

    pairs = [
        (one, other)
        for one, gives in examples
        for other, otherwise in examples
        if name in one and one.get(name) != other.get(name) and without(one) == without(other) and gives != otherwise
    ]
    assert pairs, f"{row.id}: no two examples differ in {name!r} alone and come out otherwise"


def test_every_claim_of_the_work_up_is_collected_from_the_record() -> None:
    """A predicate that reads an input which nobody collects would say nothing of real people."""
    record = chart_of(
        [
            recorded(
                pe.ConditionsRecorded(list=pe.HistoryList.CONDITIONS, asked=tuple(RULES.conditions)), 1, minute(1)
            ),
            recorded(pe.MedicinesListed(), 2, minute(2)),
        ]
    )
    done = pe.WorkUpRecorded(item="any", finding=pe.WorkUpFinding.NORMAL, words="", done_on=minute(3).date())
    last = recorded(done, 3, minute(3))
    for row in RULES.work_up.values():
        read = work_up.item_facts(row, last, record, REGISTERED, minute(4).date(), RULES.medicines)
        assert set(row.claims.values()) <= set(read), row.id
