"""What a patient takes home after an infusion: what was given, what to leave until tomorrow, and whom to call."""

from datetime import datetime
from decimal import Decimal

from sereniv.therapy.documents.consent import claims
from sereniv.therapy.documents.model import Block, Bullets, Document, Facts, Notice, Paragraph, Section
from sereniv.therapy.documents.setting import Patient, Setting
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.events import RED_FLAGS, Observation
from sereniv.therapy.session.observed import observed_name
from sereniv.therapy.session.reached import doubtful_mg

TENTH_MG = Decimal("0.1")
FELT = {
    Observation.NAUSEA: "feeling sick",
    Observation.VOMITING: "throwing up",
    Observation.DISSOCIATION: "feeling far away",
    Observation.DISTRESS: "distress",
    Observation.DIZZINESS: "dizziness",
    Observation.HEADACHE: "headache",
    Observation.IV_SITE: "a sore drip site",
}
GRADES = {1: "mild", 2: "moderate", 3: "severe"}


def discharge_instructions(
    setting: Setting, patient: Patient, chart: SessionChart, next_visit: datetime | None = None
) -> Document:
    """Write what a patient takes home today."""
    leaflet = setting.knowledge.leaflets["departure"]
    first, *others = leaflet.sections
    return setting.document(
        leaflet.title,
        setting.about(patient),
        (
            claims(first),
            Section(heading="Whom to call", blocks=_whom(setting)),
            *(claims(section) for section in others),
            Section(heading="This infusion", blocks=_today(setting, chart)),
            Section(heading="Your next visit", blocks=_next(setting, next_visit)),
        ),
        lead=(Notice(text=setting.clinic.crisis_words),) if setting.clinic.crisis_words else (),
        stamp=f"Leaflet {leaflet.version}",
    )


def _whom(setting: Setting) -> tuple[Block, ...]:
    clinic = setting.clinic
    pairs = (
        ("The clinic", f"{clinic.name}, {clinic.phone or 'ask staff to write the number here: ____________________'}"),
        ("Open", clinic.opening_hours),
        ("When we are closed", clinic.on_call_phone),
        ("In a crisis", clinic.crisis_number),
    )
    return (Facts(pairs=tuple(pair for pair in pairs if pair[1])),)


def _today(setting: Setting, chart: SessionChart) -> tuple[Block, ...]:
    if chart.started_at is None:
        return (Paragraph(text="No medicine was given at this visit."),)
    until = chart.stopped_at
    ran = f"{setting.clock(chart.started_at)} to {setting.clock(until) if until else 'now'}"
    pairs = [
        ("Infusion", f"number {chart.plan.infusion_number}, on {setting.day(chart.started_at)}, {ran}"),
        ("Ketamine given", given_words(chart, setting.now)),
        ("What you felt", felt_words(chart)),
    ]
    if chart.discharged:
        left = f"{chart.discharged.event.handed_to}, at {setting.clock(chart.discharged.at)}"
        pairs.append(("You left with", left))
    if chart.transferred:
        pairs.append(("You went on to", f"{chart.transferred.event.where}, at {setting.clock(chart.transferred.at)}"))
    return (Facts(pairs=tuple(pairs)),)


def given_words(chart: SessionChart, now: datetime) -> str:
    """Write how much drug was given: as accounted for with a witness, else by the charted rates."""
    if chart.started_at is None and not chart.reconciled:
        return "none"
    doubt = doubtful_mg(chart, now)
    of_it = f", of which {doubt.quantize(TENTH_MG)} mg is not known to have reached the vein" if doubt else ""
    if chart.reconciled:
        return f"{plain(chart.reconciled.event.given_mg)} mg{of_it}"
    return f"{delivered(chart, now).mg.quantize(TENTH_MG)} mg by the charted rates{of_it}"


def felt_words(chart: SessionChart) -> str:
    """Write the worst grade of each side effect that was charted, and say so where none was."""
    worst: dict[Observation, int] = {}
    for each in chart.observations:
        kind = each.event.observation
        if kind in FELT:
            worst[kind] = max(worst.get(kind, 0), each.event.grade)
    flagged = {each.event.observation for each in chart.observations if each.event.grade} & set(RED_FLAGS)
    said = [observed_name(flag).lower() for flag in RED_FLAGS if flag in flagged]
    said += [f"{FELT[kind]} ({GRADES[grade]})" for kind, grade in worst.items() if grade]
    return ", ".join(said) or "no side effect was charted"


def _next(setting: Setting, next_visit: datetime | None) -> tuple[Block, ...]:
    if next_visit is None:
        return (Bullets(items=("Day and time: ____________________",)),)
    return (Paragraph(text=f"{next_visit.astimezone(setting.zone):%A}, {setting.moment(next_visit)}."),)
