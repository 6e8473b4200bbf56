"""After a session: whom to call and since when, which side effects are still open, and what a call has found."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sereniv.knowledge.rows import AdverseTerm, Aftercare, CheckInQuestion, CheckInRule
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import (
    AdverseEventFollowed,
    AdverseEventRecorded,
    CheckInGivenUp,
    CheckInRecorded,
    Outcome,
    RedAnswerTakenUp,
)
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session.chart import SessionChart

OPEN = frozenset({Outcome.ONGOING, Outcome.RESOLVING, Outcome.UNKNOWN})
"""Outcomes after which somebody still asks."""

SAID_AT_THE_CHECK_IN = "Said at the check-in."
"""How the words of a side effect begin that was heard of at a check-in."""

SEVERE = 3
"""From this grade on a side effect presses (house default; grade 3 is what had to be acted on)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEvent:
    """A side effect as it stands: recorded once, followed until it is over."""

    recorded: Recorded[AdverseEventRecorded]
    followed: tuple[Recorded[AdverseEventFollowed], ...]

    @property
    def outcome(self) -> Outcome:
        """What was last heard of it."""
        return self.followed[-1].event.outcome if self.followed else self.recorded.event.outcome

    @property
    def is_open(self) -> bool:
        """True while somebody should still ask."""
        return self.outcome in OPEN

    @property
    def presses(self) -> bool:
        """True where it is serious or severe and not over."""
        event = self.recorded.event
        return self.is_open and (event.serious or event.grade >= SEVERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """A check-in that is due: since when, and how often somebody tried."""

    due_at: datetime
    overdue_at: datetime
    tries: int
    step: int = 0
    """Whom it has reached: 0 the nurses, 1 the prescribers too, 2 the medical director."""

    def is_overdue(self, now: datetime) -> bool:
        """Say whether it should have been done by now."""
        return now >= self.overdue_at


def adverse_events(chart: PersonChart) -> tuple[AdverseEvent, ...]:
    """Return every side effect recorded, oldest first, each with what was heard of it since."""
    followed = sorted(chart.all(AdverseEventFollowed), key=lambda each: (each.at, each.seq))
    return tuple(
        AdverseEvent(
            recorded=each,
            followed=tuple(later for later in followed if later.event.entry == each.stream_seq),
        )
        for each in chart.all(AdverseEventRecorded)
    )


def effects_with(chart: PersonChart, check_in: Recorded[CheckInRecorded]) -> tuple[Recorded[AdverseEventRecorded], ...]:
    """Return the side effects that the act of a check-in recorded with it, and that still count."""
    by = (check_in.recorded_at, check_in.recorded_by)
    return tuple(
        each
        for each in chart.all(AdverseEventRecorded)
        if (each.recorded_at, each.recorded_by) == by
        and each.stream_seq > check_in.stream_seq
        and each.event.words.startswith(SAID_AT_THE_CHECK_IN)
    )


def left_at(session: SessionChart) -> datetime | None:
    """Return when the patient left, home or to a hospital; None for somebody here, never infused, or dead."""
    if session.started_at is None or session.died:
        return None
    gone = session.discharged or session.transferred or session.left_unseen
    return gone.at if gone else None


def check_in_due(
    session: SessionChart, session_id: str, chart: PersonChart, now: datetime, rule: CheckInRule
) -> CheckIn | None:
    """Return the check-in that a session still asks for: from when it is due until it was done, or given up by name."""
    left = left_at(session)
    if left is None:
        return None
    tried = [each for each in chart.all(CheckInRecorded) if each.event.session == session_id]
    # Nobody has spoken with somebody who left unseen: that call is due at once.
    waits = not session.left_unseen
    due_at = left + timedelta(hours=rule.due_after_h if waits else 0)
    done = any(each.event.reached for each in tried)
    given_up = any(each.event.session == session_id for each in chart.all(CheckInGivenUp))
    if done or given_up or now < due_at:
        return None
    overdue_at = left + timedelta(hours=rule.overdue_after_h if waits else 0)
    return CheckIn(due_at=due_at, overdue_at=overdue_at, tries=len(tried), step=_step(now - left, len(tried), rule))


def _step(since: timedelta, tries: int, rule: CheckInRule) -> int:
    if since >= timedelta(hours=rule.director_after_h):
        return 2
    waited = since >= timedelta(hours=rule.prescriber_after_h)
    return int(waited or tries >= rule.prescriber_after_tries)


def red_answers_open(chart: PersonChart) -> tuple[Recorded[CheckInRecorded], ...]:
    """Return the check-ins with a red answer of which nobody has yet written whom they told and what was done."""
    taken_up = {each.event.entry for each in chart.all(RedAnswerTakenUp)}
    return tuple(each for each in chart.all(CheckInRecorded) if each.event.red and each.stream_seq not in taken_up)


def is_red(question: CheckInQuestion, grade: int) -> bool:
    """Say whether an answer of this grade asks for something at once."""
    return question.red_from is not None and grade >= question.red_from


def term_meant(event: AdverseEventRecorded, known: Aftercare) -> AdverseTerm:
    """Return the term of a side effect; one from a question that asked several things is shown as that question.

    Such a one was stored under a term that nobody meant: it counts as something else, in words.
    """
    for question in known.retired.values():
        if event.term == question.term and event.words.startswith(SAID_AT_THE_CHECK_IN):
            return replace(known.terms["other"], title=question.title)
    found = known.terms.get(event.term)
    return found or replace(known.terms["other"], title=event.term.replace("_", " "))


def terms_about(events: Sequence[AdverseEvent], session_id: str) -> frozenset[str]:
    """Return the terms of the side effects recorded about one session."""
    return frozenset(each.recorded.event.term for each in events if each.recorded.event.session == session_id)
