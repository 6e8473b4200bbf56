"""The tables: the append-only ledger, monitor samples, and what merely is (people, chairs)."""

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models

from sereniv.clinic.records.look_row import LookRow as LookRow
from sereniv.therapy.person.chart import Registered
from sereniv.therapy.person.names import Identity, sought, sought_digits

Id = uuid.UUID | str
"""The id of a person, session or vial, as a value or as written in a stream's name."""


CLOSED_PHASES = ("discharged", "closed unused", "signed")
"""Phases in which a session no longer holds its chair and its person."""

OPEN_PHASES = ("preparing", "ready", "infusing", "paused", "recovery")
"""Every other phase: what is open is found by index, where what is not closed would be looked for among all."""


class Entry(models.Model):
    """One entry of the ledger; triggers refuse to change or delete it. Only `chart_store` writes here."""

    seq = models.BigIntegerField(primary_key=True)
    stream = models.CharField(max_length=80)
    stream_seq = models.IntegerField()
    at = models.CharField(max_length=40)
    recorded_at = models.CharField(max_length=40)
    recorded_by = models.CharField(max_length=40)
    co_signed_by = models.CharField(max_length=40, blank=True)
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=60)
    version = models.IntegerField()
    payload = models.TextField(null=True)
    salt = models.CharField(max_length=32)
    payload_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """Streams are dense: a number is used once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=("stream", "stream_seq"), name="one_entry_per_stream_seq"),
        ]
        # Lists over the whole clinic ask for one kind among all entries.
        indexes: ClassVar = [
            models.Index(fields=("kind", "seq"), name="entries_of_a_kind"),
            models.Index(fields=("kind", "version"), name="entries_of_a_version"),
        ]

    def __str__(self) -> str:
        return f"entry {self.seq} {self.stream} {self.kind}"


class LedgerHead(models.Model):
    """The one row that says where the ledger ends; on PostgreSQL writers queue for it."""

    id = models.IntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"head {self.seq}"


class InTheRegister(models.Manager["Person"]):
    """Everybody in the register; whoever was erased by law is in nobody's list, search or count."""

    def get_queryset(self) -> models.QuerySet["Person"]:
        """Leave out whoever was erased."""
        return super().get_queryset().filter(erased_at=None)


class Person(models.Model):
    """Somebody treated here: what merely is. What was done or decided stands in their stream."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    family_name = models.CharField(max_length=80)
    """The family name, or the only name of somebody who has one."""
    given_names = models.CharField(max_length=120, blank=True)
    born = models.DateField()
    sex_at_birth = models.CharField(max_length=10)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=300, blank=True)
    indication = models.CharField(max_length=20, default="depression")
    registered_at = models.DateTimeField()
    joined_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="joined")
    """The record that this one was joined into, None where it stands by itself: a projection of both streams."""
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_number = models.PositiveIntegerField(null=True, blank=True, unique=True)
    """The number under which stays what the law keeps of somebody who was erased."""
    sought_name = models.TextField(default="", editable=False)
    sought_phone = models.CharField(max_length=40, default="", editable=False)
    """Name and telephone number as they are looked for, written with every change of either (`names.sought`)."""

    objects = InTheRegister()
    everybody = models.Manager["Person"]()

    class Meta:
        """Lists read by name."""

        ordering: ClassVar = ["family_name", "given_names", "born"]

    def __str__(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()

    def save(self, *, update_fields: Iterable[str] | None = None, **keywords: Any) -> None:
        """Keep what is looked for beside what is shown."""
        self.sought_name, self.sought_phone = sought(str(self)), sought_digits(self.phone)
        changed = None if update_fields is None else {*update_fields, "sought_name", "sought_phone"}
        super().save(update_fields=changed, **keywords)

    @property
    def listed(self) -> str:
        """The name as a list in order of family names has it."""
        return ", ".join(part for part in (self.family_name, self.given_names) if part)

    @property
    def initials(self) -> str:
        """First letters, for the board."""
        return "".join(f"{part[:1]}." for part in (self.given_names, self.family_name) if part)

    @property
    def identity(self) -> Identity:
        """What tells this person from another."""
        return Identity(family_name=self.family_name, given_names=self.given_names, born=self.born, phone=self.phone)

    @property
    def registered(self) -> Registered:
        """What concerns read of the register."""
        return Registered(born=self.born, sex_at_birth=self.sex_at_birth, indication=self.indication)


class Room(models.Model):
    """A room in which chairs stand."""

    name = models.CharField(max_length=40, unique=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """In the order of their names."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Chair(models.Model):
    """A place where an infusion is given."""

    name = models.CharField(max_length=40, unique=True)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, blank=True, related_name="chairs")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """In the order they stand."""

        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def in_room(self) -> str:
        """Name the room it stands in, "" where nobody has said."""
        return str(self.room or "")


