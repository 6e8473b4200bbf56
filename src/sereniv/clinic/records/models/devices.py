"""Devices at the bedside: who may send, what they sent as it came, and what was said of it since."""

from typing import ClassVar

from django.db import models


class Device(models.Model):
    """A device that may send: how it is called here, how it names itself, and how it is known at the door.

    `clock_ahead_s` is how far its clock was found to run ahead of ours (less than 0: behind), None while nobody said.
    """

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20)
    sender = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=45, blank=True)
    certificate = models.CharField(max_length=64, blank=True)
    token_digest = models.CharField(max_length=64, blank=True)
    interval_s = models.PositiveIntegerField(default=1)
    signals = models.JSONField(default=list)
    clock_ahead_s = models.IntegerField(null=True)
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """In the order of their names; a token opens the door for one device."""

        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("token_digest",), condition=~models.Q(token_digest=""), name="one_device_per_token"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeviceMessage(models.Model):
    """One message as it came, byte for byte, and what became of it.

    `state` is *charted* (its readings are a session's samples), *empty* (it had none), *held* (somebody must say whose
    it is), *assigned* or *refused* by whom the entry says. `patient` is whom the device named. `ahead_s` is how far its
    times were put back. `content` is NULL once it was erased by law.
    """

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="messages")
    sender = models.CharField(max_length=500)
    control_id = models.CharField(max_length=199)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ahead_s = models.IntegerField(default=0)
    state = models.CharField(max_length=10)
    why = models.CharField(max_length=30, blank=True)
    patient = models.CharField(max_length=200, blank=True)
    session_id = models.UUIDField(null=True)

    class Meta:
        """What is sent twice is one message; what is held is found by index among all."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=("device", "control_id", "sha256"), name="one_message_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("device", "why", "patient"), condition=models.Q(state="held"), name="messages_held"),
            models.Index(
                fields=("session_id", "patient"), condition=models.Q(state="assigned"), name="messages_assigned"
            ),
            models.Index(fields=("session_id",), name="messages_of_a_session"),
            models.Index(fields=("device", "received_at"), name="messages_by_device"),
        ]

    def __str__(self) -> str:
        return f"message {self.control_id}"


class SampleWord(models.Model):
    """What a device said of a sample beside its value: marked as doubtful, corrected later, or taken back.

    The sample stays as it first came. Of several words of one kind the newest counts.
    """

    session_id = models.UUIDField()
    signal = models.CharField(max_length=30)
    at = models.DateTimeField()
    kind = models.CharField(max_length=10)
    value = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    words = models.CharField(max_length=120, blank=True)
    message = models.ForeignKey(DeviceMessage, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Said once by a message; read by session and time."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=("session_id", "at", "signal", "kind", "message"), name="one_word_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.signal} {self.at}"


class SetAsideRow(models.Model):
    """What of a device's messages is in nobody's chart, counted by code, unit and reason."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="set_aside")
    why = models.CharField(max_length=30)
    code = models.CharField(max_length=120)
    unit = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200)
    times = models.PositiveBigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    last_value = models.CharField(max_length=40, blank=True)

    class Meta:
        """One line for what is the same."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=("device", "why", "code", "unit", "reason"), name="one_line_per_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"
