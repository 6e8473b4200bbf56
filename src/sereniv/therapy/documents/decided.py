"""What happened to a course and what was decided of it, for the documents that tell it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sereniv.therapy.documents.model import Block, Paragraph, Section, Table
from sereniv.therapy.documents.setting import Setting
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import CourseInterrupted, CourseResumed
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.treatment.course import Course
from sereniv.therapy.treatment.struck_ground import struck_grounds

Told = tuple[datetime, str, str, str]


def course_events(setting: Setting, chart: PersonChart, courses: Sequence[Course]) -> Section:
    """Tell every course: when it was opened, reviewed, interrupted, resumed, maintained and ended, and by whom."""
    rows = sorted(told for course in courses for told in _events(setting, chart, course))
    blocks: tuple[Block, ...] = (Paragraph(text="No course was opened."),)
    if rows:
        table = tuple((setting.moment(at), what, why or "–", who) for at, what, why, who in rows)
        blocks = (Table(columns=("When", "What", "Reason, and what was read", "By"), rows=table),)
    return Section(heading="Course and reviews", blocks=blocks)


def _events(setting: Setting, chart: PersonChart, course: Course) -> Iterator[Told]:
    name, struck = setting.name_of, struck_grounds(course, chart, setting.knowledge)

    def since(decided: Recorded[Any], why: str) -> str:
        return "; ".join(filter(None, (why, struck[decided.seq].words if decided.seq in struck else "")))

    if course.opened_at is not None:
        by = [each for each in chart.entries if each.stream_seq == course.entry]
        yield course.opened_at, f"Course opened: {course.protocol.title}", "", name(by[0].recorded_by) if by else "–"
    for review in course.reviews:
        event = review.event
        kind = str(event.milestone or "review").capitalize()
        read = ", ".join(f"{key} {value}" for key, value in event.read.items())
        words = "; ".join(part for part in (event.reason.rstrip("."), f"read: {read}" if read else "") if part)
        yield (
            review.at,
            f"{kind} after infusion {event.after_infusion}: {event.outcome}",
            since(review, words),
            name(review.recorded_by),
        )
    for broken in chart.all(CourseInterrupted):
        if broken.event.course == course.entry:
            yield broken.at, "Interrupted", broken.event.reason, name(broken.recorded_by)
    for again in chart.all(CourseResumed):
        if again.event.course == course.entry:
            yield again.at, "Resumed", again.event.reason, name(again.recorded_by)
    for plan in course.maintenance:
        what = f"Maintenance every {plan.event.interval_days} days"
        yield plan.at, what, since(plan, plan.event.reason), name(plan.recorded_by)
    if course.ended is not None:
        ended = course.ended
        yield ended.at, f"Ended: {ended.event.outcome}", since(ended, ended.event.reason), name(ended.recorded_by)
