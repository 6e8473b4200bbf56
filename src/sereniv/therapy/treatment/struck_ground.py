"""Whether a decision about a course read a score that was struck or erased since: it then stands on nothing."""

from collections.abc import Iterator, Mapping
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
from sereniv.therapy.person.joined import has_gaps
from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment.course import Course
from sereniv.therapy.treatment.course_rules import changes_of, total_with_day

Score = ScaleAnswered | ScoreEntered
Decided = Recorded[CourseReviewed] | Recorded[MaintenancePlanned] | Recorded[CourseEnded]


@dataclass(frozen=True, slots=True, kw_only=True)
class StruckGround:
    """A decision about a course, and the score that it read which was struck since; without a strike it was erased."""

    decided: Decided
    score: str
    strike: Recorded[RecordStruck] | None

    @property
    def words(self) -> str:
        """Say which score it read, and why that was struck; of one erased by law, nothing but that it was there."""
        if self.strike is None:
            return f"It read {self.score}, which was erased since by law."
        return f"It read {self.score}, struck since: {self.strike.event.reason.rstrip('.')}."


def struck_grounds(course: Course, chart: PersonChart, knowledge: Knowledge) -> Mapping[int, StruckGround]:
    """Return by its number in the ledger each decision about a course that read a score struck or erased since."""
    found = {each.seq: ground for each in course.reviews if (ground := _erased(course, chart, each, knowledge))}
    for score, strike in _struck_scores(course, chart):
        for each in _decisions(course):
            if score.seq < each.seq < strike.seq and (words := _as_read(course, chart, each, score.at, knowledge)):
                found[each.seq] = StruckGround(decided=each, score=words, strike=strike)
    return found


def to_review_anew(course: Course, chart: PersonChart, knowledge: Knowledge) -> StruckGround | None:
    """Return the newest decision of a course where it read a score struck or erased since; None where it did not."""
    newest = max(_decisions(course), key=lambda each: each.seq, default=None)
    return struck_grounds(course, chart, knowledge).get(newest.seq) if newest is not None else None


def _decisions(course: Course) -> tuple[Decided, ...]:
    return (*course.reviews, *course.maintenance, *((course.ended,) if course.ended is not None else ()))


def _struck_scores(course: Course, chart: PersonChart) -> Iterator[tuple[Recorded[Score], Recorded[RecordStruck]]]:
    for each in chart.entries:
        event, strike = each.event, chart.struck.get(each.stream_seq)
        if (
            strike is not None
            and isinstance(event, ScaleAnswered | ScoreEntered)
            and event.scale == course.primary_scale
        ):
            yield narrowed(each, event), strike


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
    course: Course, chart: PersonChart, reviewed: Recorded[CourseReviewed], knowledge: Knowledge
) -> StruckGround | None:
    """Return a review as standing on nothing where a score that it names is not among what was known by then.

    A score leaves the record without a strike by erasure alone: its number is missing then.
    """
    scale = knowledge.scales.get(course.primary_scale)
    if scale is None or not has_gaps(chart):
        return None
    known = chart_of(each for each in chart.entries if each.seq < reviewed.seq)
    named = {kept for name in READ_WITH_A_DAY if (kept := reviewed.event.read.get(name))}
    gone = named - {total_with_day(each.total, each.at) for each in points(known, scale)}
    if not gone:
        return None
    days = " and of ".join(sorted(each.partition(" on ")[2] for each in gone))
    return StruckGround(decided=reviewed, score=f"a {scale.title} of {days}", strike=None)
