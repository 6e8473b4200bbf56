"""The clinic's own numbers: what a director may sign, who would notice, and the signature of two."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import OwnRuleSigned
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import Signature, day_of, read_anew, rules_in_force, signatures, tables_on
from sereniv.knowledge import knowledge
from sereniv.knowledge.own_rules import Threshold, bound_of, out_of_order, thresholds
from sereniv.knowledge.rows import Knowledge, OwnBound
from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.recording.reasons import demand_reason, demand_word
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.recording.typed_values import plain

RULE = "own rules"
LONGEST_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNumber:
    """What two people sign: the number, from which day, on which source, and why."""

    threshold: str
    value: Decimal
    effective_from: date
    source: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One threshold as it stands: packaged, in force, and every time that it was signed, newest first."""

    packaged: Threshold
    in_force: Threshold
    bound: OwnBound
    history: tuple[Recorded[OwnRuleSigned], ...]
    today: date

    @property
    def range(self) -> tuple[Decimal, Decimal]:
        """Return the least and the greatest number that may be signed."""
        return self.bound.range(self.packaged.value)

    @property
    def is_own(self) -> bool:
        """Say whether the clinic's own number holds today."""
        return self.in_force.value != self.packaged.value

    @property
    def signed(self) -> Recorded[OwnRuleSigned] | None:
        """Return the signature that holds today, None where the packaged number was never touched."""
        due = [each for each in reversed(self.history) if each.event.effective_from <= self.today]
        return max(reversed(due), key=lambda each: (each.event.effective_from, each.seq), default=None)

    @property
    def coming(self) -> tuple[Recorded[OwnRuleSigned], ...]:
        """Return what is signed for a day that has not come, the nearest first."""
        later = [each for each in self.history if each.event.effective_from > self.today]
        return tuple(sorted(later, key=lambda each: each.event.effective_from))

    @property
    def packaged_has_moved(self) -> bool:
        """Say whether the packaged number is another than the one that was signed over."""
        signed = self.signed
        return self.is_own and signed is not None and signed.event.packaged != self.packaged.value


def standings(now: datetime) -> dict[str, Standing]:
    """Return every threshold that a clinic may set, by its name."""
    signed = [narrowed(each, each.event) for each in signatures() if isinstance(each.event, OwnRuleSigned)]
    packaged, in_force = thresholds(knowledge()), thresholds(rules_in_force(now))
    return {
        name: Standing(
            packaged=packaged[name],
            in_force=in_force[name],
            bound=bound_of(name, knowledge()),
            history=tuple(reversed([each for each in signed if each.event.threshold == name])),
            today=day_of(now),
        )
        for name in packaged
    }


def tables_with(name: str, value: Decimal, now: datetime) -> Knowledge:
    """Return the tables as they would be today with `value` under `name`.

    Raises
    ------
    Malformed
        When a clinic cannot set this number, or it lies outside its range.
    Refused
        When it would overtake another number, such as a hold above the gate.
    """
    today = day_of(now)
    event = _event(OwnNumber(threshold=name, value=value, effective_from=today, source="", reason=""))
    signed = [*(each.event for each in signatures()), event]
    _demand_order(signed, event)
    return tables_on(signed, today)


def _event(number: OwnNumber) -> OwnRuleSigned:
    packaged = thresholds(knowledge()).get(number.threshold)
    if packaged is None:
        raise Malformed("This is no number that a clinic sets for itself.")
    _demand_in_range(packaged, number.value)
    return OwnRuleSigned(
        threshold=number.threshold,
        value=None if number.value == packaged.value else number.value,
        packaged=packaged.value,
        packaged_version=knowledge().version,
        effective_from=number.effective_from,
        source=number.source.strip(),
        reason=number.reason.strip(),
    )


def _demand_order(signed: list[Signature], event: OwnRuleSigned) -> None:
    """Refuse a number that overtakes another on the day it begins to hold, or on a day signed for later."""
    days = {each.effective_from for each in signed if isinstance(each, OwnRuleSigned)}
    for day in sorted(each for each in days if each >= event.effective_from):
        overtaken = out_of_order(tables_on(signed, day), event.threshold)
        if overtaken:
            raise Refused(RULE, f"From {day:%d %b %Y}: {overtaken}")


def _demand_in_range(packaged: Threshold, value: Decimal) -> None:
    bound = bound_of(packaged.name, knowledge())
    low, high = bound.range(packaged.value)
    decimals = 0 if packaged.is_whole else bound.decimals
    if value != round(value, decimals):
        raise Malformed("Enter a whole number." if decimals == 0 else f"Enter at most {decimals} decimals.")
    if not low <= value <= high:
        raise Malformed(f"{packaged.title} can be set from {plain(low)} to {plain(high)}.")


def sign_own(number: OwnNumber, act: Act) -> None:
    """Sign a clinic's own number; the packaged one signed means that the packaged one holds again.

    Raises
    ------
    Malformed
        When the number is none that may be set, the day has passed, or source or reason is missing.
    Refused
        When it would overtake another number, or no second person who may countersign signs with the director.
    """
    act.permit(Permission.SIGN_RULES)
    act.second_person(TwoPersonAct.OWN_NUMBER, RULE)
    asked = "Write the source and the reason; they stand beside what you sign."
    demand_word(number.source, asked)
    demand_reason(number.reason, asked)
    if number.effective_from < day_of(act.now):
        raise Malformed("The day from which it holds has passed: what was decided then stays as it was.")
    if number.effective_from > day_of(act.now) + LONGEST_AHEAD:
        raise Malformed("Choose a day within the next year.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        event = _event(number)
        _demand_order([*(each.event for each in signatures()), event], event)
        chart_store.append([New(stream="home", event=event, at=act.now)], act.writing())
        read_anew()
