"""Concerns that somebody evaluates: opened, overdue, in date, expired, and what the evaluation came to."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import Conclusion, EvaluationOpened, EvaluationRecorded
from sereniv.therapy.recording.entry import Recorded


class EvaluationState(StrEnum):
    """Where the evaluation of a concern stands."""

    OPEN = "open"
    OVERDUE = "overdue"
    IN_DATE = "in date"
    EXPIRED = "expired"
    AGAINST = "do not proceed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The evaluation of one concern as it stands: what was asked last, and what was found last."""

    criterion: str
    opened: Recorded[EvaluationOpened] | None
    recorded: Recorded[EvaluationRecorded] | None
    state: EvaluationState

    @property
    def expires_on(self) -> date | None:
        """The last day on which the finding holds."""
        return None if self.recorded is None else expiry(self.recorded).date()

    @property
    def is_waiting(self) -> bool:
        """True while somebody was asked and has not answered."""
        return self.state in {EvaluationState.OPEN, EvaluationState.OVERDUE}


def expiry(recorded: Recorded[EvaluationRecorded]) -> datetime:
    """Return the last moment at which an evaluation is in date."""
    return recorded.at + timedelta(days=recorded.event.valid_days)


def evaluations(chart: PersonChart, now: datetime) -> tuple[Evaluation, ...]:
    """Return the evaluation of every concern that was ever asked about or evaluated, in the order first named."""
    opened = {each.event.criterion: each for each in chart.all(EvaluationOpened)}
    recorded = {each.event.criterion: each for each in chart.all(EvaluationRecorded)}
    return tuple(_evaluation(name, opened.get(name), recorded.get(name), now) for name in {**opened, **recorded})


def _evaluation(
    criterion: str,
    opened: Recorded[EvaluationOpened] | None,
    recorded: Recorded[EvaluationRecorded] | None,
    now: datetime,
) -> Evaluation:
    waits = opened is not None and (recorded is None or recorded.seq < opened.seq)
    return Evaluation(criterion=criterion, opened=opened, recorded=recorded, state=_state(opened, recorded, waits, now))


def _state(
    opened: Recorded[EvaluationOpened] | None,
    recorded: Recorded[EvaluationRecorded] | None,
    waits: bool,
    now: datetime,
) -> EvaluationState:
    if waits and opened is not None:
        due = opened.event.due_on
        return EvaluationState.OVERDUE if due is not None and now.date() > due else EvaluationState.OPEN
    if recorded is not None and recorded.event.conclusion is Conclusion.DO_NOT_PROCEED:
        return EvaluationState.AGAINST
    in_date = recorded is not None and now <= expiry(recorded)
    return EvaluationState.IN_DATE if in_date else EvaluationState.EXPIRED


def settles(chart: PersonChart, criterion: str, now: datetime) -> bool:
    """Say whether a concern was evaluated, the last word is in date and does not speak against proceeding."""
    last = [each for each in chart.all(EvaluationRecorded) if each.event.criterion == criterion]
    return bool(last) and now <= expiry(last[-1]) and last[-1].event.conclusion is not Conclusion.DO_NOT_PROCEED


def against(chart: PersonChart) -> tuple[Recorded[EvaluationRecorded], ...]:
    """Return the evaluations whose last word is not to proceed; it stands, expired or not, until a later one."""
    last = {each.event.criterion: each for each in chart.all(EvaluationRecorded)}
    return tuple(each for each in last.values() if each.event.conclusion is Conclusion.DO_NOT_PROCEED)
