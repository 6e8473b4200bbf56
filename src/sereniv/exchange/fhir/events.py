"""What went wrong and what waits for somebody: AdverseEvents, and thoughts of suicide as Tasks and Flags."""

from collections.abc import Iterator

from sereniv.exchange.fhir.record import Record, Versions, unversioned
from sereniv.exchange.fhir.written import Element, concept, kept, moment, own_concept, reference
from sereniv.therapy.person.events import (
    AdverseEventFollowed,
    AdverseEventRecorded,
    EvaluationOpened,
    EvaluationRecorded,
    Outcome,
)
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.safety import suicide

OUTCOME = "http://terminology.hl7.org/CodeSystem/adverse-event-outcome"
SERIOUSNESS = "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness"
FLAG_CATEGORY = "http://terminology.hl7.org/CodeSystem/flag-category"

OUTCOMES = {
    Outcome.ONGOING: ("ongoing", "Ongoing"),
    Outcome.RESOLVING: ("recovering", "Recovering"),
    Outcome.RESOLVED: ("resolved", "Resolved"),
    Outcome.LASTING: ("resolvedWithSequelae", "Resolved with Sequelae"),
    Outcome.DIED: ("fatal", "Fatal"),
    Outcome.UNKNOWN: ("unknown", "Unknown"),
}


def adverse_events(record: Record) -> Iterator[Versions]:
    """Give every side effect that was recorded and counts; FHIR has no way to say that one was entered in error."""
    followed = record.chart.all(AdverseEventFollowed)
    for entry in record.chart.all(AdverseEventRecorded):
        later = [each for each in followed if each.event.entry == entry.stream_seq]
        yield unversioned(_adverse_event(record, entry, later), [entry, *later])


def _adverse_event(
    record: Record, entry: Recorded[AdverseEventRecorded], later: list[Recorded[AdverseEventFollowed]]
) -> Element:
    event = entry.event
    row = record.clinic.rules.aftercare.terms.get(event.term)
    code, name = OUTCOMES[later[-1].event.outcome if later else event.outcome]
    known = {each.id for each in record.sittings}
    serious = ("Serious", "Serious") if event.serious else ("Non-serious", "Non-serious")
    return kept(
        {
            "resourceType": "AdverseEvent",
            "id": f"{entry.seq}-adverse-event",
            "actuality": "actual",
            "event": own_concept("adverse-event", event.term, row.title if row is not None else event.term)
            | ({"text": event.words} if event.words else {}),
            "subject": record.patient,
            "encounter": reference("Encounter", event.session) if event.session in known else None,
            "date": moment(entry.at),
            "recordedDate": moment(entry.recorded_at),
            "seriousness": concept(SERIOUSNESS, *serious),
            "severity": {"text": f"Grade {event.grade}"},
            "outcome": concept(OUTCOME, code, name),
            "recorder": record.clinic.worker(entry.recorded_by),
        }
    )


def tasks(record: Record) -> Iterator[Versions]:
    """Give what somebody is to do: ask in person about suicide, and evaluate a concern."""
    for item in suicide.opened(record.chart, record.clinic.rules):
        resource = {
            "resourceType": "Task",
            "id": f"{item.source.seq}-ask-in-person",
            "status": "completed" if item.is_closed else "in-progress" if item.asked is not None else "requested",
            "intent": "order",
            "priority": "urgent",
            "code": own_concept("task", "ask-about-suicide", "Ask in person about thoughts of suicide"),
            "description": item.words() if not item.is_closed else f"{item.title}: {item.said}; taken up.",
            "focus": _focus(item),
            "for": record.patient,
            "authoredOn": moment(item.source.recorded_at),
            "lastModified": moment(item.asked.recorded_at if item.asked is not None else item.source.recorded_at),
        }
        by = [item.source, *([item.asked] if item.asked is not None else [])]
        yield unversioned(kept(resource), by)
    yield from _evaluations(record)


def _focus(item: suicide.Opened) -> Element | None:
    """Point at the answer where it is an item of a form."""
    return reference("Observation", f"{item.source.seq}-suicide-item") if item.answer is not None else None


def _evaluations(record: Record) -> Iterator[Versions]:
    done = record.chart.all(EvaluationRecorded)
    for entry in record.chart.all(EvaluationOpened):
        event = entry.event
        after = [each for each in done if each.seq > entry.seq and each.event.criterion == event.criterion]
        resource = {
            "resourceType": "Task",
            "id": f"{entry.seq}-evaluation",
            "status": "completed" if after else "requested",
            "intent": "order",
            "code": own_concept("task", "evaluate", "Evaluate a concern"),
            "description": f"{event.question} Asked of {event.asked_of}.",
            "for": record.patient,
            "authoredOn": moment(entry.recorded_at),
            "lastModified": moment(after[0].recorded_at if after else entry.recorded_at),
            "requester": record.clinic.worker(entry.recorded_by),
            "restriction": {"period": {"end": event.due_on.isoformat()}} if event.due_on else None,
        }
        yield unversioned(kept(resource), [entry, *after[:1]])


def flags(record: Record) -> Iterator[Versions]:
    """Give a flag for every item about suicide: active while it waits for somebody."""
    for item in suicide.opened(record.chart, record.clinic.rules):
        closed = item.is_closed and item.asked is not None
        period = {
            "start": moment(item.source.at),
            "end": moment(item.asked.at) if closed and item.asked is not None else "",
        }
        resource = {
            "resourceType": "Flag",
            "id": f"{item.source.seq}-suicide",
            "status": "inactive" if closed else "active",
            "category": [concept(FLAG_CATEGORY, "safety", "Safety")],
            "code": own_concept("flag", "suicide", "Thoughts of suicide to be asked about in person"),
            "subject": record.patient,
            "period": kept(period),
        }
        by = [item.source, *([item.asked] if item.asked is not None else [])]
        yield unversioned(kept(resource), by)
