"""Whether a decision about a course read a score that was struck or erased since: it then stands on nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.followup.response import points
from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.person.events import (
    CourseEnded,
    CourseReviewed,
    MaintenancePlanned,
    RecordStruck,
    ScaleAnswered,
    ScoreEntered,
)
from sereniv.therapy.person.gone import Gone, gone
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment.course import Course
from sereniv.therapy.treatment.course_rules import changes_of, total_with_day

Decided = Recorded[CourseReviewed] | Recorded[MaintenancePlanned] | Recorded[CourseEnded]


@dataclass(frozen=True, slots=True, kw_only=True)
class StruckGround:
    """A decision about a course, and the score that it read which was struck since; without a strike it was erased.

    Of an erased score nobody knows any more of which scale it was: `perhaps`, where nothing says that it was read.
    """

    decided: Decided
    score: str
    strike: Recorded[RecordStruck] | None
    perhaps: bool = False

    @property
    def words(self) -> str:
        """Say which score it read, and why that was struck; of one erased by law, nothing but that it was there."""
        if self.strike is not None:
            return f"It read {self.score}, struck since: {self.strike.event.reason.rstrip('.')}."
        return f"It {'may have read' if self.perhaps else 'read'} {self.score}, which was erased since by law."


def struck_grounds(course: Course, chart: PersonChart, knowledge: Knowledge) -> Mapping[int, StruckGround]:
    """Return by its number in the ledger each decision about a course that read a score struck or erased since."""
    left = tuple(gone(chart, ScaleAnswered, ScoreEntered))
    if not left:
        return {}
    found = {
        each.seq: ground for each in _decisions(course) if (ground := _erased(course, chart, each, left, knowledge))
    }
    for score in left:
        if score.strike is None or not _is_of(score, course.primary_scale):
            continue
        for each in _decisions(course):
            if score.stood_at(each.seq) and (words := _as_read(course, chart, each, score.at, knowledge)):
                found[each.seq] = StruckGround(decided=each, score=words, strike=score.strike)
    return found


def to_review_anew(course: Course, chart: PersonChart, knowledge: Knowledge) -> StruckGround | None:
    """Return the newest decision of a course where it read a score struck or erased since; None where it did not."""
    newest = max(_decisions(course), key=lambda each: each.seq, default=None)
    return struck_grounds(course, chart, knowledge).get(newest.seq) if newest is not None else None


def _decisions(course: Course) -> tuple[Decided, ...]:
    return (*course.reviews, *course.maintenance, *((course.ended,) if course.ended is not None else ()))


def _is_of(score: Gone, scale: str) -> bool:
    event = score.read.event if score.read is not None else None
    return isinstance(event, ScaleAnswered | ScoreEntered) and event.scale == scale


def _as_read(course: Course, chart: PersonChart, decided: Decided, at: datetime, knowledge: Knowledge) -> str:
    """Name the score of a moment where a decision read it: as the baseline, the best or the latest; "" where not."""
    known = chart_of(each for each in chart.entries if each.seq < decided.seq)
    changes = changes_of(course, known, knowledge, decided.at)
    if not changes:
        return ""
    best, latest = max(changes, key=lambda each: each.fall), changes[-1]
    read = {each.latest_at: each.latest for each in (best, latest)} | {latest.baseline_at: latest.baseline}
    return f"{latest.scale.title} {plain(read[at])} of {at:%d %b %Y}" if at in read else ""


READ_WITH_A_DAY = ("baseline", "latest")
"""What a review keeps of the scores that it read: the total, and after it the day."""


def _erased(
    course: Course, chart: PersonChart, decided: Decided, left: tuple[Gone, ...], knowledge: Knowledge
) -> StruckGround | None:
    """Return a decision as standing on nothing where what it read, or may have read, was erased by law since."""
    scale = knowledge.scales.get(course.primary_scale)
    erased = [each for each in left if each.strike is None and each.stood_at(decided.seq) and each.at <= decided.at]
    if scale is None or not erased:
        return None
    known = points(chart_of(each for each in chart.entries if each.seq < decided.seq), scale)
    if isinstance(decided.event, CourseReviewed):
        named = {kept for name in READ_WITH_A_DAY if (kept := decided.event.read.get(name))}
        lost = named - {total_with_day(each.total, each.at) for each in known}
        if lost:
            days = " and of ".join(sorted(each.partition(" on ")[2] for each in lost))
            return StruckGround(decided=decided, score=f"a {scale.title} of {days}", strike=None)
    first = course.first
    begun = first.began if first is not None else None
    baseline = max((each.at for each in known if begun is not None and each.at < begun), default=None)
    # Of those before the first infusion the last is the baseline, and no other is read.
    perhaps = [each.at for each in erased if baseline is None or each.at >= baseline]
    if not perhaps:
        return None
    days = " and of ".join(f"{at:%d %b %Y}" for at in sorted(perhaps))
    return StruckGround(decided=decided, score=f"a score of {days}", strike=None, perhaps=True)
