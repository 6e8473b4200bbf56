"""What devices send, kept as it came: whose it is, what of it is a session's samples, and what waits for somebody.

One message is one row, known by device, number and content: sent again it changes nothing. All of a group stands in
one transaction, and an answer leaves after it. Nothing that came is refused here: what cannot be told to be a patient's
waits, under its reason, until somebody says.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from sereniv.clinic.records.models import OPEN_PHASES, DeviceMessage, Person, SampleRow, SampleWord, SessionRow
from sereniv.clinic.workflows.chair import sent_late
from sereniv.clinic.workflows.chair.device_clocks import AHEAD_ALLOWED, BEHIND_ALLOWED
from sereniv.clinic.workflows.chair.device_words import ASSIGNED as ASSIGNED
from sereniv.clinic.workflows.chair.own_samples import HELD as HELD
from sereniv.clinic.workflows.chair.own_samples import UNBOUND as UNBOUND
from sereniv.clinic.workflows.devices import aside
from sereniv.clinic.workflows.devices.known import Known
from sereniv.exchange.hl7v2 import Message, Observed, Reading, Status
from sereniv.therapy.monitoring import CUFF_SIGNALS
from sereniv.therapy.person.names import sought

CHARTED, EMPTY, REFUSED = "charted", "empty", "refused"
FOREIGN, AHEAD, OLD = "another name", "clock ahead", "too old"
MARKED, CORRECTED, DELETED = "marked", "corrected", "deleted"
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One message that a known device sent: as it came, and as it reads."""

    device: Known
    raw: bytes
    message: Message
    said: Observed

    @property
    def sha256(self) -> str:
        """The digest of its bytes."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def named(self) -> str:
        """Whom the device named, in one line, "" where it named nobody."""
        born = f"born {self.said.patient_born}" if self.said.patient_born else ""
        return plain(", ".join(part for part in (self.said.patient_name, self.said.patient, born) if part))[:200]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The open session that a device is connected to, and who sits there."""

    session_id: str
    person: Person


@dataclass(slots=True)
class Group:
    """What is known while one group is kept: where each device is, whom it may name there, and each cuff's last."""

    now: datetime
    places: Mapping[str, Place]
    accepted: dict[tuple[str, str], bool] = field(default_factory=dict)
    cuffs: dict[str, dict[str, Decimal | None]] = field(default_factory=dict)


def take_all(arrived: Sequence[Arrived], now: datetime) -> None:
    """Keep what devices sent, in one transaction; what came before in the same words changes nothing."""
    with transaction.atomic():
        fresh = _fresh(arrived)
        group = Group(now=now, places=_places({each.device.name for each in fresh}))
        rows = [_row(each, group) for each in fresh]
        DeviceMessage.objects.bulk_create(rows)
        samples: list[SampleRow] = []
        words: list[SampleWord] = []
        for each, row in zip(fresh, rows, strict=True):
            if row.state == CHARTED:
                keep(each, row, group, samples, words)
        write(samples, words, now)
        aside.count([(each.device.pk, each.said.aside) for each in fresh], now)


def write(samples: Sequence[SampleRow], words: Sequence[SampleWord], now: datetime) -> None:
    """Write samples and words; what is there stays as it first came, and what came too late to prompt is told."""
    sent_late.tell(samples, now)
    SampleRow.objects.bulk_create(samples, ignore_conflicts=True)
    SampleWord.objects.bulk_create(words, ignore_conflicts=True)


def _fresh(arrived: Iterable[Arrived]) -> list[Arrived]:
    """Return what did not come before, each once."""
    every = {(each.device.pk, each.message.control_id, each.sha256): each for each in arrived}
    numbers = {number for _, number, _ in every}
    devices = {device for device, _, _ in every}
    known = DeviceMessage.objects.filter(device_id__in=devices, control_id__in=numbers)
    before = set(known.values_list("device_id", "control_id", "sha256"))
    return [each for key, each in every.items() if key not in before]


def _places(devices: set[str]) -> dict[str, Place]:
    rows = SessionRow.objects.filter(phase__in=OPEN_PHASES, monitor__in=devices - {""}).select_related("person")
    return {row.monitor: Place(session_id=str(row.pk), person=row.person) for row in rows}


