"""The clinic itself: rooms, chairs, details, who is on call."""

from typing import ClassVar

from django.db import models


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
