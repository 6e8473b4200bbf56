"""How a course ended, as far as its scores can say: a proposal with its ground, which a person takes or leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.followup.response import Change, important_points
from sereniv.therapy.person.concern import Result
from sereniv.therapy.person.events import Ending
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.ran import Ran
from sereniv.therapy.treatment.course_rules import baseline_counts, old_baseline_words
from sereniv.therapy.treatment.maintenance import relapse
from sereniv.therapy.treatment.signals import counts_still


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The ending that the scores propose, None where they propose none, and what they say."""

    ending: Ending | None
    because: str


def proposed(changes: Sequence[Change], ran: Sequence[Ran], now: datetime, knowledge: Knowledge) -> Proposed:
    """Propose how a course ended from the change at each of its scores, the oldest first; say why where not.

    `ran` are its infusions: a score says nothing of an end where more than one of them had not ended before it, for it
    may have been asked before the last one began.

    None where they say nothing, for nobody is told no by a gap, or by a score or a baseline of long ago; and where a
    response was reached and went, or is going: neither *responded* nor *no response* is the whole of it, and a person
    says what it was.
    """
    if not changes:
        return Proposed(ending=None, because="No score before the first infusion, or no complete one since.")
    last = changes[-1]
    scores = f"{last.scale.title} {plain(last.baseline)} before, {plain(last.latest)} on {last.latest_at:%d %b %Y}"
    if not counts_still(last.latest_at, now, knowledge):
        days = (now - last.latest_at).days
        return Proposed(ending=None, because=f"{scores}: {days} days ago, too old to say how the course ended.")
    if not baseline_counts(last, knowledge):
        return Proposed(ending=None, because=f"{scores}: {old_baseline_words(last)}.")
    since = sum(not each.is_over_before(last.latest_at) for each in ran)
    if since > 1:
        return Proposed(ending=None, because=f"{scores}, and {since} infusions since: not the end.")
    ending = by_scores(changes)
    if ending is None and last.responded is not None:
        best = max(changes, key=lambda each: each.fall)
        went = "is going" if last.responded else "went"
        reached = f"a response was reached ({plain(best.latest)} on {best.latest_at:%d %b %Y}) and {went}"
        return Proposed(ending=None, because=f"{scores}: {reached}.")
    return Proposed(ending=ending, because=f"{scores}: {last.reached}.")


def by_scores(changes: Sequence[Change]) -> Ending | None:
    """Return the ending by the scores alone, however old."""
    if not changes or changes[-1].responded is None:
        return None
    last, best = changes[-1], max(changes, key=lambda each: each.fall)
    important = important_points(last.scale, last.baseline)
    if relapse(best.responded, last.responded, best.fall - last.fall, important) is Result.MET and not last.remitted:
        return None
    if last.responded or last.remitted:
        return Ending.RESPONDED
    if any(each.responded or each.remitted for each in changes):
        return None
    return Ending.PARTLY if last.important else Ending.NO_RESPONSE
