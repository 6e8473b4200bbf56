"""What a message of observations says: readings of signs that the chart knows, and what is set aside, with why.

Nothing is guessed: where number, name and unit of a value disagree it is set aside and counted, never converted.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from decimal import Decimal
from enum import StrEnum

from sereniv.exchange.hl7v2.message import Message, Segment
from sereniv.exchange.hl7v2.moments import moment
from sereniv.knowledge.rows import DeviceCodes, DeviceSign

KIND = "ORU^R01"
NOBODY = frozenset({"", "99999"})
"""Patient numbers that devices send where nobody was admitted to them."""

NO_VALUE = frozenset({"INV", "NAV", "OFF", "NI"})
MARKS = {
    "QUES": "questionable",
    "EARLY": "an early estimate",
    "CAL": "taken during calibration",
    "BUSY": "the device was busy",
}
NOT_OF_A_PATIENT = frozenset({"TEST", "DEMO"})
NUMBER = re.compile(r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})", re.ASCII)
MOST = Decimal("9999.99")
"""What is above is a device's way to say that it has no value (8388607 is ISO 11073's), never a reading."""


class Status(StrEnum):
    """What a row is to what was sent before, by OBX-11."""

    NEW = "new"
    CORRECTED = "corrected"
    DELETED = "deleted"


STATUSES = {
    **dict.fromkeys(("", "R", "F", "P", "S", "U", "X"), Status.NEW),
    "C": Status.CORRECTED,
    **dict.fromkeys(("D", "W"), Status.DELETED),
}
MARKED_STATUSES = {"P": "preliminary", "S": "partial"}


class Aside(StrEnum):
    """Why something of a message is in nobody's chart."""

    UNKNOWN = "unknown code"
    WRONG_PAIR = "code and unit disagree"
    NO_PLACE = "no place in the chart"
    TEST = "test or demonstration"
    NOT_READ = "not read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value of a sign, None where the device says that it has none.

    `has_own_time` is False where the row says no time and the message's own stands in.
    """

    signal: str
    value: Decimal | None
    at: datetime
    has_own_time: bool
    status: Status
    marks: tuple[str, ...]
    code: str
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """One row that is in nobody's chart: what it was called, its unit, its value, and why."""

    why: Aside
    code: str
    unit: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """All that a message of observations says of whom, where and what.

    `names` are what the sending device is called in the message, the nearest to the sensor first: the equipment's
    number, the bed, the sender. `sent_at` is MSH-7, the device's clock as it sent.
    """

    names: tuple[str, ...]
    patient: str
    patient_name: str
    patient_born: str
    sent_at: datetime | None
    readings: tuple[Reading, ...]
    aside: tuple[SetAside, ...]


def observed(message: Message, codes: DeviceCodes, zone: tzinfo, near: datetime) -> Observed:
    """Read a message of observations.

    Parameters
    ----------
    message
        An ORU^R01.
    codes
        Which codes are known, and in which units.
    zone
        What its times without an offset are in.
    near
        About when it came, for the hour that a clock shows twice.
    """
    person = message.first("PID")
    rows = list(_rows(message, codes, zone, near))
    readings = [each for each in rows if isinstance(each, Reading)]
    number = person.text(3)
    return Observed(
        names=_names(message),
        patient="" if number in NOBODY else number,
        patient_name=" ".join(part for part in (person.text(5, 2), person.text(5, 1)) if part),
        patient_born=person.text(7)[:8],
        sent_at=moment(message.header.text(7), zone, near),
        readings=_first_of_each(readings),
        aside=tuple(each for each in rows if isinstance(each, SetAside)),
    )


def _names(message: Message) -> tuple[str, ...]:
    """Return what the sending device is called, the nearest to the sensor first."""
    equipment = [row.text(18) for row in message.of("OBX") if row.text(18)]
    bed = "^".join(message.first("PV1").components(3)).strip("^")
    header = message.header
    sender = [header.text(3, 2), header.text(3), header.text(4, 2), header.text(4)]
    named = [*equipment[:1], bed, *sender]
    return tuple(dict.fromkeys(name for name in named if name))


