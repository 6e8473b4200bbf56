"""The work-up, item by item: done, missing, expired or waived, and what an abnormal finding asks for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import cast

from sereniv.knowledge.rows import Action, Knowledge, Medicines, WorkUpItem
from sereniv.therapy.candidacy.laboratory import analyte_title, in_doubt
from sereniv.therapy.person.chart import PersonChart, Registered
from sereniv.therapy.person.concern import NOT_MET, Facts, Finding, Known, Result, Verdict, unknown
from sereniv.therapy.person.conditions import conditions_of
from sereniv.therapy.person.events import HistoryList, LaboratoryValue, WorkUpFinding, WorkUpRecorded
from sereniv.therapy.person.joined import BASE
from sereniv.therapy.person.medicines import lines_of, medicines_of
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain

MEASURED = frozenset({WorkUpFinding.NORMAL, WorkUpFinding.ABNORMAL})
DOUBTFUL = "values_in_doubt"
"""The fact that names values which may be of another unit than their limit."""
EXPIRES_SOON = timedelta(days=7)
"""How long before its last day an item is named as expiring (a house convention)."""


class ItemState(StrEnum):
    """Where one item stands."""

    DONE = "done"
    MISSING = "missing"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStanding:
    """One item as it stands for a person: what was recorded last, its finding, and the last day it holds."""

    row: WorkUpItem
    finding: Finding
    recorded: Recorded[WorkUpRecorded] | None
    state: ItemState
    holds_through: date | None

    def expires_soon(self, today: date) -> bool:
        """Say whether these are the last days on which it holds."""
        return (
            self.state is ItemState.DONE
            and self.holds_through is not None
            and self.holds_through - today <= EXPIRES_SOON
        )


def work_up_item(row: WorkUpItem, facts: Facts) -> Verdict:
    """Judge one item from what was found, how long ago, and whom it is about; a value is graver than its summary."""
    if "finding" not in facts or _is_expired(row, facts):
        return unknown(row.id)
    found = str(facts["finding"].value)
    if found == WorkUpFinding.NOT_INDICATED:
        return _not_indicated(row, facts)
    if found == WorkUpFinding.ABNORMAL or any(_times(facts, name) > 1 for name in row.gate_above):
        return _abnormal(row, facts)
    if DOUBTFUL in facts:
        return unknown(*cast("tuple[str, ...]", facts[DOUBTFUL].value))
    return NOT_MET


def _is_expired(row: WorkUpItem, facts: Facts) -> bool:
    too_old = "age_days" not in facts or cast("int", facts["age_days"].value) > row.valid_days
    since = facts.get("infusions_since")
    return too_old or (
        row.valid_infusions is not None and since is not None and int(str(since.value)) > row.valid_infusions
    )


def _times(facts: Facts, analyte: str) -> Decimal:
    """Return how many times its upper limit a value is; 0 where there is none."""
    return Decimal(str(facts[analyte].value)) if analyte in facts else Decimal(0)


def _not_indicated(row: WorkUpItem, facts: Facts) -> Verdict:
    """Judge an item said not to be indicated: whatever asks for it must be known not to hold."""
    if not row.conditional:
        return unknown(row.id)
    asks = {"age": row.needed_from_age is not None, "needed_with": row.needed_with, "needed_taking": row.needed_taking}
    missing = [name for name, asked in asks.items() if asked and name not in facts]
    if missing:
        return unknown(*missing)
    of_age = row.needed_from_age is not None and int(str(facts["age"].value)) >= row.needed_from_age
    found = any(asks[name] and facts[name].value for name in ("needed_with", "needed_taking"))
    return unknown(row.id) if of_age or found else NOT_MET


def _abnormal(row: WorkUpItem, facts: Facts) -> Verdict:
    if any(name in facts for name in row.gate_above):
        return _laboratory(row, facts)
    if row.gate_above_times is None or row.second_above_times is None:
        return _met(row.abnormal_action, facts)
    if "times_upper_limit" not in facts:
        return unknown("times_upper_limit")
    times = Decimal(str(facts["times_upper_limit"].value))
    if times > row.second_above_times:
        return _met(Action.GATE2, facts)
    return _met(Action.GATE if times > row.gate_above_times else row.abnormal_action, facts)


def _laboratory(row: WorkUpItem, facts: Facts) -> Verdict:
    """Judge each value by the row's own multiples; one that was not measured is named, and never taken for normal."""
    missing = tuple(name for name in row.gate_above if name not in facts)
    times = {name: _times(facts, name) for name in row.gate_above if name in facts}
    actions = [
        Action.GATE2 if value > row.second_above[name] else Action.GATE if value > row.gate_above[name] else
        row.abnormal_action
        for name, value in times.items()
        if value > 1
    ]  # fmt: skip
    if not actions and missing:
        return unknown(*missing)
    met = _met(max(actions, key=list(Action).index, default=row.abnormal_action), facts)
    return replace(met, missing=missing)