class ClinicDetails(models.Model):
    """What the clinic calls itself and how it is reached: one row, absent until somebody fills it in."""

    id = models.IntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=300, blank=True)
    crisis_number = models.CharField(max_length=40, blank=True)
    crisis_words = models.CharField(max_length=500, blank=True)
    on_call_phone = models.CharField(max_length=40, blank=True)
    help_number = models.CharField(max_length=40, blank=True)
    help_words = models.CharField(max_length=300, blank=True)
    week = models.JSONField(default=dict)
    closed_days = models.JSONField(default=list)
    hours_note = models.CharField(max_length=300, blank=True)
    paper = models.CharField(max_length=10, default="a4")

    class Meta:
        """There is one clinic in a home."""

        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_clinic")]

    def __str__(self) -> str:
        return self.name or "the clinic"


class OnCall(models.Model):
    """Somebody who is called outside the chairs: in what role, under which number, and from when until when.

    A row without times stands always, and answers whenever no dated row of its role does.
    """

    role = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40)
    begins = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    taken_off_at = models.DateTimeField(null=True)

    class Meta:
        """A shift has both its ends, in their order, or neither."""

        ordering: ClassVar = ["role", "begins", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(begins__isnull=True, ends__isnull=True) | models.Q(begins__lt=models.F("ends")),
                name="a_shift_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.name}"


class Enquiry(models.Model):
    """What somebody from outside wrote to the clinic, kept as they wrote it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=120)
    reach = models.CharField(max_length=200)
    born = models.CharField(max_length=40, blank=True, default="")
    """Their date of birth as they wrote it, which may be none."""
    message = models.TextField(max_length=2000, blank=True)
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=40, blank=True)

    class Meta:
        """New ones first, the longest waiting at the top; then those answered, latest first."""

        ordering: ClassVar = [models.F("answered_at").desc(nulls_first=True), "received_at"]

    def __str__(self) -> str:
        return f"enquiry {self.pk}"


class Invitation(models.Model):
    """A link with which somebody may answer questionnaires on their own phone; of its token only a digest is kept.

    `drafts` holds answers not sent yet by scale; a suicide item is never among them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    token_digest = models.CharField(max_length=64, unique=True)
    scales = models.CharField(max_length=400)
    until = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=40)
    withdrawn_at = models.DateTimeField(null=True)
    drafts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def scale_ids(self) -> tuple[str, ...]:
        """The scales it asks, in order."""
        return tuple(self.scales.split(","))


class SessionRow(models.Model):
    """Projection of a session's chart for lists; `sereniv rebuild` makes it anew from the entries."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sessions")
    chair = models.CharField(max_length=40)
    label = models.CharField(max_length=120, blank=True)
    phase = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    infusion_number = models.IntegerField()

    class Meta:
        """One open session for a person, one for a chair: two people cannot sit in one."""

        indexes: ClassVar = [
            models.Index(fields=("phase",), name="sessions_by_phase"),
            models.Index(fields=("opened_at",), name="sessions_by_day"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("person",),
                condition=~models.Q(phase__in=CLOSED_PHASES),
                name="one_open_session_per_person",
            ),
            models.UniqueConstraint(
                fields=("chair",),
                condition=~models.Q(phase__in=CLOSED_PHASES),
                name="one_open_session_per_chair",
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.id}"


class VialRow(models.Model):
    """Projection of a vial's ledger for lists."""

    id = models.UUIDField(primary_key=True)
    label = models.CharField(max_length=60, unique=True)
    strength_mg_per_ml = models.DecimalField(max_digits=8, decimal_places=3)
    lot = models.CharField(max_length=40)
    expires = models.DateField()
    on_hand_ml = models.DecimalField(max_digits=10, decimal_places=3)
    residual_mg = models.DecimalField(max_digits=12, decimal_places=4)
    set_apart = models.BooleanField(default=False)
    differs = models.BooleanField(default=False)
    counted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label


