"""What was heard of a person after their sessions, and the side effects of all of them."""

from typing import Any

from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.followup import aftercare as after
from sereniv.therapy.followup.side_effects import seen_in
from sereniv.therapy.person.events import CheckInRecorded


def aftercare(story: Story) -> dict[str, Any]:
    """Return check-ins, side effects, those of each session."""
    known = knowledge().aftercare
    events = after.adverse_events(story.chart)
    seen_by_session = {row.pk: seen_in(chart, rules_in_force(story.now)) for row, chart in story.sessions}
    ran = [row.pk for row, chart in story.sessions if chart.started_at is not None]
    seen = [{each.term.id: each for each in seen_by_session[session]} for session in ran]
    counted = [
        {
            "title": term.title,
            "times": sum(term.id in each for each in seen),
            "worst": _worst(
                [each[term.id].worst for each in seen if term.id in each], low=term.grade_up_to is not None
            ),
        }
        for term in known.terms.values()
        if any(term.id in each for each in seen)
    ]
    calls = {each.event.session for each in story.chart.all(CheckInRecorded) if each.event.reached}
    return {
        "adverse_events": [
            {"term": after.term_meant(each.recorded.event, known), "each": each} for each in reversed(events)
        ],
        "check_ins": list(reversed(story.chart.all(CheckInRecorded))),
        "red_answers": [
            {"call": each, "said": [known.questions[name] for name in each.event.red if name in known.questions]}
            for each in after.red_answers_open(story.chart)
        ],
        "side_effects_counted": counted,
        "sessions_ran": len(ran),
        "check_in_rule": known.check_in,
        "session_lines": [
            {
                "row": row,
                "seen": ", ".join(each.words for each in seen_by_session[row.pk]),
                "transferred": chart.transferred,
                "left": after.left_at(chart),
                "called": str(row.pk) in calls,
            }
            for row, chart in story.sessions
        ],
    }


def _worst(grades: list[int | None], *, low: bool) -> int | None:
    known = [grade for grade in grades if grade is not None]
    if not known:
        return None
    return min(known) if low else max(known)
