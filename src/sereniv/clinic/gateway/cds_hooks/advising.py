"""What each service answers: by the same functions as the pages, of somebody in the register or as they were sent."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.course.treatment import Treatment, treatment_of
from sereniv.clinic.workflows.exchanging.records import person_named
from sereniv.clinic.workflows.orders.orders import Wanted, indication_of, protocols_for, worked_out
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.exchange.cds_hooks import cards, orders
from sereniv.exchange.cds_hooks.asking import Asking, CannotAnswer, drafts
from sereniv.exchange.cds_hooks.cards import Card
from sereniv.exchange.cds_hooks.stranger import born_on, name_of, stranger, weight
from sereniv.exchange.fhir.written import OWN, Element, Resource
from sereniv.knowledge import Phase
from sereniv.knowledge.rows import Knowledge, Protocol
from sereniv.therapy.candidacy.criteria import findings
from sereniv.therapy.candidacy.interactions import interaction_findings
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.concern import Result
from sereniv.therapy.person.events import Purpose, WeightBasis
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.treatment.booking import doubts
from sereniv.units import MINUTES_PER_HOUR

MEDICATIONS = ("MedicationRequest",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """The cards of an answer, and whose record it was read from, "" for nobody's here."""

    answer: Element
    person_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """Whom a request is about: in the register here, or as they were sent alone."""

    person: Person | None
    sent: Resource | None
    doubt: str = ""


def advise(asking: Asking, now: datetime) -> Advised:
    """Answer a request; raises CannotAnswer where what is needed was not sent."""
    rules, about = rules_in_force(now), _about(asking)
    if about.doubt:
        found = cards.of_words("Ketamine", [about.doubt], "warning")
        return Advised(answer=cards.sent(found, _new_id), person_id="")
    found = ANSWERS[asking.hook](asking, about, now, rules)
    return Advised(
        answer=cards.sent(found, _new_id), person_id=str(about.person.pk) if about.person is not None else ""
    )


def _new_id() -> str:
    return str(uuid.uuid4())


def _about(asking: Asking) -> _About:
    """Find whom a request is about: by this clinic's own identifier, or by the id that this server gave them.

    Somebody of that identifier who was born on another day is somebody else: nothing of the record is told.
    """
    sent = asking.patient
    person = _here(_own_identifier(sent) or asking.patient_id)
    if person is None:
        return _About(person=None, sent=sent)
    born = born_on(sent) if sent is not None else None
    if born is not None and born != person.born:
        return _About(
            person=None, sent=sent, doubt="the identifier sent is of somebody here who was born on another day"
        )
    return _About(person=person, sent=sent)


def _here(written: str) -> Person | None:
    person = person_named(written)
    return (person.joined_into or person) if person is not None else None


def _own_identifier(patient: Resource | None) -> str:
    listed = patient.get("identifier") if patient is not None else None
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and each.get("system") == f"{OWN}person":
            return str(each.get("value", ""))
    return ""


def _candidacy(asking: Asking, about: _About, now: datetime, rules: Knowledge) -> list[Card]:
    if about.person is not None:
        chart = chart_store.person_chart(about.person.pk)
        told = findings(chart, about.person.registered, Phase.SCREEN, now, rules)
        return [*cards.of_findings(told, rules), *_unread(chart)]
    sent = _sent_patient(asking, about)
    them = stranger(asking, sent, now, rules)
    if them.registered is None:
        return cards.of_words("Ketamine", ["no day of birth was sent: nothing was judged"], "info")
    return cards.of_findings(findings(them.chart, them.registered, Phase.SCREEN, now, rules), rules)


def _unread(chart: PersonChart) -> list[Card]:
    words = ["part of this record cannot be read; what it says is not in these cards"] if chart.unread else []
    return cards.of_words("Ketamine", words, "warning")


def _sent_patient(asking: Asking, about: _About) -> Resource:
    if about.sent is None:
        raise CannotAnswer(412, "Send the Patient in prefetch: nothing is fetched from here.")
    del asking
    return about.sent


def _order_select(asking: Asking, about: _About, now: datetime, rules: Knowledge) -> list[Card]:
    drafted = drafts(asking, "draftOrders", *MEDICATIONS)
    ketamine = [each for each in drafted if orders.is_ketamine(each, rules)]
    others = [name_of(each, "medicationCodeableConcept") for each in drafted if each not in ketamine]
    found = _interactions(asking, about, [each for each in others if each], now, rules)
    return [*found, *_doses(asking, about, ketamine, now, rules)]


