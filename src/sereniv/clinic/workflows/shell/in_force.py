"""The rules in force: the packaged tables with what this clinic signed for itself over them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from django.conf import settings

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import OwnRuleSigned, StandardSigned
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.knowledge import Knowledge, knowledge
from sereniv.knowledge.own_rules import with_own
from sereniv.knowledge.rows import ClinicStandard
from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.recording.watched_time import plain
from sereniv.therapy.treatment.order_limits import Severity, severity_of

AnswerT = TypeVar("AnswerT")

COARSEST_PUMP_ML_PER_H = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What the medical director chooses of bag, pump and stock."""

    stocked_mg_per_ml: tuple[Decimal, ...]
    concentration_mg_per_ml: Decimal
    rate_increment_ml_per_h: Decimal


Signature = StandardSigned | OwnRuleSigned
"""What the rules in force are made of, beside the packaged tables."""

_read: ContextVar[dict[str, Any] | None] = ContextVar("rules_in_force", default=None)
"""What was read at the first question within `read_once`, such as the mark of the home's stream; None outside one."""


@contextmanager
def read_once() -> Iterator[None]:
    """Answer everything within by the rules as they stood at the first question, with one query.

    Within another `read_once` it is that one's first question that counts.
    """
    token = _read.set({} if _read.get() is None else _read.get())
    try:
        yield
    finally:
        _read.reset(token)


_as_if: ContextVar[Knowledge | None] = ContextVar("rules_as_if", default=None)
"""Other rules by which somebody asks what they would change; None where those in force judge."""


@contextmanager
def as_if(rules: Knowledge) -> Iterator[None]:
    """Judge everything within by other rules, for whoever asks what these would change; nothing is written within."""
    token = _as_if.set(rules)
    try:
        yield
    finally:
        _as_if.reset(token)


def read_anew() -> None:
    """Ask again at the next question: something has just been signed."""
    (_read.get() or {}).clear()


def asked_once(what: str, ask: Callable[[], AnswerT]) -> AnswerT:
    """Return an answer that was asked for once within `read_once`; outside one it is asked for each time."""
    read = _read.get()
    if read is None:
        return ask()
    if what not in read:
        read[what] = ask()
    return cast("AnswerT", read[what])


def forget_answer(what: str) -> None:
    """Ask one thing again at the next question."""
    (_read.get() or {}).pop(what, None)


def rules_in_force(now: datetime, known_by: datetime | None = None) -> Knowledge:
    """Return the tables that hold at `now`, the clinic's own numbers among them.

    Of an earlier moment `known_by` says until when what was signed counts: what was signed later judged nobody then.
    """
    if known_by is not None:
        signed = [each.event for each in signatures() if each.recorded_at <= known_by]
        return tables_on(signed, day_of(now)) if signed else knowledge()
    others = _as_if.get()
    if others is not None:
        return others
    # What is derived names the version of the rules it was derived with: their day is none of its own.
    today = day_of(plain(now))
    return _in_force(asked_once("mark of the home", partial(chart_store.mark_of, "home")), today)


def day_of(now: datetime) -> date:
    """Return the clinic's day at `now`: own numbers hold from a day on."""
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


@lru_cache(maxsize=8)
def _in_force(mark: str, today: date) -> Knowledge:
    """Fold the home's stream; `mark` says which it is, so that it is folded once a day and each time it changed."""
    return tables_on([each.event for each in signatures()], today) if mark else knowledge()


def signatures() -> tuple[Recorded[Signature], ...]:
    """Return everything that was signed of the rules, in the order of signing."""
    return tuple(
        narrowed(each, each.event)
        for each in chart_store.read("home")
        if isinstance(each.event, StandardSigned | OwnRuleSigned)
    )


def tables_on(signed: Iterable[Signature], today: date) -> Knowledge:
    """Return the tables that hold on a day by what was signed, in the order of signing."""
    events = tuple(signed)
    standards = [each for each in events if isinstance(each, StandardSigned)]
    return with_own(knowledge(), _own_values(events, today), _standard(standards[-1]) if standards else None)


