"""What pages ask of the tables beside the ledger, each question under its own name."""

import uuid
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from sereniv.clinic.records.models import (
    OPEN_PHASES,
    AppointmentRow,
    Chair,
    Device,
    Enquiry,
    Entry,
    Id,
    Person,
    Room,
    SessionRow,
    SetAsideRow,
    VialRow,
)
from sereniv.therapy.person.events import Purpose
from sereniv.therapy.scheduling.calendar import AppointmentState


def newest_entries(how_many: int) -> QuerySet[Entry]:
    """Return the entries that were written last, the newest first."""
    return Entry.objects.order_by("-seq")[:how_many]


LONGEST_SESSION = timedelta(days=2)
"""No chair is taken longer: what was opened before that is looked for no more at a moment."""

# People.


def people() -> QuerySet[Person]:
    """Return everybody in the register under their one record, by name."""
    return Person.objects.filter(joined_into=None)


def every_record() -> QuerySet[Person]:
    """Return every record in the register, those joined into another among them."""
    return Person.objects.order_by("pk")


def never_treated() -> QuerySet[Person]:
    """Return whoever has no session yet, the last to be registered first."""
    return people().filter(sessions=None).order_by("-registered_at")


def people_of(ids: Collection[Id]) -> QuerySet[Person]:
    """Return some people of the register, the first to be registered first."""
    return Person.objects.filter(pk__in=ids).order_by("registered_at")


def read_together(ids: Iterable[Id]) -> QuerySet[Person]:
    """Return some people's own records, and those that were joined into them."""
    chosen = list(ids)
    return Person.objects.filter(Q(pk__in=chosen) | Q(joined_into__in=chosen))


def person_of(person_id: Id) -> Person | None:
    """Return somebody in the register, None where nobody has this id or they were erased by law."""
    return Person.objects.filter(pk=person_id).first()


def anybody(person_id: Id) -> Person | None:
    """Return whose id this is, erased by law or not; None where it is nobody's."""
    return Person.everybody.filter(pk=person_id).first()


def birth_dates(people_ids: Collection[Id], session_ids: Collection[Id]) -> dict[object, date]:
    """Return when some people, and the people of some sessions, were born, by the ids that were asked for."""
    born: dict[object, date] = dict(Person.objects.filter(pk__in=people_ids).values_list("pk", "born"))
    return born | dict(SessionRow.objects.filter(pk__in=session_ids).values_list("pk", "person__born"))


# Sessions and chairs.


def sessions() -> QuerySet[SessionRow]:
    """Return every session with whose it is."""
    return SessionRow.objects.order_by("pk").select_related("person")


def open_sessions() -> QuerySet[SessionRow]:
    """Return what is open now with whose it is, by chair."""
    return SessionRow.objects.filter(phase__in=OPEN_PHASES).select_related("person").order_by("chair")


def sessions_around(moment: datetime) -> QuerySet[SessionRow]:
    """Return what may have been open at a moment with whose it is, by chair: opened by then, open or changed since."""
    open_then = SessionRow.objects.filter(opened_at__gt=moment - LONGEST_SESSION, opened_at__lte=moment)
    since = Q(phase__in=OPEN_PHASES) | Q(changed_at__gte=moment)
    return open_then.filter(since).select_related("person").order_by("chair")


def sessions_labelled(labels: Iterable[str], since: datetime) -> QuerySet[SessionRow]:
    """Return the sessions under some labels that were opened since a moment, the last one first."""
    found = SessionRow.objects.filter(opened_at__gte=since, label__in=list(labels))
    return found.select_related("person").order_by("-opened_at")


def unsigned_sessions() -> QuerySet[SessionRow]:
    """Return what has ended and whose note nobody has signed, with whose it is."""
    return SessionRow.objects.filter(phase="discharged").select_related("person")


def session_of(session_id: Id) -> SessionRow | None:
    """Return a session's row with whose it is, None where there is none."""
    return SessionRow.objects.filter(pk=session_id).select_related("person").first()


def whose_session(session_id: Id) -> uuid.UUID | None:
    """Return the id of the person whose session this is, None where there is no such session."""
    return SessionRow.objects.filter(pk=session_id).values_list("person_id", flat=True).first()