def _interactions(asking: Asking, about: _About, names: Sequence[str], now: datetime, rules: Knowledge) -> list[Card]:
    """Say what drafted medicines mean for ketamine: those alone, for what is taken already is told elsewhere."""
    if not names:
        return []
    sent = about.sent if about.sent is not None else {"resourceType": "Patient", "id": asking.patient_id}
    alone = Asking(
        hook=asking.hook, instance=asking.instance, patient_id=asking.patient_id, context=asking.context, prefetch={}
    )
    chart = stranger(alone, sent, now, rules, names).chart
    indication = about.person.indication if about.person is not None else ""
    told = interaction_findings(chart, Phase.SCREEN, now, rules, indication)
    return cards.of_findings([each for each in told if each.verdict.result is not Result.NOT_MET], rules)


def _doses(asking: Asking, about: _About, ketamine: Sequence[Resource], now: datetime, rules: Knowledge) -> list[Card]:
    found = [orders.read_draft(each) for each in ketamine]
    if about.person is not None:
        return [card for each in found for card in _proposed(about.person, each, now, rules)]
    if found and not asking.has("weight") and weight(asking) is None:
        raise CannotAnswer(412, "Send the weight in prefetch (null where there is none): the dose rests on it.")
    taken = weight(asking)
    return [card for each in found for card in orders.of_draft(each, taken[0] if taken else None, rules)]


def _proposed(person: Person, drafted: orders.Drafted, now: datetime, rules: Knowledge) -> list[Card]:
    """Propose the draft as the page of orders would, and tell the limits that it goes past."""
    if drafted.mg is None:
        return [orders.cannot_judge(orders.NO_MG)]
    chart, protocol = chart_store.person_chart(person.pk), _protocol_of(person, now, rules)
    fact = chart.latest("weight_kg", now)
    if protocol is None or fact is None:
        return [orders.cannot_judge("no protocol is for what they are treated for" if fact else "no weight is known")]
    minutes = drafted.minutes or protocol.duration_min
    by_rate = protocol.rate_mg_per_kg_per_h is not None
    mg_per_kg = drafted.mg / fact.value
    wanted = Wanted(
        protocol=protocol.id,
        dose_mg_per_kg=None if by_rate else mg_per_kg,
        rate_mg_per_kg_per_h=mg_per_kg * MINUTES_PER_HOUR / minutes if by_rate else None,
        cap_mg_per_h=protocol.cap_mg_per_h if by_rate else None,
        duration_min=minutes,
        concentration_mg_per_ml=rules.standard.concentration_mg_per_ml,
        weight_basis=WeightBasis.ACTUAL,
    )
    try:
        proposal = worked_out(person.pk, wanted, now)
    except (Refused, Malformed) as no:
        return [orders.cannot_judge(str(no))]
    return orders.told(drafted, proposal.hits, rules)


def _protocol_of(person: Person, now: datetime, rules: Knowledge) -> Protocol | None:
    """Return the protocol of the course under way, else the first that is for what they are treated for."""
    stands = treatment_of(person.pk, now)
    if stands.course is not None and not stands.is_over:
        return stands.course.protocol
    possible = protocols_for(indication_of(person.pk, stands.chart), rules)
    return next((each for each in possible if each.outpatient), None)


def _order_sign(asking: Asking, about: _About, now: datetime, rules: Knowledge) -> list[Card]:
    drafted = drafts(asking, "draftOrders", *MEDICATIONS)
    found = _order_select(asking, about, now, rules)
    if about.person is None or not any(orders.is_ketamine(each, rules) for each in drafted):
        return found
    return [*found, *_waits(treatment_of(about.person.pk, now))]


def _waits(stands: Treatment) -> list[Card]:
    return cards.of_words("The next ketamine infusion waits", [each.reason for each in stands.waits], "critical")


def _appointment_book(asking: Asking, about: _About, now: datetime, rules: Knowledge) -> list[Card]:
    booked = drafts(asking, "appointments", "Appointment")
    if about.person is None:
        return []
    stands = treatment_of(about.person.pk, now)
    found = [each.words for each in doubts(stands.chart, Purpose.INFUSION, now, rules)]
    against = cards.of_words("Against booking a ketamine infusion", found, "warning")
    not_before = stands.course.not_before if stands.course is not None else None
    early = [
        f"by the protocol not before {not_before:%d %b %Y %H:%M}"
        for each in booked
        if not_before is not None and (starts := _starts(each)) is not None and starts < not_before
    ]
    return [*against, *cards.of_words("Too soon for a ketamine infusion", early, "critical"), *_waits(stands)]


def _starts(appointment: Resource) -> datetime | None:
    try:
        starts = datetime.fromisoformat(str(appointment.get("start")).replace("Z", "+00:00"))
    except ValueError:
        return None
    return starts if starts.tzinfo is not None else None


ANSWERS = {
    "patient-view": _candidacy,
    "order-select": _order_select,
    "order-sign": _order_sign,
    "appointment-book": _appointment_book,
}