def above_limit(values: Iterable[LaboratoryValue]) -> tuple[str, ...]:
    """Name the values above the laboratory's own limit, as they were reported."""
    return tuple(
        f"{analyte_title(each.analyte)} {plain(each.value)} {each.unit}, limit {plain(each.upper_limit)}"
        for each in values
        if each.value > each.upper_limit
    )


def _times_words(value: LaboratoryValue, row: WorkUpItem) -> str:
    """Write a multiple to one decimal, or to as many as keep it on its own side of every bound it is judged by."""
    bounds = (
        Decimal(1),
        *(each[value.analyte] for each in (row.gate_above, row.second_above) if value.analyte in each),
    )
    decimals = range(1, -int(value.times.as_tuple().exponent))
    rounded = (round(value.times, each) for each in decimals)
    kept = (each for each in rounded if all(_side(each, bound) == _side(value.times, bound) for bound in bounds))
    return f"{plain(next(kept, value.times))} times"


def _side(value: Decimal, bound: Decimal) -> Decimal:
    return value.compare(bound)


def _met(action: Action, facts: Facts) -> Verdict:
    """Rest the verdict on the very finding: another abnormal one later is looked at anew."""
    grounds = (f"abnormal of {facts['done_on'].words}",) if "done_on" in facts else ("abnormal",)
    return Verdict(result=Result.MET, action=action, grounds=grounds)


def item_facts(
    row: WorkUpItem,
    recorded: Recorded[WorkUpRecorded] | None,
    chart: PersonChart,
    registered: Registered,
    today: date,
    medicines: Medicines,
) -> Facts:
    """Collect what one item reads; a list that nobody went through gives nothing."""
    found = _what_asks_for_it(row, chart, medicines)
    if row.needed_from_age is not None:
        age = registered.age_on(today)
        found["age"] = Known(value=age, words=f"{age} years")
    if recorded is None:
        return found
    event = recorded.event
    words = f"{event.finding.replace('_', ' ')}, {event.done_on:%d %b %Y}"
    found["finding"] = Known(value=event.finding, words=f"{words}: {event.words}" if event.words else words)
    days, through = (today - event.done_on).days, event.done_on + timedelta(days=row.valid_days)
    found["done_on"] = Known(value=event.done_on, words=f"{event.done_on:%d %b %Y}")
    found["age_days"] = Known(value=days, words=f"through {through:%d %b %Y}, {row.valid_days} days")
    for each in event.values:
        words = f"{plain(each.value)} {each.unit}, limit {plain(each.upper_limit)}: {_times_words(each, row)}"
        if not event.values_confirmed and each.times <= 1 and in_doubt(each, row):
            found[DOUBTFUL] = _with_doubt(found.get(DOUBTFUL), each.analyte, words)
            continue
        found[each.analyte] = Known(value=each.times, words=words)
    if event.times_upper_limit is not None:
        found["times_upper_limit"] = Known(
            value=event.times_upper_limit, words=f"{event.times_upper_limit} times the upper limit"
        )
    if row.valid_infusions is not None:
        since = infusions_ordered_since(chart, recorded)
        found["infusions_since"] = Known(value=since, words=f"{since} infusions ordered since")
    return found


