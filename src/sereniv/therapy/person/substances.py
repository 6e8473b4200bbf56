"""What the substance-use history amounts to, whichever way it was asked, and the totals of scores by their scale."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import (
    HistoryList,
    HistoryRecorded,
    ScaleAnswered,
    ScoreEntered,
    Substance,
    SubstanceAsked,
    SubstancesRecorded,
    SubstanceUse,
    Use,
)
from sereniv.therapy.recording.entry import Recorded

AUDIT_C = "auditc"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstanceHistory:
    """What a history amounts to, in words, and when it was asked."""

    uses: tuple[SubstanceUse, ...]
    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFound:
    """A total as known: its value, when, and the answers where it was answered here."""

    total: Decimal
    at: datetime
    answers: tuple[int | None, ...] = ()


def history(chart: PersonChart) -> SubstanceHistory | None:
    """Return the latest word on substance use, None where nobody asked."""
    each_asked = chart.last(SubstancesRecorded)
    as_list = chart.history(HistoryList.SUBSTANCE_USE)
    if each_asked is not None and (as_list is None or as_list.seq < each_asked.seq):
        return _of_each(each_asked)
    return None if as_list is None else _of_list(as_list)


def used_now(chart: PersonChart) -> tuple[SubstanceAsked, ...]:
    """Return the substances of which a disorder or misuse was said to be active, where each was asked last."""
    last, as_list = chart.last(SubstancesRecorded), chart.history(HistoryList.SUBSTANCE_USE)
    if last is None or (as_list is not None and as_list.seq > last.seq):
        return ()
    return tuple(each for each in last.event.asked if each.use is Use.ACTIVE)


def _of_each(asked: Recorded[SubstancesRecorded]) -> SubstanceHistory:
    found = [each for each in asked.event.asked if each.use is not Use.NONE]
    uses = {_amounts_to(each.substance, each.use) for each in found}
    words = ", ".join(
        f"{each.substance.replace('_', ' ')} {each.use}{f' ({each.words})' if each.words else ''}" for each in found
    )
    ordered = tuple(use for use in SubstanceUse if use in uses)
    return SubstanceHistory(uses=ordered, words=words or "none of these", at=asked.at)


def _amounts_to(substance: Substance, use: Use) -> SubstanceUse:
    if substance is Substance.KETAMINE_OR_PCP:
        return SubstanceUse.KETAMINE_OR_PCP_MISUSE
    return SubstanceUse.ACTIVE_DISORDER if use is Use.ACTIVE else SubstanceUse.PAST_DISORDER


def _of_list(recorded: Recorded[HistoryRecorded]) -> SubstanceHistory:
    uses = recorded.event.substance_use
    words = ", ".join([*(each.replace("_", " ") for each in uses), *recorded.event.entries])
    return SubstanceHistory(uses=uses, words=words or "none of these", at=recorded.at)


def latest_score(chart: PersonChart, scale: str, now: datetime, max_age: timedelta) -> ScoreFound | None:
    """Return the newest complete total of a scale, answered here or entered, that is no older than `max_age`."""
    found = [
        ScoreFound(total=Decimal(each.event.total), at=each.at, answers=each.event.answers)
        for each in chart.all(ScaleAnswered)
        if each.event.scale == scale and each.event.total is not None
    ]
    found += [
        ScoreFound(total=Decimal(each.event.total), at=each.at)
        for each in chart.all(ScoreEntered)
        if each.event.scale == scale
    ]
    fresh = [each for each in found if timedelta(0) <= now - each.at <= max_age]
    return max(fresh, key=lambda each: each.at, default=None)


def only_how_often(score: ScoreFound) -> bool | None:
    """Say whether every point of an AUDIT-C comes from its first question; None where the answers are not here."""
    if not score.answers or None in score.answers:
        return None
    return not any(score.answers[1:])