def taken_chairs() -> set[str]:
    """Return the names of the chairs at which a session is open."""
    return set(SessionRow.objects.filter(phase__in=OPEN_PHASES).values_list("chair", flat=True))


def chairs() -> QuerySet[Chair]:
    """Return every chair with its room, retired ones too, by room and name."""
    return Chair.objects.select_related("room").order_by("room__name", "name")


def chairs_in_use() -> QuerySet[Chair]:
    """Return the chairs that stand ready to be sat in, with their rooms."""
    return Chair.objects.filter(retired_at=None).select_related("room")


def free_chairs() -> list[str]:
    """Return the names of the chairs at which nothing is open."""
    taken = taken_chairs()
    return [each.name for each in chairs_in_use() if each.name not in taken]


def rooms() -> QuerySet[Room]:
    """Return every room, those given up too."""
    return Room.objects.all()


def no_room() -> QuerySet[Room]:
    """Return no room, for a form that asks for them when it is shown."""
    return Room.objects.none()


def rooms_in_use() -> QuerySet[Room]:
    """Return the rooms in which chairs can stand."""
    return Room.objects.filter(retired_at=None)


# Bookings and enquiries.


def booked_for(people_ids: Collection[Id]) -> QuerySet[AppointmentRow]:
    """Return what is booked for some people, with whose it is."""
    return AppointmentRow.objects.filter(state=str(AppointmentState.BOOKED), person__in=people_ids).select_related(
        "person"
    )


def infusions_booked_for(people_ids: Collection[Id]) -> QuerySet[AppointmentRow]:
    """Return the infusions that are booked for some people."""
    return booked_for(people_ids).filter(purpose=str(Purpose.INFUSION))


def enquiries() -> QuerySet[Enquiry]:
    """Return every enquiry: new ones first, the longest waiting at the top."""
    return Enquiry.objects.all()


def unanswered(asked_before: datetime | None = None) -> QuerySet[Enquiry]:
    """Return the enquiries that nobody has answered, of those that came by a moment where one is given."""
    found = Enquiry.objects.filter(answered_at=None).order_by("received_at")
    return found if asked_before is None else found.filter(received_at__lte=asked_before)


# Vials.


def vials() -> QuerySet[VialRow]:
    """Return every vial, by label."""
    return VialRow.objects.order_by("label")


def vials_called(labels: Iterable[str]) -> QuerySet[VialRow]:
    """Return the vials with some labels."""
    return VialRow.objects.filter(label__in=list(labels))


def vial_of(vial_id: Id) -> VialRow | None:
    """Return a vial, None where there is none."""
    return VialRow.objects.filter(pk=vial_id).first()


def vials_with_drug() -> QuerySet[VialRow]:
    """Return the vials that are not empty, or of which more was drawn than they held; by label."""
    return vials().exclude(on_hand_ml=0)


def vials_to_draw_from() -> QuerySet[VialRow]:
    """Return the vials that hold drug and were not set apart; by label."""
    return vials().filter(on_hand_ml__gt=0, set_apart=False)


def vials_here() -> QuerySet[VialRow]:
    """Return the vials of which there is drug in the house: in the vial, or drawn and not accounted for."""
    return vials().exclude(on_hand_ml=0, residual_mg=0)


def vials_with_residual() -> QuerySet[VialRow]:
    """Return the vials of which drug was drawn and is not accounted for."""
    return vials().exclude(residual_mg=0)


def vials_that_differ() -> QuerySet[VialRow]:
    """Return the vials whose count differs from the ledger, and nobody has settled it."""
    return vials().filter(differs=True)


# Devices.


def devices(but: str) -> QuerySet[Device]:
    """Return the devices that are not of one kind: those let in first, by name."""
    return Device.objects.exclude(kind=but).order_by("revoked_at", "name")


def no_device() -> QuerySet[Device]:
    """Return no device, for a form that asks for them when it is shown."""
    return Device.objects.none()


def devices_let_in() -> QuerySet[Device]:
    """Return the devices that may send."""
    return Device.objects.filter(revoked_at=None)


def set_aside(how_many: int) -> QuerySet[SetAsideRow]:
    """Return what of messages is in nobody's chart, the latest first."""
    return SetAsideRow.objects.select_related("device").order_by("-last_at")[:how_many]