def _with_doubt(before: Known | None, analyte: str, words: str) -> Known:
    said = f"{analyte_title(analyte)} {words}"
    if before is None:
        return Known(value=(analyte,), words=f"in doubt, and not read: {said}")
    return Known(value=(*cast("tuple[str, ...]", before.value), analyte), words=f"{before.words}; {said}")


def _what_asks_for_it(row: WorkUpItem, chart: PersonChart, known: Medicines) -> dict[str, Known]:
    """Return which of the conditions and medicines that ask for an item this person has."""
    found: dict[str, Known] = {}
    asked, listed = conditions_of(chart, HistoryList.CONDITIONS), medicines_of(chart)
    if row.needed_with and asked is not None and set(row.needed_with) <= {*asked.event.asked, *asked.event.conditions}:
        has = tuple(name for name in row.needed_with if name in asked.event.conditions)
        found["needed_with"] = Known(value=has, words=", ".join(has).replace("_", " ") or "none that asks for it")
    if row.needed_taking and listed is not None:
        lines = lines_of(listed.event.medicines, known)
        takes = tuple(line.said for line in lines if line.classes & set(row.needed_taking))
        if takes or all(line.wholly for line in lines):
            found["needed_taking"] = Known(value=takes, words="; ".join(takes) or "none that asks for it")
    return found


def newest_of_each(chart: PersonChart) -> dict[str, Recorded[WorkUpRecorded]]:
    """Return what was found last of each item: by the day it was done, for an older report may come in later.

    Of one day what was recorded last counts, so that a mistake is put right. That an item is waived or not indicated is
    no finding: whatever was recorded last stands beside it.
    """
    found: dict[str, Recorded[WorkUpRecorded]] = {}
    for each in chart.all(WorkUpRecorded):
        before = found.get(each.event.item)
        measured = before is not None and {before.event.finding, each.event.finding} <= MEASURED
        if before is None or not measured or each.event.done_on >= before.event.done_on:
            found[each.event.item] = each
    return found


def infusions_ordered_since(chart: PersonChart, recorded: Recorded[WorkUpRecorded]) -> int:
    """Count the infusions ordered since an item was done, an order made anew once; one due now is among them."""
    standing = [order for order in chart.orders if order.withdrawn is None]
    done_on = recorded.event.done_on
    after = [each for each in standing if each.signed.seq > recorded.seq or each.signed.at.date() > done_on]
    return len({(order.signed.stream_seq // BASE, order.terms.infusion_number) for order in after})


def standing(
    chart: PersonChart, registered: Registered, now: datetime, knowledge: Knowledge
) -> tuple[ItemStanding, ...]:
    """Return every item as it stands for one person, in the table's order."""
    latest = newest_of_each(chart)
    return tuple(
        _standing(row, latest.get(row.id), chart, registered, now.date(), knowledge.medicines)
        for row in knowledge.work_up.values()
    )


def _standing(
    row: WorkUpItem,
    recorded: Recorded[WorkUpRecorded] | None,
    chart: PersonChart,
    registered: Registered,
    today: date,
    medicines: Medicines,
) -> ItemStanding:
    facts = item_facts(row, recorded, chart, registered, today, medicines)
    verdict = work_up_item(row, facts)
    lacks = {row.id, *row.gate_above} & set(verdict.missing)
    if verdict.result is not Result.UNKNOWN or not lacks:
        state = ItemState.DONE
    else:
        state = ItemState.EXPIRED if "finding" in facts and _is_expired(row, facts) else ItemState.MISSING
    return ItemStanding(
        row=row,
        finding=Finding(row=row, verdict=verdict, read={name: known.words for name, known in facts.items()}),
        recorded=recorded,
        state=state,
        holds_through=None if recorded is None else recorded.event.done_on + timedelta(days=row.valid_days),
    )
