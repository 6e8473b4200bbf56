"""The sheet that goes with a patient into an ambulance: who it is, what was given and when, on one page."""

from dataclasses import dataclass

from sereniv.therapy.documents.model import Block, Bullets, Document, Facts, Notice, Paragraph, Section, SignatureLines
from sereniv.therapy.documents.running import last_vitals
from sereniv.therapy.documents.setting import Patient, Setting
from sereniv.therapy.session.chart import SessionChart

Lines = tuple[tuple[str, str], ...]
"""What is told: of each line its title and its words."""

MOST_LINES = 8
"""How many lines of what was given and done fit on one page beside long lists; ketamine is always the first of them."""
MOST_IN_ALL = 6
"""How many medicines have a line of their own; more run on in one text, and none is left out."""
FEWEST_LINES = 1
"""How many lines of what was given one by one there still is room for beside such a text."""
LAST_SETS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given: the ketamine and each medicine in all, which are never left out, and one by one in order."""

    in_all: Lines
    one_by_one: Lines = ()


def for_the_ambulance(setting: Setting, patient: Patient, chart: SessionChart, who: Lines, given: Given) -> Document:
    """Write what whoever takes the patient over must know at `setting.now`; what is not known stands as not known."""
    chair = chart.opened.event.chair if chart.opened else ""
    emergency = chart.emergencies.since
    opened = f" Emergency opened at {setting.clock(emergency)}." if emergency else ""
    sections = (
        Section(heading="Who", blocks=(Facts(pairs=who),)),
        Section(heading="Given in this session", blocks=_given(given)),
        Section(heading="Last vital signs", blocks=last_vitals(setting, chart, LAST_SETS - int(_runs_on(given)))),
        Section(heading="Handed over", blocks=(SignatureLines(who=("From", "To")),)),
    )
    lead = (Notice(text=f"As of {setting.moment(setting.now)}.{opened} What happened since is not on this sheet."),)
    return setting.document(
        f"For the ambulance, {chair}", setting.about(patient), sections, lead, f"Rules {setting.knowledge.version}"
    )


def _given(given: Given) -> tuple[Block, ...]:
    """Keep what was given in all and the newest of the rest; say how many lines more the log has."""
    own, run_on = _in_all(given.in_all)
    room = FEWEST_LINES if run_on else max(MOST_LINES - len(own), 1)
    kept = given.one_by_one[-room:]
    left = len(given.one_by_one) - len(kept)
    more = (f"{left} earlier lines stand in the log alone.",) if left else ()
    items = (*more, *(f"{when}: {what}" for when, what in kept))
    others = (Paragraph(text=run_on),) if run_on else ()
    return (Facts(pairs=own), *others, *((Bullets(items=items),) if items else ()))


def _runs_on(given: Given) -> bool:
    """Say whether so many medicines were given that their sums run on in one text."""
    return len(given.in_all) > MOST_IN_ALL


def _in_all(lines: Lines) -> tuple[Lines, str]:
    """Give the first medicines a line each, and the others as a text that runs on: the page ends, the list does not."""
    if len(lines) <= MOST_IN_ALL:
        return lines, ""
    return lines[:1], "; ".join(
        f"{title.removesuffix(' in all')} {what.replace(', the last', ', last')}" for title, what in lines[1:]
    ) + "."
