"""Conditions, allergies, medicines and anaesthetic risk, and the written lines that wait for a prescriber."""

from typing import Any

from sereniv.clinic.web.intake.medicine_meaning import meaning_of
from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.workflows.intake.medical import waiting_lines
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.conditions import CHECKLISTS, allergies_of, conditions_of
from sereniv.therapy.person.elsewhere import origins
from sereniv.therapy.person.free_text import line_id
from sereniv.therapy.person.medicines import medicines_of


def medical(story: Story) -> dict[str, Any]:
    """Return the medical steps of intake as they stand."""
    chart = story.chart
    listed, asked, brought = medicines_of(chart), allergies_of(chart), origins(chart)
    return {
        "checklists": [_checklist(story, which) for which in CHECKLISTS],
        "allergies": asked,
        "allergies_from": brought.get(asked.stream_seq) if asked else None,
        "allergies_waiting": _waiting(story, pe.HistoryList.ALLERGIES),
        "medicines": listed,
        "medicines_from": brought.get(listed.stream_seq) if listed else None,
        "medicine_meanings": [(each, meaning_of(each)) for each in listed.event.medicines] if listed else [],
        "medicines_waiting": _waiting(story, pe.HistoryList.MEDICINES),
        "anaesthetic_risk": chart.last(pe.AnaestheticRiskRecorded),
    }


def _checklist(story: Story, which: pe.HistoryList) -> dict[str, Any]:
    said = conditions_of(story.chart, which)
    known = knowledge().conditions
    return {
        "which": which,
        "title": knowledge().lists[which].title,
        "said": said,
        "holds": [known[name].title for name in said.event.conditions if name in known] if said else [],
        "waiting": _waiting(story, which),
    }


def _waiting(story: Story, which: pe.HistoryList) -> list[tuple[str, str]]:
    return [(line, line_id(line)) for line in waiting_lines(story.chart, which, rules_in_force(story.now))]
