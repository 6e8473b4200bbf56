"""Who is still to be told that their appointment was moved or cancelled, and how those who know were told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.deaths import died
from sereniv.therapy.person.events import AppointmentCancelled, AppointmentMoved, PatientTold, Told
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.scheduling.calendar import Appointment, appointments

Change = Recorded[AppointmentMoved | AppointmentCancelled]


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A change to an appointment of which the patient does not know yet; `tries` is how often nobody was reached."""

    appointment: Appointment
    since: datetime
    what: str
    tries: int


def to_tell(chart: PersonChart) -> tuple[Untold, ...]:
    """Return every change that the patient is still to be told of, the oldest first; nobody who died is.

    One is settled by a named act alone: somebody reached them, or a later change of the same appointment was agreed
    with them. Time settles nothing.
    """
    if died(chart) is not None:
        return ()
    found = [_untold(chart, each) for each in appointments(chart)]
    return tuple(sorted((each for each in found if each is not None), key=lambda each: each.since))


def _untold(chart: PersonChart, appointment: Appointment) -> Untold | None:
    last = _last_change(chart, appointment.entry)
    if last is None or last.event.told is not Told.NOT_YET:
        return None
    after = [each for each in _told(chart, appointment.entry) if each.stream_seq > last.stream_seq]
    if any(each.event.reached for each in after):
        return None
    what = "cancelled" if isinstance(last.event, AppointmentCancelled) else "moved"
    return Untold(appointment=appointment, since=last.recorded_at, what=what, tries=len(after))


def _last_change(chart: PersonChart, entry: int) -> Change | None:
    """Return the last change that the patient is to know of: of another name for the chair nobody is told."""
    moved = [each for each in chart.all(AppointmentMoved) if each.event.told is not None]
    changes: list[Change] = [*moved, *chart.all(AppointmentCancelled)]
    mine = [each for each in changes if each.event.appointment == entry]
    return max(mine, key=lambda each: each.stream_seq, default=None)


def _told(chart: PersonChart, entry: int) -> list[Recorded[PatientTold]]:
    return [each for each in chart.all(PatientTold) if each.event.appointment == entry]


def told_words(chart: PersonChart, entry: int, when: Callable[[datetime], str], who: Callable[[str], str]) -> str:
    """Say how, when and by whom the patient was told of the last change to an appointment, "" where nothing is known.

    Parameters
    ----------
    when
        Writes a moment on the clinic's wall.
    who
        Writes who it was by their name.
    """
    last = _last_change(chart, entry)
    if last is None or last.event.told is None:
        return ""
    if last.event.told is not Told.NOT_YET:
        return f"Told {last.event.told}, {when(last.at)}, by {who(last.recorded_by)}."
    after = [each for each in _told(chart, entry) if each.stream_seq > last.stream_seq]
    reached = next((each for each in after if each.event.reached), None)
    if reached is None:
        tried = f"; tried {len(after)} time{'s' if len(after) > 1 else ''}" if after else ""
        return f"Not told yet{tried}."
    said = reached.event.words.rstrip(".")
    return f"Told {reached.event.how}, {when(reached.at)}, by {who(reached.recorded_by)}: {said}."
