"""What was heard after infusions, for a document: side effects until they were over, and the calls that were made."""

from sereniv.therapy.documents.model import Block, Bullets, Paragraph, Section, Table
from sereniv.therapy.documents.setting import Setting
from sereniv.therapy.followup.aftercare import AdverseEvent, adverse_events, term_meant
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import CheckInRecorded
from sereniv.therapy.recording.entry import Recorded


def afterwards(setting: Setting, chart: PersonChart) -> tuple[Section, ...]:
    """Write the side effects recorded and the calls after infusions."""
    return (
        Section(heading="Side effects recorded", blocks=(_side_effects(setting, chart),)),
        Section(heading="Calls after infusions", blocks=(_calls(setting, chart),)),
    )


def _side_effects(setting: Setting, chart: PersonChart) -> Block:
    rows = tuple(_side_effect(setting, each) for each in adverse_events(chart))
    if not rows:
        return Paragraph(text="None was recorded besides what was charted during the infusions.")
    columns = ("When", "What", "Grade", "Serious", "Due to the treatment?", "What was done", "Last heard")
    return Table(columns=columns, rows=rows)


def _side_effect(setting: Setting, found: AdverseEvent) -> tuple[str, ...]:
    event = found.recorded.event
    term = term_meant(event, setting.knowledge.aftercare)
    heard = found.followed[-1].at if found.followed else found.recorded.at
    return (
        setting.moment(found.recorded.at),
        ": ".join(part for part in (term.title, event.words) if part),
        str(event.grade),
        "yes" if event.serious else "no",
        str(event.related),
        event.action or "nothing written",
        f"{found.outcome}, {setting.day(heard)}",
    )


def _calls(setting: Setting, chart: PersonChart) -> Block:
    calls = sorted(chart.all(CheckInRecorded), key=lambda each: (each.at, each.seq))
    if not calls:
        return Paragraph(text="No call is recorded.")
    return Bullets(items=tuple(_call(setting, each) for each in calls))


def _call(setting: Setting, call: Recorded[CheckInRecorded]) -> str:
    event = call.event
    if not event.reached:
        return f"{setting.moment(call.at)}: nobody was reached."
    symptoms = ", ".join(setting.knowledge.aftercare.question_title(each) for each in event.symptoms)
    remark = f" {event.remark}" if event.remark else ""
    return (
        f"{setting.moment(call.at)}: answered yes to {symptoms or 'none'} of {len(event.asked)} questions; "
        f"mood {event.mood}; suicidal thoughts {event.suicidality}.{remark}"
    )
