"""The work-up, item by item: done, missing, expired or waived, and what an abnormal finding asks for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from sereniv.knowledge.rows import Action, Knowledge, WorkUpItem
from sereniv.therapy.patient import PersonChart, Registered
from sereniv.therapy.person_events import WorkUpFinding, WorkUpRecorded
from sereniv.therapy.recorded import Recorded
from sereniv.therapy.verdict import NOT_MET, Facts, Finding, Known, Result, Verdict, unknown

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
    """Judge one item from what was found, how long ago, and whom it is about."""
    if "finding" not in facts or _is_expired(row, facts):
        return unknown(row.id)
    found = str(facts["finding"].value)
    if found == WorkUpFinding.NOT_INDICATED:
        return _not_indicated(row, facts)
    if found == WorkUpFinding.ABNORMAL:
        return _abnormal(row, facts)
    return NOT_MET


def _is_expired(row: WorkUpItem, facts: Facts) -> bool:
    too_old = "age_days" not in facts or int(str(facts["age_days"].value)) > row.valid_days
    since = facts.get("infusions_since")
    return too_old or (
        row.valid_infusions is not None and since is not None and int(str(since.value)) > row.valid_infusions
    )


def _not_indicated(row: WorkUpItem, facts: Facts) -> Verdict:
    if not row.conditional:
        return unknown(row.id)
    if row.needed_from_age is None:
        return NOT_MET
    if "age" not in facts:
        return unknown("age")
    return NOT_MET if int(str(facts["age"].value)) < row.needed_from_age else unknown(row.id)


def _abnormal(row: WorkUpItem, facts: Facts) -> Verdict:
    if row.gate_above_times is None or row.second_above_times is None:
        return _met(row.abnormal_action, facts)
    if "times_upper_limit" not in facts:
        return unknown("times_upper_limit")
    times = Decimal(str(facts["times_upper_limit"].value))
    if times > row.second_above_times:
        return _met(Action.GATE2, facts)
    return _met(Action.GATE if times > row.gate_above_times else row.abnormal_action, facts)


def _met(action: Action, facts: Facts) -> Verdict:
    """Rest the verdict on the very finding: another abnormal one later is looked at anew."""
    grounds = (f"abnormal of {facts['done_on'].words}",) if "done_on" in facts else ("abnormal",)
    return Verdict(result=Result.MET, action=action, grounds=grounds)


def item_facts(
    row: WorkUpItem, recorded: Recorded[WorkUpRecorded] | None, chart: PersonChart, registered: Registered, today: date
) -> Facts:
    """Collect what one item reads."""
    found: dict[str, Known] = {}
    if row.needed_from_age is not None:
        age = registered.age_on(today)
        found["age"] = Known(value=age, words=f"{age} years")
    if recorded is None:
        return found
    event = recorded.event
    words = f"{event.finding.replace('_', ' ')}, {event.done_on:%d %b %Y}"
    found["finding"] = Known(value=event.finding, words=f"{words}: {event.words}" if event.words else words)
    days = (today - event.done_on).days
    found["done_on"] = Known(value=event.done_on, words=f"{event.done_on:%d %b %Y}")
    found["age_days"] = Known(value=days, words=f"{days} of {row.valid_days} days")
    if event.times_upper_limit is not None:
        found["times_upper_limit"] = Known(
            value=event.times_upper_limit, words=f"{event.times_upper_limit} times the upper limit"
        )
    if row.valid_infusions is not None:
        since = infusions_ordered_since(chart, recorded)
        found["infusions_since"] = Known(value=since, words=f"{since} infusions ordered since")
    return found


def infusions_ordered_since(chart: PersonChart, recorded: Recorded[WorkUpRecorded]) -> int:
    """Count the infusions ordered since an item was recorded, an order made anew once; one due now is among them."""
    standing = [order for order in chart.orders if order.withdrawn is None]
    numbers = {order.terms.infusion_number for order in standing if order.signed.stream_seq > recorded.stream_seq}
    return len(numbers)


def standing(
    chart: PersonChart, registered: Registered, now: datetime, knowledge: Knowledge
) -> tuple[ItemStanding, ...]:
    """Return every item as it stands for one person, in the table's order."""
    latest = {each.event.item: each for each in chart.all(WorkUpRecorded)}
    return tuple(
        _standing(row, latest.get(row.id), chart, registered, now.date()) for row in knowledge.work_up.values()
    )


def _standing(
    row: WorkUpItem, recorded: Recorded[WorkUpRecorded] | None, chart: PersonChart, registered: Registered, today: date
) -> ItemStanding:
    facts = item_facts(row, recorded, chart, registered, today)
    verdict = work_up_item(row, facts)
    if row.id not in verdict.missing:
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
