"""Scores by time beside the infusions: what is due, what changed by which definition, and what is missing."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.phone import invitations
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Indication, Scale
from sereniv.therapy.candidacy.intake import score_title
from sereniv.therapy.followup import assessments, response
from sereniv.therapy.followup.assessments import Asking
from sereniv.therapy.followup.scales import band
from sereniv.therapy.person.events import ScaleAnswered, ScoreEntered
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.safety import suicide
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.treatment.course import Course, present

MOOD = assessments.MOOD


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table that says the same as the chart; `entry` is the answer's number, None for what is not.

    `first` says what is to be done about it before it can be struck.
    """

    at: datetime
    what: str
    value: str
    note: str = ""
    entry: int | None = None
    first: str = ""


def response_part(story: Story) -> dict[str, Any]:
    """Return what is due, the change of each scale in words, the chart's series, and the same as a table."""
    laid_out = askings_of(story)
    shown = shown_scales(story)
    infusions = infusions_of(story)
    course = _course(story)
    treated = _treated(story, course)
    first = course.first if course else None
    changes = [response.change(story.chart, scale, first, story.now, treated) for scale in shown]
    return {
        "due": assessments.due(laid_out),
        "missed": len([each for each in assessments.holes(laid_out) if each.scale.id != MOOD]),
        "mood_missed": len([each for each in assessments.holes(laid_out) if each.scale.id == MOOD]),
        "changes": [response.words(each) for each in changes if each is not None],
        "response_scales": shown,
        "other_scales": [each for each in knowledge().scales.values() if each not in shown and each.id != MOOD],
        "invitations": invitations.open_of(story.person_id, story.now),
        "series": series_of(story, laid_out),
        "response_rows": _rows(story, laid_out, infusions),
        "definitions": [(scale, _definitions(scale, treated)) for scale in shown],
    }


def _treated(story: Story, course: Course | None) -> Indication | None:
    """Return what the present course treats, and before one what somebody is to be treated for."""
    indication = course.indication if course else assessments.treated_for(story.chart, story.person.indication)
    return rules_in_force(story.now).indications.get(indication)


def _course(story: Story) -> Course | None:
    """Return the present or last course: its first infusion is what a change is measured from."""
    zone = ZoneInfo(served_home().timezone)
    today = story.now.astimezone(zone).date()
    return present(story.chart, story.ran, rules_in_force(story.now), today, zone)


def askings_of(story: Story) -> tuple[Asking, ...]:
    """Lay out every asking of a person's story up to now."""
    zone = ZoneInfo(served_home().timezone)
    return assessments.askings(
        story.chart,
        assessments.treated_for(story.chart, story.person.indication),
        story.infusion_starts,
        story.now,
        rules_in_force(story.now),
        zone,
    )


def shown_scales(story: Story) -> tuple[Scale, ...]:
    """Return the scales the chart can show: those followed, the primary one first, then any other answered."""
    known = rules_in_force(story.now)
    entered = [each.event.scale for each in story.chart.all(ScoreEntered)]
    answered = dict.fromkeys([*(each.event.scale for each in story.chart.scores), *entered])
    first = assessments.followed(assessments.treated_for(story.chart, story.person.indication), known)
    further = [known.scales[name] for name in answered if name in known.scales and name != MOOD]
    return (*first, *(each for each in further if each not in first))


def infusions_of(story: Story) -> list[dict[str, Any]]:
    """Return each infusion that is over, with its number and what was delivered; one whose order reads."""
    found = [
        {
            "at": chart.started_at,
            "number": row.infusion_number,
            "mg": round(delivered(chart, chart.stopped_at).mg, 1),
        }
        for row, chart in story.sessions
        if chart.opened and chart.started_at and chart.stopped_at
    ]
    return sorted(found, key=lambda each: each["at"])


def series_of(story: Story, laid_out: tuple[Asking, ...] | None = None) -> dict[str, Any]:
    """Give the chart's numbers by time in Unix seconds; a blank stays null, and what was missed is a hole."""
    askings = askings_of(story) if laid_out is None else laid_out
    course = _course(story)
    return {
        "infusions": [
            {"at": each["at"].timestamp(), "mg": float(each["mg"]), "number": each["number"]}
            for each in infusions_of(story)
        ],
        "scales": [_scale_series(story, scale, askings, course) for scale in shown_scales(story)],
        "mood": _scale_series(story, knowledge().scales[MOOD], askings, course),
    }


