"""What changes where other rules hold: examples, findings, gate lines, stays and times that read otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sereniv.knowledge.rows import Example, Knowledge, Phase, Row
from sereniv.therapy import monitoring
from sereniv.therapy.candidacy import criteria, work_up
from sereniv.therapy.chair import recovery
from sereniv.therapy.chair.gate import gate
from sereniv.therapy.chair.gate_facts import GateFacts
from sereniv.therapy.person.chart import PersonChart, Registered
from sereniv.therapy.person.concern import Known
from sereniv.therapy.person.consent import consent
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.treatment import order_limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """Something that reads otherwise: what, how it read before, and how it would read."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplesJudged:
    """The worked examples of a row under other rules: how many there are, and which read otherwise."""

    count: int
    otherwise: tuple[Otherwise, ...]


def examples_of(row_id: str, before: Knowledge, after: Knowledge) -> ExamplesJudged:
    """Judge every worked example of a row by both tables; a row without examples has none to judge."""
    old, new = dict(_examples(row_id, before)), dict(_examples(row_id, after))
    changed = (Otherwise(what=what, before=old[what], after=new[what]) for what in old if old[what] != new[what])
    return ExamplesJudged(count=len(old), otherwise=tuple(changed))


def _examples(row_id: str, rules: Knowledge) -> Iterator[tuple[str, str]]:
    if row_id in rules.criteria:
        criterion = rules.criteria[row_id]
        for each in criterion.examples:
            yield _given(each), criteria.PREDICATES[row_id](criterion, _facts(each)).words()
    elif row_id in rules.work_up:
        item = rules.work_up[row_id]
        for each in item.examples:
            yield _given(each), work_up.work_up_item(item, _facts(each)).words()
    elif row_id in rules.limits:
        limit = rules.limits[row_id]
        for each in limit.examples:
            yield _given(each), str(order_limits.severity_of(limit, Decimal(str(each.given["value"]))))


def _facts(example: Example) -> dict[str, Known]:
    return {name: Known(value=value, words=str(value)) for name, value in example.given.items()}


def _given(example: Example) -> str:
    said = (f"{name.replace('_', ' ')} {value}" for name, value in example.given.items())
    return ", ".join(said).removeprefix("value ") or "nothing known"


def for_person(
    chart: PersonChart, registered: Registered, now: datetime, before: Knowledge, after: Knowledge
) -> tuple[Otherwise, ...]:
    """Return what of one person would read otherwise: findings of candidacy, and whether the consent holds."""
    old, new = (_findings(chart, registered, now, rules) for rules in (before, after))
    found = [Otherwise(what=what, before=old[what], after=new[what]) for what in old if old[what] != new[what]]
    signed = [consent(chart, now, rules.consent).state for rules in (before, after)]
    if signed[0] is not signed[1]:
        found.append(Otherwise(what="Consent", before=str(signed[0]), after=str(signed[1])))
    return tuple(found)


def _findings(chart: PersonChart, registered: Registered, now: datetime, rules: Knowledge) -> dict[str, str]:
    found: dict[str, str] = {}
    # What counts at the start is shown where it differs there alone: fresher facts are asked for.
    for phase in (Phase.BEFORE_START, Phase.SCREEN):
        for each in criteria.findings(chart, registered, phase, now, rules):
            found[each.row.title] = each.verdict.words()
    return found


def for_session(facts: GateFacts, before: Knowledge, after: Knowledge) -> tuple[Otherwise, ...]:
    """Return what of one open session would read otherwise: its gate, when vital signs are due, its stay."""
    old, new = (_session(facts, rules) for rules in (before, after))
    return tuple(
        Otherwise(what=what, before=old.get(what, "–"), after=new.get(what, "–"))
        for what in {**old, **new}
        if old.get(what) != new.get(what)
    )


def _session(facts: GateFacts, rules: Knowledge) -> dict[str, str]:
    chart, now = facts.session, facts.now
    found: dict[str, str] = {}
    if chart.started_at is None:
        for line in gate(replace(facts, knowledge=rules)):
            found[f"Gate: {line.row.title}"] = f"{line.state}. {line.why}"
    else:
        found |= _running(chart, now, rules)
    return found


def _running(chart: SessionChart, now: datetime, rules: Knowledge) -> dict[str, str]:
    due = monitoring.next_vitals_due(chart, now, monitoring.schedule_of(chart, rules))
    found = {} if due is None else {"Next vital signs": f"due {due.at:%H:%M}, every {due.every_min} minutes"}
    if chart.stopped_at is not None:
        for line in recovery.discharge_lines(chart, now, rules):
            found[f"Discharge: {line.title}"] = line.why
    return found


def row_of(name: str, rules: Knowledge) -> Row:
    """Return the row in which a threshold of this name stands."""
    table, _, rest = name.partition(".")
    found = getattr(rules, table)
    if isinstance(found, Row):
        return found
    row: Row = found[rest.partition(".")[0]]
    return row
