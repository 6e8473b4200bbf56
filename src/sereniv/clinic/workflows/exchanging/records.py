"""Records as resources are made of them, found by index: by a person's id, or by the id of anything of theirs."""

import hashlib
import re
import uuid
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from django.db.models import Q

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store, entered, reading
from sereniv.clinic.records.codec import Event
from sereniv.clinic.records.house_events import IdentityEntered
from sereniv.clinic.records.models import Chair, Entry, Person, SessionRow
from sereniv.clinic.workflows.looks.who_looked import Look, looks_at_record
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import clinic_details, home_zone
from sereniv.exchange.fhir.outcome import Failed
from sereniv.exchange.fhir.record import Clinic, Place, Record, Seen, Sitting, Subject, Worker
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import RecordsJoined, RecordsParted
from sereniv.therapy.person.names import folded
from sereniv.therapy.recording.entry import Recorded, Unread
from sereniv.therapy.session.chart import SessionChart

JOINING = (RecordsJoined.__name__, RecordsParted.__name__)
IN_THE_REGISTER = ("family_name", "given_names", "born", "sex_at_birth", "phone", "address")

FIRST_DAY = date(1900, 1, 1)
OF_A_LOOK = re.compile(r"look-[0-9a-f]{12}-([0-9a-f-]{36})", re.ASCII)
OF_AN_ENTRY = re.compile(r"([1-9][0-9]{0,17})-[a-z0-9.-]{1,40}", re.ASCII)


def clinic_of(now: datetime) -> Clinic:
    """Return the clinic with everybody who works, or worked, there."""
    details = clinic_details()
    return Clinic(
        name=details.name,
        phone=details.phone,
        address=details.address,
        workers={each.username: _worker(each) for each in Staff.objects.order_by("pk")},
        places={each.name: _place(each) for each in Chair.objects.select_related("room").order_by("pk")},
        rules=rules_in_force(now),
        zone=home_zone(),
        now=now,
    )


def _worker(person: Staff) -> Worker:
    return Worker(
        id=f"staff-{person.pk}", name=person.full_name, roles=tuple(map(str, person.roles)), is_active=person.is_active
    )


def _place(chair: Chair) -> Place:
    return Place(id=f"chair-{chair.pk}", name=chair.name, room=chair.in_room, in_use=chair.retired_at is None)


def person_named(written: str) -> Person | None:
    """Return whose record an id names, None for nobody's; of a record that was joined into another, its own."""
    key = _uuid(written)
    return Person.objects.filter(pk=key).first() if key is not None else None


def record_of(person: Person, clinic: Clinic) -> Record:
    """Return everything of a person; of a record that was joined into another, that one's."""
    whole = person.joined_into or person
    others = tuple(str(each) for each in whole.joined.values_list("pk", flat=True))
    sittings = SessionRow.objects.filter(person__in=[whole.pk, *others]).order_by("opened_at", "pk")
    ids = [str(each) for each in sittings.values_list("pk", flat=True)]
    charts = chart_store.session_charts(ids)
    told = subjects_of([whole])[whole.pk]
    return Record(
        subject=told[-1],
        before=told[:-1],
        chart=chart_store.person_chart(whole.pk),
        # What is labelled (a replay) is not of this person: it is shown here, and told nobody else.
        sittings=tuple(Sitting(id=each, chart=charts[each]) for each in ids if _is_real(charts[each])),
        clinic=clinic,
        seen=partial(seen_of, whole, clinic.now),
    )


def _is_real(chart: SessionChart) -> bool:
    return chart.opened is not None and not chart.opened.event.label


def seen_of(person: Person, now: datetime) -> tuple[Seen, ...]:
    """Return every look at somebody's record that the audit has; those of the last moments are still to be written."""
    looks = sorted(
        looks_at_record(person, FIRST_DAY, now.date() + timedelta(days=1), None).lines, key=lambda each: each.first
    )
    return tuple(
        Seen(
            mark=_mark(each), who=each.staff, what=each.page.replace("_", " "), first=each.first, last=each.last,
            times=each.times,
        )
        for each in looks
    )  # fmt: skip