def _first_of_each(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Return one reading for a sign, moment and status: of two sensors of one sign, the row of the lower rank."""
    found: dict[tuple[str, datetime, Status], Reading] = {}
    for each in readings:
        known = found.get(key := (each.signal, each.at, each.status))
        if known is None or (known.value is None, known.rank) > (each.value is None, each.rank):
            found[key] = each
    return tuple(found.values())


def _rows(message: Message, codes: DeviceCodes, zone: tzinfo, near: datetime) -> Iterator[Reading | SetAside]:
    taken_at: datetime | None = None
    above: dict[str, datetime] = {}
    for segment in message.segments:
        if segment.name == "OBR":
            taken_at, above = moment(segment.text(7), zone, near), {}
        elif segment.name == "OBX":
            own = moment(segment.text(14), zone, near)
            place = segment.text(4)
            # A row without a time stands under the time of the one that holds it: a cuff's, of its three pressures.
            own = own or above.get(place.rpartition(".")[0])
            if own is not None and place:
                above[place] = own
            row = _row(segment, codes, own or taken_at, message.is_for_real)
            if isinstance(row, Reading):
                row = replace(row, has_own_time=own is not None)
            if row is not None:
                yield row


def _row(segment: Segment, codes: DeviceCodes, at: datetime | None, is_for_real: bool) -> Reading | SetAside | None:
    """Read one row; None where it only says how the device is built."""
    number, name = _code(segment)
    value, flags, status = segment.text(5), _flags(segment), segment.text(11).upper()
    sign = codes.signs.get(number)
    if not value and sign is None and not flags & NO_VALUE and _is_structure(segment, codes, number, name):
        return None

    def aside(why: Aside, reason: str) -> SetAside:
        return SetAside(why=why, code=f"{number} {name}".strip(), unit=_unit_words(segment), value=value, reason=reason)

    if not is_for_real or flags & NOT_OF_A_PATIENT:
        return aside(Aside.TEST, "Sent by a device that tests or demonstrates.")
    if sign is None or sign.refid != name:
        return _of_no_sign(aside, sign, codes, number, name)
    if not sign.signal:
        return aside(Aside.NO_PLACE, f"{sign.title}: the chart has no place for it.")
    if status not in STATUSES:
        return aside(Aside.NOT_READ, f"OBX-11 is {status}, which says of no reading how it stands.")
    if at is None:
        return aside(Aside.NOT_READ, "No time: neither the row nor its OBR says when it was.")
    has_value = bool(value) and not flags & NO_VALUE and status != "X" and STATUSES[status] is not Status.DELETED
    if has_value and not NUMBER.fullmatch(value):
        return aside(Aside.NOT_READ, "The value is no plain number.")
    if has_value and not _is_unit_of(segment, sign, codes):
        return aside(Aside.WRONG_PAIR, f"{sign.title} is not sent in {_unit_words(segment) or 'no unit'}.")
    marks = [MARKS[flag] for flag in sorted(flags & set(MARKS))]
    marks += [MARKED_STATUSES[status]] if status in MARKED_STATUSES else []
    return Reading(
        signal=sign.signal,
        value=_number(value) if has_value else None,
        at=at,
        has_own_time=True,
        status=STATUSES[status],
        marks=tuple(marks),
        code=number,
        rank=sign.rank,
    )


def _of_no_sign(
    aside: Callable[[Aside, str], SetAside], sign: DeviceSign | None, codes: DeviceCodes, number: str, name: str
) -> SetAside:
    """Say why a row is no sign of the chart: its number is unknown, or is another one's than its name."""
    if sign is not None:
        return aside(Aside.WRONG_PAIR, f"{number} is {sign.refid}, and the row says {name or 'no name'}.")
    named = next((each for each in codes.signs.values() if name and each.refid == name), None)
    if named is not None:
        return aside(Aside.WRONG_PAIR, f"{name} is {named.id}, and the row says {number or 'no number'}.")
    return aside(Aside.UNKNOWN, "No row of the table of codes names it.")


def _is_structure(segment: Segment, codes: DeviceCodes, number: str, name: str) -> bool:
    """Say whether a row without a value only says how the device is built, as those of a monitor's parts do."""
    return not any(each.refid == name for each in codes.signs.values()) and (bool(number) or not segment.raw(3))


def _code(segment: Segment) -> tuple[str, str]:
    """Return number and REFID of a row: of its two codes the one of ISO 11073, whichever comes first."""
    parts = [*segment.components(3), "", "", "", "", "", ""]
    codes = [tuple(parts[:3]), tuple(parts[3:6])]
    mdc = [each for each in codes if each[2].upper() == "MDC" or (not each[2] and each[1].startswith("MDC_"))]
    number, name, _ = mdc[0] if mdc else codes[0]
    return number, name


def _flags(segment: Segment) -> frozenset[str]:
    return frozenset(flag.upper() for flag in segment.repetitions(8))


def _is_unit_of(segment: Segment, sign: DeviceSign, codes: DeviceCodes) -> bool:
    """Say whether a row's unit is one of the sign's, by number and REFID together, or as UCUM writes it."""
    number, name, system = [*segment.components(6), "", "", ""][:3]
    units = [codes.units[each] for each in sign.units]
    if system.upper() == "UCUM" or (not system and not number.isdigit()):
        return any(number in unit.ucum for unit in units)
    known: Mapping[str, str] = {code: refid for unit in units for code, refid in unit.codes.items()}
    return number in known and known[number] == name


def _unit_words(segment: Segment) -> str:
    number, name, _ = [*segment.components(6), "", "", ""][:3]
    return f"{number} {name}".strip() if number != name else number


def _number(text: str) -> Decimal | None:
    """Read a value, None for what cannot be a living person's of any sign that is charted: 0, less, or beyond all."""
    value = Decimal(text)
    return value if 0 < value <= MOST else None
