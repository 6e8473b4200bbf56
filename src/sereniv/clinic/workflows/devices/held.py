"""What devices sent and nobody could tell whose it is: held by device, reason and name, until somebody says."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Max, Min, QuerySet

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import DeviceDataRefused
from sereniv.clinic.records.models import (
    OPEN_PHASES,
    Device,
    DeviceMessage,
    Id,
    SampleRow,
    SampleWord,
    SessionRow,
)
from sereniv.clinic.workflows.devices import receiving
from sereniv.clinic.workflows.devices.known import register
from sereniv.clinic.workflows.devices.registering import STREAM
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.exchange.hl7v2 import observed, read_message
from sereniv.knowledge import knowledge
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev

RULE = "held messages"
AT_ONCE = 200
MOST_AT_ONCE = 20_000
"""Messages of one answer: five hours of a monitor at one a second; what is more is asked for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one device sent under one name and is held for one reason."""

    device: Device
    why: str
    named: str
    messages: int
    first: datetime
    last: datetime
    upto: int

    @property
    def reads(self) -> tuple[str, ...]:
        """The newest message's readings, so that somebody can hold them against a screen."""
        newest = DeviceMessage.objects.filter(pk=self.upto).select_related("device").first()
        arrived = None if newest is None else _arrived(newest)
        return (
            ()
            if arrived is None
            else tuple(
                f"{reading.signal.replace('_', ' ')} {reading.value if reading.value is not None else 'no reading'}"
                for reading in arrived.said.readings
            )
        )


def groups() -> tuple[Held, ...]:
    """Return what is held, what has waited longest first."""
    found = DeviceMessage.objects.filter(state=receiving.HELD).values("device_id", "why", "patient")
    rows = found.annotate(count=Count("pk"), first=Min("received_at"), last=Max("received_at"), upto=Max("pk"))
    devices = Device.objects.in_bulk([row["device_id"] for row in rows])
    held = [
        Held(
            device=devices[row["device_id"]],
            why=row["why"],
            named=row["patient"],
            messages=row["count"],
            first=row["first"],
            last=row["last"],
            upto=row["upto"],
        )
        for row in rows
    ]
    return tuple(sorted(held, key=lambda each: each.first))


def count() -> int:
    """Return how many messages are held."""
    return DeviceMessage.objects.filter(state=receiving.HELD).count()


def assign(upto: int, session_id: Id, act: Act) -> int:
    """Find what is held with one message, and what came like it before, to be a patient's; returns how many messages.

    What was measured before the session was opened stays held. What the device goes on to send under the same name
    there is then theirs.

    Raises
    ------
    Refused
        When nothing of it is held any more, the session is not open, or none of it was measured while it was.
    """
    act.permit(Permission.CHART)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return 0
        rows = _like(upto)
        row = SessionRow.objects.filter(pk=session_id, phase__in=OPEN_PHASES).first()
        if row is None:
            raise Refused(RULE, "That session is over: what is held can be given to one that is open.")
        given = list(_given(rows, row, act.now))
        if not given:
            raise Refused(
                RULE,
                "Nothing of it was measured since that session was opened, by the device's own clock. If its clock is "
                "wrong, say first by how much.",
            )
        first, last = given[0], given[-1]
        event = ev.MonitorDataAssigned(
            device=first.device.name,
            named=first.patient,
            messages=len(given),
            first=first.received_at.astimezone(UTC),
            last=last.received_at.astimezone(UTC),
        )
        new = New(stream=chart_store.session_stream(session_id), event=event, at=act.now)
        chart_store.append([new], act.writing())
    return len(given)


def refuse(upto: int, reason: str, act: Act) -> int:
    """Find what is held with one message, and what came like it before, to be nobody's here; returns how many.

    The messages stay as they came. What comes later is held anew.

    Raises
    ------
    Malformed
        When nobody says why.
    Refused
        When nothing of it is held any more.
    """
    act.permit(Permission.CHART)
    demand_reason(reason, "Say why it is nobody's here.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return 0
        rows = _like(upto)
        found = rows.aggregate(count=Count("pk"), first=Min("received_at"), last=Max("received_at"))
        device = Device.objects.get(pk=rows.values_list("device_id", flat=True)[:1])
        event = DeviceDataRefused(
            device=device.name,
            messages=found["count"],
            first=found["first"].astimezone(UTC),
            last=found["last"].astimezone(UTC),
            reason=reason,
        )
        chart_store.append([New(stream=STREAM, event=event, at=act.now)], act.writing())
        rows.update(state=receiving.REFUSED)
    return int(found["count"])


def _like(upto: int) -> QuerySet[DeviceMessage]:
    """Return what is held of the same device for the same reason under the same name, up to a message."""
    one = DeviceMessage.objects.filter(pk=upto, state=receiving.HELD).first()
    if one is None:
        raise Refused(RULE, "Somebody has said meanwhile whose this is, or refused it.")
    return DeviceMessage.objects.filter(
        state=receiving.HELD, device_id=one.device_id, why=one.why, patient=one.patient, pk__lte=upto
    )


def _given(rows: QuerySet[DeviceMessage], session: SessionRow, now: datetime) -> Iterator[DeviceMessage]:
    """Write what was measured while a session was open into it, and give the messages that it came from."""
    group = receiving.Group(now=now, places={})
    some: list[DeviceMessage] = []
    for row in rows.select_related("device").order_by("pk")[:MOST_AT_ONCE]:
        some.append(row)
        if len(some) == AT_ONCE:
            yield from _written(some, session, group)
            some = []
    yield from _written(some, session, group)


def _written(some: Sequence[DeviceMessage], session: SessionRow, group: receiving.Group) -> list[DeviceMessage]:
    samples: list[SampleRow] = []
    words: list[SampleWord] = []
    given: list[DeviceMessage] = []
    for row in some:
        arrived = _arrived(row)
        if arrived is None or not _was_then(arrived, session, group.now):
            continue
        row.state, row.session_id, row.ahead_s = receiving.ASSIGNED, session.pk, arrived.device.clock_ahead_s
        receiving.keep(arrived, row, group, samples, words)
        given.append(row)
    DeviceMessage.objects.bulk_update(given, ["state", "session_id", "ahead_s"])
    receiving.write(samples, words, group.now)
    return given


def _was_then(arrived: receiving.Arrived, session: SessionRow, now: datetime) -> bool:
    """Say whether all of a message was measured since a session was opened, by times that can be."""
    ahead = timedelta(seconds=arrived.device.clock_ahead_s)
    return not receiving.off_the_clock(arrived, now) and all(
        reading.at - ahead >= session.opened_at for reading in arrived.said.readings
    )


def _arrived(row: DeviceMessage) -> receiving.Arrived | None:
    """Read a kept message again, with what is known of its device's clock by now; None where it was erased."""
    known = next((each for each in register.rows() if each.pk == row.device_id), None)
    if row.content is None or known is None:
        return None
    raw = bytes(row.content)
    message = read_message(raw)
    said = observed(message, knowledge().device_codes, home_zone(), row.received_at)
    return receiving.Arrived(device=known, raw=raw, message=message, said=said)


def session_choices() -> tuple[tuple[uuid.UUID, str], ...]:
    """Return every open session to choose from, by chair and name."""
    rows = SessionRow.objects.filter(phase__in=OPEN_PHASES).select_related("person").order_by("chair")
    return tuple((row.pk, f"{row.chair}: {row.person}") for row in rows)