def _mark(look: Look) -> str:
    """Return what tells one look from another, also where the rows of looks are made anew."""
    told = "\n".join((str(look.day), look.staff, look.page, look.subject, look.person_id, str(look.listed)))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def subjects_of(people: Collection[Person]) -> dict[uuid.UUID, tuple[Subject, ...]]:
    """Return how the register has people, by their ids: as it had them before, oldest first, and last as it has them.

    What the register said and with which records somebody was joined are entries: each makes a version.
    """
    registers = {entered.register_stream(each.pk): each for each in people}
    streams = {chart_store.person_stream(each.pk): each for each in people}
    of_both = Q(stream__in=list(registers)) | Q(stream__in=list(streams), kind__in=JOINING)
    found: dict[uuid.UUID, list[Subject]] = {each.pk: [] for each in people}
    for entry in Entry.objects.filter(of_both, payload__isnull=False).order_by("seq"):
        person = registers.get(entry.stream) or streams[entry.stream]
        told = found[person.pk]
        told.append(_after(told[-1] if told else _as_it_stands(person), reading.as_it_reads(entry)))
    return {each.pk: _up_to_now(each, found[each.pk]) for each in people}


def _after(before: Subject, entry: Recorded[Event | Unread]) -> Subject:
    match entry.event:
        case IdentityEntered() as event:
            shown = {name: getattr(event, name) for name in IN_THE_REGISTER}
            return replace(before, **shown, updated_at=entry.recorded_at)
        case RecordsJoined(other=other, is_kept=True):
            return replace(before, joined=(*before.joined, other), updated_at=entry.recorded_at)
        case RecordsJoined(other=other):
            return replace(before, joined_into=other, updated_at=entry.recorded_at)
        case RecordsParted(other=other):
            joined = tuple(each for each in before.joined if each != other)
            return replace(before, joined=joined, joined_into="", updated_at=entry.recorded_at)
    return replace(before, updated_at=entry.recorded_at)


def _up_to_now(person: Person, told: list[Subject]) -> tuple[Subject, ...]:
    """Let the last be as the table has it, which is what pages read."""
    if not told:
        return (_as_it_stands(person),)
    now = {name: getattr(person, name) for name in IN_THE_REGISTER}
    return (*told[:-1], replace(told[-1], **now, joined_into=str(person.joined_into_id or "")))


def _as_it_stands(person: Person) -> Subject:
    return Subject(
        id=str(person.pk),
        updated_at=person.registered_at,
        **{name: getattr(person, name) for name in IN_THE_REGISTER},
    )


def whose(resource_id: str) -> Person | None:
    """Return whose a resource is, by its id alone: that of a session, or of an entry of the ledger."""
    look = OF_A_LOOK.fullmatch(resource_id)
    if look is not None:
        return person_named(look[1])
    session = _uuid(resource_id)
    if session is not None:
        return _of_session(session)
    entry = OF_AN_ENTRY.fullmatch(resource_id)
    stream = Entry.objects.filter(pk=int(entry[1])).values_list("stream", flat=True).first() if entry else None
    kind, _, key = (stream or "").partition("/")
    found = _uuid(key)
    if kind == "person" and found is not None:
        return Person.objects.filter(pk=found).select_related("joined_into").first()
    return _of_session(found) if kind == "session" and found is not None else None


def _of_session(session: uuid.UUID) -> Person | None:
    row = SessionRow.objects.filter(pk=session).values_list("person_id", flat=True).first()
    return Person.objects.filter(pk=row).select_related("joined_into").first() if row is not None else None


def bare(told: tuple[Subject, ...], clinic: Clinic) -> Record:
    """Return a record of which only the person themselves is asked."""
    return Record(subject=told[-1], before=told[:-1], chart=PersonChart(), sittings=(), clinic=clinic)


def people_called(born: tuple[datetime, datetime] | None, parts: tuple[str, ...], after: str) -> Iterator[Person]:
    """Give whom a search of the register may find: born within days, and with these parts in their name.

    They come in the order of their ids, from after one of them on; whoever asks takes as many as they look at.
    """
    found = Person.objects.order_by("pk")
    if after:
        key = _uuid(after)
        if key is None:
            raise Failed(400, "value", "This page's address is not one that this server gave.", "_after")
        found = found.filter(pk__gt=key)
    if born is not None:
        found = found.filter(born__gte=born[0].date(), born__lt=born[1].date())
    for part in parts:
        found = found.filter(sought_name__contains=folded(part))
    yield from found.iterator(chunk_size=500)


def _uuid(written: str) -> uuid.UUID | None:
    try:
        key = uuid.UUID(written)
    except ValueError:
        return None
    # Written in one way alone: a resource has one id.
    return key if str(key) == written else None