class AppointmentRow(models.Model):
    """Projection of a person's appointment as it stands, for the calendar; `sereniv rebuild` makes it anew."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    entry = models.IntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    chair = models.CharField(max_length=40)
    purpose = models.CharField(max_length=20)
    course = models.IntegerField(null=True)
    state = models.CharField(max_length=20)
    escort = models.CharField(max_length=200, blank=True)
    escort_said = models.CharField(max_length=200, blank=True)

    class Meta:
        """In the order of the day; no chair and no person is booked twice for one time."""

        ordering: ClassVar = ["starts_at", "chair"]
        # What is still booked is asked for at each look, of what was ever booked.
        indexes: ClassVar = [
            models.Index(fields=("state", "ends_at"), name="booked_until"),
            models.Index(fields=("ends_at",), name="appointments_by_day"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("person", "entry"), name="one_row_per_appointment"),
            models.UniqueConstraint(
                fields=("chair", "starts_at"), condition=models.Q(state="booked"), name="one_booking_per_chair_and_time"
            ),
            models.UniqueConstraint(
                fields=("person", "starts_at"),
                condition=models.Q(state="booked"),
                name="one_booking_per_person_and_time",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__lt=models.F("ends_at")), name="an_appointment_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"appointment {self.person_id} {self.entry}"


class DerivedRow(models.Model):
    """How fresh the rows of one person in one list are: what they were derived from, and until when they hold.

    `touched` is the ledger's last entry that moved anything about the person, `made_for` the one that the rows were
    derived after. `basis` names the rules, the opening hours and the program they were derived with, `run` the run of
    the server that last read the record: what was damaged on the disk meanwhile is found out by another.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    list = models.CharField(max_length=20)
    touched = models.BigIntegerField(default=0)
    made_for = models.BigIntegerField(default=-1)
    basis = models.CharField(max_length=32, blank=True)
    run = models.CharField(max_length=12, blank=True)
    made_at = models.DateTimeField(null=True)
    holds_until = models.DateTimeField(null=True)

    class Meta:
        """One row for a person and a list; what is behind is found in the index alone."""

        constraints: ClassVar = [models.UniqueConstraint(fields=("person", "list"), name="derived_once_per_list")]
        indexes: ClassVar = [
            models.Index(
                fields=("list", "made_for", "touched", "basis", "run", "made_at", "holds_until", "person"),
                name="derived_behind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.list} of {self.person_id}"


class ListedRow(models.Model):
    """One line that a list shows of one person, derived from their chart; `sereniv rebuild` makes it anew.

    `topic` is what the list asks for, `place` where it stands among the others, as text that sorts. `not_for` names
    the one member of staff who is not shown it.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    list = models.CharField(max_length=20)
    topic = models.CharField(max_length=60)
    presses = models.BooleanField(default=False)
    place = models.CharField(max_length=80)
    not_for = models.CharField(max_length=40, blank=True)
    content = models.JSONField(default=dict)

    class Meta:
        """Read by topic, what presses first."""

        indexes: ClassVar = [
            models.Index(fields=("list", "topic", "-presses", "place"), name="listed_in_order"),
            models.Index(fields=("person", "list"), name="listed_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.list}, {self.topic} of {self.person_id}"


class SampleRow(models.Model):
    """One value a monitor sent: append-only, with the device's time and ours; NULL where it sent no reading."""

    session_id = models.UUIDField()
    device = models.CharField(max_length=60)
    signal = models.CharField(max_length=30)
    value = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        """A repeated message changes nothing."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=("session_id", "signal", "at"), name="one_sample_per_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.signal} {self.at}"
