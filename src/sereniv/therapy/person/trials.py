"""Earlier treatments: adequacy computed from raw facts by each published criterion, with its reason."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sereniv.knowledge.rows import TrialCriterion
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import HistoryList, StoppedFor, TrialKind, TrialLeftUnknown, TrialRecorded
from sereniv.therapy.recording.entry import Recorded

MEDICINES = frozenset({TrialKind.MEDICATION, TrialKind.AUGMENTATION})
"""Kinds that the criteria of adequacy were made for."""


class Adequacy(StrEnum):
    """What a trial amounts to by one criterion."""

    ADEQUATE = "adequate and failed"
    NOT_ADEQUATE = "not adequate"
    HELPED = "helped"
    NOT_TOLERATED = "not tolerated"
    NOT_JUDGED = "not judged"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A trial judged by one criterion: what it amounts to, and why in words."""

    criterion: TrialCriterion
    adequacy: Adequacy
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many trials count for certain, and how many more would if what is missing turned out so; None is no end."""

    certain: int
    possible: int | None
    missing: tuple[str, ...] = ()


def judge(trial: TrialRecorded, criterion: TrialCriterion) -> Judged:
    """Judge one trial by one criterion; a fact that settles the answer by itself goes before one that is missing."""
    adequacy, why = _judged(trial, criterion)
    return Judged(criterion=criterion, adequacy=adequacy, why=why)


def _judged(trial: TrialRecorded, criterion: TrialCriterion) -> tuple[Adequacy, str]:
    if trial.kind not in MEDICINES:
        return Adequacy.NOT_JUDGED, "The criterion is for medicines."
    improvement, below = trial.improvement_percent, criterion.improvement_below_percent
    if trial.stopped_for is StoppedFor.SIDE_EFFECTS:
        return Adequacy.NOT_TOLERATED, "Stopped for side effects: intolerance is not failure."
    if improvement is not None and improvement >= below:
        return Adequacy.HELPED, f"Improved by {improvement} %, not under {below} %."
    if trial.reached_minimum_dose is False:
        return Adequacy.NOT_ADEQUATE, "Under the labelled minimum dose."
    if trial.weeks is not None and trial.weeks < criterion.weeks:
        return Adequacy.NOT_ADEQUATE, f"{trial.weeks} weeks, fewer than {criterion.weeks}."
    if trial.adherent is False:
        return Adequacy.NOT_ADEQUATE, "Not taken as prescribed."
    missing = missing_facts(trial)
    if missing:
        return Adequacy.UNKNOWN, f"Not known: {', '.join(missing)}."
    return Adequacy.ADEQUATE, f"{trial.weeks} weeks at an adequate dose, improved by {improvement} %."


def missing_facts(trial: TrialRecorded) -> tuple[str, ...]:
    """Name what is not known of a medicine that was tried."""
    facts = {
        "minimum dose reached": trial.reached_minimum_dose,
        "weeks": trial.weeks,
        "taken as prescribed": trial.adherent,
        "improvement": trial.improvement_percent,
    }
    return tuple(name for name, value in facts.items() if value is None)


def failed(trial: TrialRecorded, below_percent: int) -> bool | None:
    """Say whether a treatment of any kind failed; None is not known. Intolerance is not failure."""
    if trial.stopped_for is StoppedFor.SIDE_EFFECTS:
        return False
    if trial.improvement_percent is not None:
        return trial.improvement_percent < below_percent
    return True if trial.stopped_for is StoppedFor.NO_BENEFIT else None


def n_adequate(
    trials: Iterable[TrialRecorded],
    criterion: TrialCriterion,
    *,
    in_current_episode: bool = False,
    closed: bool = True,
    left_unknown: Collection[TrialRecorded] = (),
) -> Count:
    """Count the adequate failed trials by one criterion.

    Parameters
    ----------
    in_current_episode
        Count those of the present episode alone; one of which that is not known counts as possible.
    closed
        Whether somebody said that the list is complete: an open one may hold any number more.
    left_unknown
        Those of which a prescriber said that what is missing cannot be found out: they are not waited for.
    """
    certain, unsure = 0, []
    for trial in trials:
        judged = judge(trial, criterion)
        episode = trial.in_current_episode if in_current_episode else True
        if judged.adequacy not in {Adequacy.ADEQUATE, Adequacy.UNKNOWN} or episode is False:
            continue
        if judged.adequacy is Adequacy.ADEQUATE and episode:
            certain += 1
        elif trial not in left_unknown:
            lacking = [*missing_facts(trial), *(["in this episode"] if episode is None else [])]
            unsure.append(f"{trial.treatment}: {', '.join(lacking)}")
    return _count(certain, unsure, closed)


def n_failed(
    trials: Iterable[TrialRecorded],
    kinds: Iterable[str],
    criterion: TrialCriterion,
    *,
    closed: bool = True,
    left_unknown: Collection[TrialRecorded] = (),
) -> Count:
    """Count the treatments of some kinds that failed; see `n_adequate` for an open list and those left unknown."""
    wanted = set(kinds)
    certain, unsure = 0, []
    for trial in trials:
        answer = failed(trial, criterion.improvement_below_percent) if trial.kind in wanted else False
        if answer:
            certain += 1
        elif answer is None and trial not in left_unknown:
            unsure.append(f"{trial.treatment}: improvement")
    return _count(certain, unsure, closed)


def _count(certain: int, unsure: list[str], closed: bool) -> Count:
    if not closed:
        return Count(certain=certain, possible=None, missing=(*unsure, "the list is not closed"))
    return Count(certain=certain, possible=certain + len(unsure), missing=tuple(unsure))


def listed(chart: PersonChart) -> tuple[Recorded[TrialRecorded], ...]:
    """Return every trial that counts, as recorded."""
    return chart.all(TrialRecorded)


def left_unknown(chart: PersonChart) -> Mapping[int, Recorded[TrialLeftUnknown]]:
    """Return, by entry, the trials of which a prescriber said that what is missing cannot be found out."""
    said = {each.event.entry: each for each in chart.all(TrialLeftUnknown)}
    return {each.stream_seq: said[each.stream_seq] for each in listed(chart) if each.stream_seq in said}


def left_out(chart: PersonChart) -> tuple[TrialRecorded, ...]:
    """Return the trials that are left unknown, as facts."""
    entries = left_unknown(chart)
    return tuple(each.event for each in listed(chart) if each.stream_seq in entries)


def is_unsure(trial: TrialRecorded, criteria: Iterable[TrialCriterion]) -> bool:
    """Say whether something is missing that decides whether a trial counts, by any criterion or as any kind."""
    return any(
        judge(trial, row).adequacy is Adequacy.UNKNOWN or failed(trial, row.improvement_below_percent) is None
        for row in criteria
    ) or (trial.in_current_episode is None and trial.stopped_for is not StoppedFor.SIDE_EFFECTS)


def is_closed(chart: PersonChart) -> bool:
    """Say whether somebody said, after the last trial, that there are no others."""
    said, trials = chart.history(HistoryList.TRIALS), listed(chart)
    return said is not None and (not trials or trials[-1].seq < said.seq)