def _own_values(signed: Iterable[Signature], today: date) -> dict[str, Decimal]:
    """Return the clinic's own numbers on a day: of each name the one whose day came last, then the one signed last."""
    found: dict[str, OwnRuleSigned] = {}
    for event in signed:
        if not isinstance(event, OwnRuleSigned) or event.effective_from > today:
            continue
        before = found.get(event.threshold)
        if before is None or before.effective_from <= event.effective_from:
            found[event.threshold] = event
    return {name: event.value for name, event in found.items() if event.value is not None}


def tables_by_version() -> dict[str, tuple[Knowledge, date | None]]:
    """Return every version of the tables that was ever in force over these packaged ones, and since which day.

    A version of before the program was last renewed is not among them: its packaged numbers went with it.
    """
    entries = signatures()
    found: dict[str, tuple[Knowledge, date | None]] = {knowledge().version: (knowledge(), None)}
    for count in range(1, len(entries) + 1):
        signed = day_of(entries[count - 1].recorded_at)
        until = day_of(entries[count].recorded_at) if count < len(entries) else date.max
        coming = {each.event.effective_from for each in entries[:count] if isinstance(each.event, OwnRuleSigned)}
        for day in sorted({signed, *(day for day in coming if signed < day <= until)}):
            rules = tables_on([each.event for each in entries[:count]], day)
            found.setdefault(rules.version, (rules, day))
    return found


def standard_signed() -> Recorded[StandardSigned] | None:
    """Return what was last signed of bag, pump and stock, None where nobody has yet."""
    found = [narrowed(each, each.event) for each in signatures() if isinstance(each.event, StandardSigned)]
    return found[-1] if found else None


def _standard(signed: StandardSigned) -> ClinicStandard:
    return replace(
        knowledge().standard,
        stocked_mg_per_ml=signed.stocked_mg_per_ml,
        concentration_mg_per_ml=signed.concentration_mg_per_ml,
        rate_increment_ml_per_h=signed.rate_increment_ml_per_h,
        approved_by="the medical director",
    )


def tables_with_stock(stock: Stock, now: datetime) -> Knowledge:
    """Return the tables as they would be now with another bag, pump and stock.

    Raises
    ------
    Malformed, Refused
        When it cannot be signed.
    """
    _demand_stock(stock)
    return tables_on([*(each.event for each in signatures()), _chosen(stock)], day_of(now))


def _chosen(stock: Stock) -> StandardSigned:
    return StandardSigned(
        stocked_mg_per_ml=tuple(sorted(stock.stocked_mg_per_ml)),
        concentration_mg_per_ml=stock.concentration_mg_per_ml,
        rate_increment_ml_per_h=stock.rate_increment_ml_per_h,
        reason="",
    )


def sign_standard(stock: Stock, reason: str, act: Act) -> None:
    """Sign which strengths are stocked, the one bag concentration, and the pump's increment.

    Raises
    ------
    Malformed
        When a strength is none that vials come in, the increment is none a pump shows, or the reason is missing.
    Refused
        When the concentration is past a limit on an order.
    """
    act.permit(Permission.SIGN_RULES)
    _demand_stock(stock)
    demand_reason(reason, "Write the reason; it stands beside what you sign.")
    event = replace(_chosen(stock), reason=reason.strip())
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart_store.append([New(stream="home", event=event, at=act.now)], act.writing())
        read_anew()


def _demand_stock(stock: Stock) -> None:
    known = knowledge().standard.vial_strengths_mg_per_ml
    if not stock.stocked_mg_per_ml or any(each not in known for each in stock.stocked_mg_per_ml):
        raise Malformed(f"Choose what is stocked: {', '.join(f'{each:f}' for each in known)} mg/mL.")
    if not 0 < stock.rate_increment_ml_per_h <= COARSEST_PUMP_ML_PER_H:
        raise Malformed(f"A pump's increment is above 0 and at most {COARSEST_PUMP_ML_PER_H} mL/h, such as 0.1.")
    if not stock.concentration_mg_per_ml > 0:
        raise Malformed("The concentration of the bag is above 0 mg/mL.")
    limit = knowledge().limits["concentration_mg_per_ml"]
    if severity_of(limit, stock.concentration_mg_per_ml) is not Severity.WITHIN:
        raise Refused("limits", f"{stock.concentration_mg_per_ml:f} mg/mL is past the limit: {limit.statement}.")