def _row(each: Arrived, group: Group) -> DeviceMessage:
    place = group.places.get(each.device.name)
    state, why = _judged(each, place, group)
    return DeviceMessage(
        device_id=each.device.pk,
        sender=plain(each.message.sender)[:500],
        control_id=each.message.control_id,
        sha256=each.sha256,
        content=each.raw,
        received_at=group.now,
        sent_at=each.said.sent_at,
        ahead_s=each.device.clock_ahead_s,
        state=state,
        why=why,
        patient=each.named,
        session_id=place.session_id if place is not None and state == CHARTED else None,
    )


def _judged(each: Arrived, place: Place | None, group: Group) -> tuple[str, str]:
    """Return what becomes of a message, and of a held one why."""
    if not each.said.readings:
        return EMPTY, ""
    if place is None:
        return HELD, UNBOUND
    if _names_another(each, place) and not _is_accepted(each.named, place, group):
        return HELD, FOREIGN
    why = off_the_clock(each, group.now)
    return (HELD, why) if why else (CHARTED, "")


def off_the_clock(each: Arrived, now: datetime) -> str:
    """Return why the times of a message cannot be, "" where they can."""
    moments = [reading.at - timedelta(seconds=each.device.clock_ahead_s) for reading in each.said.readings]
    if any(at - now > AHEAD_ALLOWED for at in moments):
        return AHEAD
    return OLD if any(now - at > BEHIND_ALLOWED for at in moments) else ""


def _names_another(each: Arrived, place: Place) -> bool:
    """Say whether a message names somebody else than who sits where its device is; one that names nobody does not."""
    said = each.said
    if not each.named or said.patient == str(place.person.pk):
        return False
    is_named = bool(said.patient_name) and sought(said.patient_name) == sought(str(place.person))
    return not is_named or said.patient_born not in {"", place.person.born.isoformat().replace("-", "")}


def _is_accepted(named: str, place: Place, group: Group) -> bool:
    """Say whether somebody found before that whom a device names there is who sits there."""
    key = (place.session_id, named)
    if key not in group.accepted:
        found = DeviceMessage.objects.filter(session_id=place.session_id, patient=named, state=ASSIGNED)
        group.accepted[key] = found.exists()
    return group.accepted[key]


def keep(each: Arrived, row: DeviceMessage, group: Group, samples: list[SampleRow], words: list[SampleWord]) -> None:
    """Add a message's readings to the samples, and what it says of them, of the session that its row names."""
    session_id = str(row.session_id)
    for reading in _not_said_before(each.said.readings, session_id, group):
        at = reading.at - timedelta(seconds=row.ahead_s)
        value = None if reading.value is None else reading.value.quantize(CENT)
        if reading.status is not Status.DELETED:
            samples.append(
                SampleRow(
                    session_id=session_id,
                    device=each.device.name,
                    signal=reading.signal,
                    value=value,
                    at=at,
                    received_at=group.now,
                )
            )
        kind = {Status.CORRECTED: CORRECTED, Status.DELETED: DELETED}.get(reading.status, MARKED)
        if kind != MARKED or reading.marks:
            words.append(
                SampleWord(
                    session_id=session_id,
                    signal=reading.signal,
                    at=at,
                    kind=kind,
                    value=value if kind == CORRECTED else None,
                    words=", ".join(reading.marks),
                    message=row,
                )
            )


def _not_said_before(readings: Sequence[Reading], session_id: str, group: Group) -> Sequence[Reading]:
    """Leave out a cuff's pressure that is the last one said again.

    Some monitors repeat it in each message until the next measurement, under the message's own time: it would look
    taken just now for as long as the monitor runs.
    """
    cuff = {
        each.signal: each.value
        for each in readings
        if each.signal in CUFF_SIGNALS and not each.has_own_time and each.status is Status.NEW
    }
    if not cuff or all(value is None for value in cuff.values()):
        return readings
    if session_id not in group.cuffs:
        group.cuffs[session_id] = _last_of_cuff(session_id)
    last = group.cuffs[session_id]
    is_the_same = all(last.get(signal) == value for signal, value in cuff.items())
    last.update(cuff)
    return [each for each in readings if each.signal not in cuff or each.has_own_time] if is_the_same else readings


def _last_of_cuff(session_id: str) -> dict[str, Decimal | None]:
    sent = SampleRow.objects.filter(session_id=session_id)
    newest = (
        sent.filter(signal=signal).order_by("-at").values_list("signal", "value").first() for signal in CUFF_SIGNALS
    )
    return dict(each for each in newest if each is not None)


def plain(text: str) -> str:
    """Return a text without what no database stores and nobody reads."""
    return "".join(sign for sign in text if sign.isprintable())
