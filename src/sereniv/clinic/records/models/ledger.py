"""The append-only ledger, and what monitors sent."""

from typing import ClassVar

from django.db import models


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