def _scale_series(story: Story, scale: Scale, askings: tuple[Asking, ...], course: Course | None) -> dict[str, Any]:
    first = course.first.began if course and course.first else None
    answered = response.answers(story.chart, scale.id)
    without_total = [each for each in answered if each.event.total is None]
    return {
        "id": scale.id,
        "title": scale.title,
        "range": list(scale.total_range),
        "points": sorted(
            [{"at": each.at.timestamp(), "total": float(each.total)} for each in response.points(story.chart, scale)]
            + [{"at": each.at.timestamp(), "total": None} for each in without_total],
            key=lambda point: point["at"] or 0,
        ),
        "safety": [
            {"at": each.at.timestamp(), "answer": suicide.answer_of(scale, each.event)}
            for each in answered
            if suicide.asks(scale, each.event)
        ],
        "holes": [
            {"at": _middle(each).timestamp(), "why": each.why} for each in assessments.holes(askings)
            if each.scale.id == scale.id
        ],
        "lines": _lines(scale, response.baseline(story.chart, scale, first), _treated(story, course)),
    }  # fmt: skip


def _middle(hole: Asking) -> datetime:
    return hole.opens + (hole.closes - hole.opens) / 2


def _lines(scale: Scale, baseline: response.Point | None, treated: Indication | None) -> list[dict[str, Any]]:
    """Return the lines a score is held against, each with its definition, and where the scale itself draws one."""
    found = [(each.level, each.words) for each in response.lines(scale, baseline, treated)]
    if scale.positive_from and len(set(scale.positive_from.values())) == 1:
        found.append((Decimal(min(scale.positive_from.values())), "cut"))
    return [{"level": float(level), "words": words} for level, words in found]


def _definitions(scale: Scale, treated: Indication | None) -> list[str]:
    """Say each definition in words with its source, or why there is none for what somebody is treated for."""
    references = knowledge().references
    said: list[str] = []
    window = [f"Looks back over {scale.window}."] if scale.window else []
    if treated is not None and treated.no_response_by_score and scale.id == treated.primary_scale:
        return [treated.no_response_by_score, *window]
    if scale.response_fall_fraction is not None:
        source = references[scale.response_source].citation
        said.append(f"Response: a fall of {scale.response_fall_fraction:.0%} or more from the baseline ({source})")
    if scale.response_difference is not None:
        source = references[scale.response_source].citation
        said.append(f"Response: {scale.response_difference} points or more better than the baseline ({source})")
    if scale.remission_below is not None:
        said.append(f"Remission: under {scale.remission_below}.")
    if scale.difference_rule:
        said.append(f"Important change: {scale.difference_rule}")
    return [*said, *window]


def _rows(story: Story, laid_out: tuple[Asking, ...], infusions: list[dict[str, Any]]) -> list[Row]:
    known = knowledge().scales
    first = people.first_to_do(story.chart, story.now)
    rows = [
        Row(at=each["at"], what=f"Infusion {each['number']}", value=f"{plain(each['mg'])} mg") for each in infusions
    ]
    for each in story.chart.scores:
        scale = known.get(each.event.scale)
        rows.append(
            Row(
                at=each.at,
                what=score_title(each.event.scale, rules_in_force(story.now)),
                value=_value(scale, each.event.total),
                note=", ".join(filter(None, [_safety(scale, each.event), each.event.answered_by])),
                entry=each.stream_seq,
                first=first.get(each.stream_seq, ""),
            )
        )
    rows += [
        Row(
            at=each.at,
            what=score_title(each.event.scale, rules_in_force(story.now)),
            value=_value(known.get(each.event.scale), Decimal(each.event.total)),
            note=f"total only, {each.event.scored_by}",
            entry=each.stream_seq,
            first=first.get(each.stream_seq, ""),
        )
        for each in story.chart.all(ScoreEntered)
    ]
    rows += [
        Row(at=each.closes, what=each.scale.title, value="missed", note=each.why)
        for each in assessments.holes(laid_out)
        if each.scale.id != MOOD
    ]
    return sorted(rows, key=lambda row: row.at)


def _value(scale: Scale | None, total: Decimal | None) -> str:
    if total is None:
        return "no total (blank items)"
    name = band(scale, total) if scale else ""
    return f"{plain(total)} ({name})" if name else plain(total)


def _safety(scale: Scale | None, event: ScaleAnswered) -> str:
    if scale is None or not suicide.asks(scale, event):
        return ""
    answer = suicide.answer_of(scale, event)
    return f"item {scale.safety_item}: {'blank' if answer is None else answer}"
