"""What was agreed and planned: courses as CarePlans, Appointments, Consents."""

from collections.abc import Iterator

from sereniv.exchange.fhir.people import ORGANIZATION
from sereniv.exchange.fhir.record import Record, Versions, unversioned
from sereniv.exchange.fhir.written import Element, concept, kept, moment, reference
from sereniv.therapy.person.consent import ConsentState, consent
from sereniv.therapy.person.events import (
    Coming,
    ComingNoted,
    ConsentRecorded,
    ConsentWithdrawn,
    CourseEnded,
    CourseInterrupted,
    CourseOpened,
    CourseResumed,
    CourseReviewed,
    MaintenancePlanned,
    Purpose,
)
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.scheduling.calendar import Appointment, AppointmentState, appointments

SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
LOINC = "http://loinc.org"
PURPOSES = {
    Purpose.INFUSION: "Ketamine infusion",
    Purpose.ASSESSMENT: "Assessment",
    Purpose.REVIEW: "Review",
    Purpose.OTHER: "Other",
}


def care_plans(record: Record) -> Iterator[Versions]:
    """Give every course: under way, interrupted, or ended."""
    for opened in record.chart.all(CourseOpened):
        later = _later(record, opened.stream_seq)
        yield unversioned(_care_plan(record, opened, later), [opened, *later])


def _later(record: Record, course: int) -> list[Recorded[object]]:
    kinds = (CourseInterrupted, CourseResumed, CourseReviewed, CourseEnded, MaintenancePlanned)
    found = [each for each in record.chart.entries if isinstance(each.event, kinds) and each.event.course == course]
    return [each for each in found if each.stream_seq not in record.chart.struck]


def _care_plan(record: Record, opened: Recorded[CourseOpened], later: list[Recorded[object]]) -> Element:
    terms = opened.event
    protocol = record.clinic.rules.protocols.get(terms.protocol)
    status, ended = "active", ""
    notes = []
    for each in later:
        match each.event:
            case CourseInterrupted(reason=reason):
                status = "on-hold"
                notes.append((each, f"Interrupted: {reason}"))
            case CourseResumed(reason=reason):
                status = "active"
                notes.append((each, f"Resumed: {reason}"))
            case CourseReviewed(outcome=outcome, reason=reason):
                notes.append((each, f"Reviewed: {outcome}. {reason}"))
            case MaintenancePlanned(interval_days=days, reason=reason):
                notes.append((each, f"Maintenance every {days} days: {reason}"))
            case CourseEnded(outcome=outcome, reason=reason):
                status, ended = "completed", moment(each.at)
                notes.append((each, f"Ended, {outcome}: {reason}"))
    return kept(
        {
            "resourceType": "CarePlan",
            "id": f"{opened.seq}-course",
            "status": status,
            "intent": "plan",
            "title": f"Course under {protocol.title if protocol is not None else terms.protocol}",
            "description": f"For {terms.indication.replace('_', ' ')}, followed by {terms.primary_scale}",
            "subject": record.patient,
            "period": kept({"start": moment(opened.at), "end": ended}),
            "created": moment(opened.recorded_at),
            "author": record.clinic.worker(opened.recorded_by),
            "note": [{"time": moment(each.at), "text": words} for each, words in notes],
        }
    )


def booked(record: Record) -> Iterator[Versions]:
    """Give every appointment as it stands after every move."""
    arrived = {each.event.appointment: each for each in record.chart.all(ComingNoted)}
    for found in appointments(record.chart):
        entry = record.by_place[found.entry]
        said = arrived.get(found.entry)
        by = [each for each in record.chart.entries if getattr(each.event, "appointment", None) == found.entry]
        came = said is not None and said.event.what is Coming.ARRIVED
        yield unversioned(_appointment(record, found, entry, came=came), [entry, *by])


def _appointment(record: Record, found: Appointment, entry: Recorded[object], *, came: bool) -> Element:
    states = {AppointmentState.CANCELLED: "cancelled", AppointmentState.MISSED: "noshow"}
    place = record.clinic.places.get(found.chair)
    chair = [{"actor": reference("Location", place.id, place.name), "status": "accepted"}] if place else []
    return kept(
        {
            "resourceType": "Appointment",
            "id": f"{entry.seq}-appointment",
            "status": states.get(found.state, "arrived" if came else "booked"),
            "cancelationReason": {"text": found.why}
            if found.state is AppointmentState.CANCELLED and found.why
            else None,
            "serviceType": [{"text": PURPOSES[found.purpose]}],
            "start": found.starts_at.isoformat(timespec="milliseconds"),
            "end": found.ends_at.isoformat(timespec="milliseconds"),
            "minutesDuration": found.minutes,
            "created": moment(entry.recorded_at),
            "participant": [{"actor": record.patient, "status": "accepted"}, *chair],
        }
    )


def consents(record: Record) -> Iterator[Versions]:
    """Give every consent that was signed: the one signed last active while it holds, each other one inactive."""
    stands = consent(record.chart, record.clinic.now, record.clinic.rules.consent)
    withdrawn = record.chart.all(ConsentWithdrawn)
    signed = record.chart.all(ConsentRecorded)
    for number, entry in enumerate(signed):
        until = signed[number + 1].seq if number + 1 < len(signed) else None
        back = [each for each in withdrawn if each.seq > entry.seq and (until is None or each.seq < until)]
        active = entry is stands.signed and stands.state is ConsentState.HOLDS
        yield unversioned(_consent(record, entry, back, active=active), [entry, *back])


def _consent(
    record: Record, entry: Recorded[ConsentRecorded], back: list[Recorded[ConsentWithdrawn]], *, active: bool
) -> Element:
    event = entry.event
    words = [f"Version {event.version}, signed by {event.signer_name} ({event.signer}{_relation(event)})"]
    words += [f"Witness: {event.witness_name}"] if event.witness_name else []
    words += [f"Withdrawn: {each.event.reason or 'no reason given'}" for each in back]
    return kept(
        {
            "resourceType": "Consent",
            "id": f"{entry.seq}-consent",
            "status": "active" if active else "inactive",
            "scope": concept(SCOPE, "treatment", "Treatment"),
            "category": [concept(LOINC, "59284-0", "Consent Document")],
            "patient": record.patient,
            "dateTime": event.signed_on.isoformat() if event.signed_on else moment(entry.at),
            "organization": [reference("Organization", ORGANIZATION, record.clinic.name)],
            "sourceAttachment": {"title": ". ".join(words)},
            "policyRule": {"text": f"Consent to ketamine infusion, version {event.version}"},
        }
    )


def _relation(event: ConsentRecorded) -> str:
    return f", {event.relation}" if event.relation else ""
