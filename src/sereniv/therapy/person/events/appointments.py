"""What was agreed about coming: booked, moved, cancelled, missed, and who takes the patient home."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What an appointment is for."""

    INFUSION = "infusion"
    ASSESSMENT = "assessment"
    REVIEW = "review"
    OTHER = "other"


class Told(StrEnum):
    """How somebody learned of a change to their appointment; `NOT_YET`: it is owed until they did."""

    IN_PERSON = "in person"
    TELEPHONE = "by telephone"
    MESSAGE = "by letter or message"
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentBooked:
    """A time was agreed; its entry names the appointment afterwards.

    `minutes` covers preparation, infusion and recovery. `exception` says why it lies outside the opening hours,
    `despite` why it was booked although `doubts` spoke against it then.
    """

    starts_at: datetime
    minutes: int
    chair: str
    purpose: Purpose
    course: int | None = None
    exception: str = ""
    doubts: tuple[str, ...] = ()
    despite: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMoved:
    """An appointment was moved to another time or chair; `told` is None where nobody was asked if they know.

    `despite` says why it is to be held although `doubts` spoke against it when it was moved.
    """

    appointment: int
    starts_at: datetime
    chair: str
    reason: str
    exception: str = ""
    told: Told | None = None
    doubts: tuple[str, ...] = ()
    despite: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentCancelled:
    """An appointment was cancelled, by the patient or by the clinic; `told` is None where the patient did."""

    appointment: int
    reason: str
    by_patient: bool
    told: Told | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientTold:
    """Somebody told the patient of a change to their appointment, or tried: how, whether reached, and what was said."""

    appointment: int
    how: Told
    reached: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMissed:
    """The patient did not come."""

    appointment: int
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedCalledBack:
    """Somebody asked after a patient who had not come: whether they were reached, and what was said and agreed."""

    appointment: int
    reached: bool
    words: str


class Coming(StrEnum):
    """What the desk knows of somebody coming, with one tap; `EXPECTED` takes an earlier tap back."""

    ARRIVED = "arrived"
    LATE = "late"
    EXPECTED = "expected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingNoted:
    """The desk noted that a patient arrived, or said that they come late; the last one of an appointment counts."""

    appointment: int
    what: Coming


@dataclass(frozen=True, slots=True, kw_only=True)
class EscortArranged:
    """An adult is named who takes the patient home, and how."""

    appointment: int
    name: str
    phone: str
    way_home: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EscortNamedByPatient:
    """The patient said on their own phone who takes them home; nobody has checked it."""

    appointment: int
    name: str
    phone: str
    way_home: str


AppointmentEvent = (
    AppointmentBooked
    | AppointmentMoved
    | AppointmentCancelled
    | AppointmentMissed
    | MissedCalledBack
    | PatientTold
    | ComingNoted
    | EscortArranged
    | EscortNamedByPatient
)
