"""What is derived from the ledger for lists; `sereniv rebuild` makes it anew."""

from typing import ClassVar

from django.db import models

from sereniv.clinic.records.models.people import Person

CLOSED_PHASES = ("discharged", "closed unused", "signed")
"""Phases in which a session no longer holds its chair and its person."""

LEFT_PHASES = ("discharged", "signed")
"""Phases in which nobody sits there any more: gone home, to a hospital, or dead."""

OPEN_PHASES = ("preparing", "ready", "infusing", "paused", "recovery")
"""Every other phase: what is open is found by index, where what is not closed would be looked for among all."""


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
    monitor = models.CharField(max_length=60, blank=True, default="")
    """The device that sends to it, by name, "" where none does."""

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

    @property
    def chair_marked(self) -> str:
        """The chair with what marks a session that is no patient's, as where there is no room for its label."""
        mark, is_marked, _ = self.label.partition(":")
        return f"{self.chair} ({mark})" if is_marked else self.chair

    @property
    def how_far(self) -> str:
        """How far it has come, for lists of who sits where: that it is over; how, is the chart's to say."""
        return "over" if self.phase in LEFT_PHASES else self.phase

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
        """One row for a person and a list; what is behind is found by index, each way of being it by one of its own."""

        constraints: ClassVar = [models.UniqueConstraint(fields=("person", "list"), name="derived_once_per_list")]
        indexes: ClassVar = [
            models.Index(
                fields=("list", "made_for", "touched", "basis", "run", "made_at", "holds_until", "person"),
                name="derived_behind",
            ),
            models.Index(
                fields=("list", "made_for", "touched"),
                condition=~models.Q(made_for=models.F("touched")),
                name="derived_moved",
            ),
            models.Index(fields=("list", "basis"), name="derived_by_basis"),
            models.Index(fields=("list", "holds_until"), name="derived_until"),
            models.Index(fields=("list", "made_at"), name="derived_at"),
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
            models.Index(fields=("list", "topic", "presses", "not_for"), name="listed_for_a_reader"),
            models.Index(fields=("list", "place"), name="listed_by_place"),
            models.Index(fields=("person", "list"), name="listed_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.list}, {self.topic} of {self.person_id}"


class LetGoRow(models.Model):
    """Projection of a session whose samples two people let go: how many, by which entry, and when they went.

    Samples of a session without such a row cannot be deleted; a trigger sees to it.
    """

    session_id = models.UUIDField(primary_key=True)
    entry = models.BigIntegerField()
    samples = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    signed_by = models.CharField(max_length=40)
    co_signed_by = models.CharField(max_length=40)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        """What waits to go is found by the entry that let it."""

        indexes: ClassVar = [models.Index(fields=("entry", "gone_at"), name="let_go_by_entry")]

    def __str__(self) -> str:
        return f"samples of {self.session_id}"
