"""The flowsheet of an infusion: a column for each time, a row for each value, and under it what was done, numbered."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from sereniv.knowledge.rows import line_title
from sereniv.therapy.documents.model import Block, Bullets, Paragraph, Table
from sereniv.therapy.documents.setting import Setting
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.time_words import clock_words
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.entry_words import entry_words
from sereniv.therapy.session.not_theirs import is_of_this_patient
from sereniv.therapy.session.observed import observed_name

TIMES_ACROSS = 10
"""Columns of one sheet; a longer infusion goes on in a further sheet below."""
TENTH = Decimal("0.1")
EMPTY = "–"
ACTS = (
    ev.InfusionStarted,
    ev.InfusionFoundRunning,
    ev.RateChanged,
    ev.RateFound,
    ev.InfusionPaused,
    ev.InfusionResumed,
    ev.InfusionStopped,
    ev.InterventionCharted,
    ev.MedicineGiven,
    ev.RemarkCharted,
    ev.DrugSpilt,
    ev.LineResited,
    ev.AlertRaised,
    ev.MonitorSentLate,
    ev.HelpCalled,
    ev.EmergencyOpened,
    ev.EmergencyClosed,
    ev.HelpAnswered,
    ev.TransferredOut,
    ev.LeftUnseen,
    ev.Died,
    ev.Discharged,
    ev.SessionClosedUnused,
)
OF_THE_PUMP = (
    ev.InfusionStarted,
    ev.InfusionFoundRunning,
    ev.RateChanged,
    ev.RateFound,
    ev.InfusionPaused,
    ev.InfusionResumed,
    ev.InfusionStopped,
)
VITALS = (
    ("heart_rate", "Heart rate /min"),
    ("spo2", "SpO₂ %"),
    ("respiratory_rate", "Breathing /min"),
    ("etco2", "EtCO₂ mmHg"),
    ("mean_pressure", "Mean pressure mmHg"),
    ("temperature", "Temperature °C"),
    ("oxygen_flow", "Oxygen L/min"),
)
PRESSURE, RATE, GIVEN, SHOWN, DONE, BY = "Pressure mmHg", "Pump mL/h", "Given mg", "Pump shows mL", "Done", "Charted by"
GRADED = {
    ev.Observation.MOAAS: "Sedation MOAA/S",
    ev.Observation.DISSOCIATION: "Dissociation 0–3",
    ev.Observation.NAUSEA: "Nausea 0–3",
}
ALWAYS = (PRESSURE, "Heart rate /min", "SpO₂ %", *GRADED.values(), RATE, GIVEN, DONE, BY)
"""Rows that are there even where nothing of them was charted, so that it shows."""
LEGEND = (
    "– not charted at that time; ? to be confirmed, read by no rule. Pump: the rate from that time on. Given: by "
    "charted rates up to then. What was struck is left out; it stands in the note."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that was done, under its number."""

    number: int
    at: datetime
    words: str


def acts(setting: Setting, chart: SessionChart) -> tuple[Act, ...]:
    """Return what was done and prompted in a session, in the order of the day, numbered from 1."""
    mine = (each for each in _told(chart, ACTS) if is_of_this_patient(chart, each))
    told = sorted(mine, key=lambda each: (each.at, each.stream_seq))
    title_of = partial(line_title, setting.knowledge.gate)
    return tuple(
        Act(
            number=number,
            at=each.at,
            words=f"{entry_words(chart, each, title_of, setting.clock)}, {_who(setting, each)}",
        )
        for number, each in enumerate(told, start=1)
    )


def flowsheet(setting: Setting, chart: SessionChart) -> tuple[Block, ...]:
    """Write the flowsheet: sheets of as many times as fit beside each other, then the list of what was done."""
    cells = _cells(setting, chart)
    if not cells:
        return (Paragraph(text="Nothing was charted at the chair."),)
    times = sorted(cells)
    rows = [name for name in _order(cells) if name in ALWAYS or any(name in cells[time] for time in times)]
    sheets = tuple(
        Table(
            heads_rows=True,
            columns=("At", *_times(setting, part)),
            rows=tuple(
                (row, *("; ".join(dict.fromkeys(cells[time].get(row, ()))) or EMPTY for time in part)) for row in rows
            ),
        )
        for part in _parts(times)
    )
    done = tuple(f"{each.number}. {setting.clock(each.at)} {each.words}" for each in acts(setting, chart))
    people = _people(setting, chart)
    key = Paragraph(text=f"{LEGEND} {people}".strip(), small=True)
    listed: tuple[Block, ...] = (Bullets(items=done, numbered=True),) if done else ()
    return (*sheets, key, *listed)


Cells = dict[datetime, dict[str, list[str]]]


def _cells(setting: Setting, chart: SessionChart) -> Cells:
    """Return what stands in each row at each minute at which something was charted."""
    found: Cells = {}

    def put(at: datetime, row: str, value: str) -> None:
        found.setdefault(at.replace(second=0, microsecond=0), {}).setdefault(row, []).append(value)

    initials = _initials(setting, chart)
    for each in _told(chart, (ev.VitalsCharted, ev.ObservationCharted, ev.RecoveryScored, ev.VolumeRead)):
        for row, value in _values(chart, each):
            put(each.at, row, value)
        put(each.at, BY, initials[each.recorded_by])
    for act in acts(setting, chart):
        put(act.at, DONE, str(act.number))
    for step in chart.rates:
        put(step.at, RATE, plain(step.rate_ml_per_h))
    for time, rows in found.items():
        if chart.started_at is not None and time >= chart.started_at.replace(second=0, microsecond=0):
            until = min(max(time, chart.started_at), chart.stopped_at or time)
            rows[GIVEN] = [plain(delivered(chart, until).mg.quantize(TENTH))]
    return found


def _values(chart: SessionChart, entry: Recorded[ev.SessionEvent]) -> Iterable[tuple[str, str]]:
    event = entry.event
    asked = "?" if entry.stream_seq in chart.outside else ""
    match event:
        case ev.VitalsCharted():
            yield from _vitals(event, lambda name: asked or _asked(chart, entry, event, name))
        case ev.ObservationCharted(observation=what, grade=grade):
            there = {0: "no", 1: "YES"} if what in ev.IS_THERE_OR_NOT else {}
            yield GRADED.get(what, observed_name(what)), f"{there.get(grade, grade)}{asked}"
        case ev.RecoveryScored():
            yield GRADED[ev.Observation.MOAAS], f"{event.moaas}{asked}"
            yield GRADED[ev.Observation.DISSOCIATION], f"{event.dissociation}{asked}"
            yield GRADED[ev.Observation.NAUSEA], f"{event.nausea}{asked}"
            yield "Aldrete", f"{event.aldrete}{asked}"
        case ev.VolumeRead(volume_ml=volume):
            yield SHOWN, f"{plain(volume)}{asked}"


def _vitals(event: ev.VitalsCharted, asked: Callable[[str], str]) -> Iterable[tuple[str, str]]:
    if event.systolic is not None or event.diastolic is not None:
        upper, lower = (EMPTY if each is None else plain(each) for each in (event.systolic, event.diastolic))
        yield PRESSURE, f"{upper}/{lower}{asked('systolic') or asked('diastolic')}"
    for name, row in VITALS:
        value: Decimal | None = getattr(event, name)
        if value is not None:
            yield row, f"{plain(value)}{asked(name)}"
    if event.rhythm:
        yield "Rhythm", event.rhythm


def _asked(chart: SessionChart, entry: Recorded[ev.SessionEvent], event: ev.VitalsCharted, name: str) -> str:
    return "?" if name in event.questions and (entry.stream_seq, name) not in chart.confirmed else ""


def _told(chart: SessionChart, kinds: tuple[type[ev.SessionEvent], ...]) -> list[Recorded[ev.SessionEvent]]:
    return [each for each in chart.entries if isinstance(each.event, kinds) and each.stream_seq not in chart.struck]


def _order(cells: Cells) -> list[str]:
    """Return the rows in order: pressure first, what was charted beside the usual in the middle, the pump last."""
    vitals = [PRESSURE, *(row for _, row in VITALS), "Rhythm", *GRADED.values()]
    last = ["Aldrete", RATE, GIVEN, SHOWN, DONE, BY]
    further = sorted({row for rows in cells.values() for row in rows} - {*vitals, *last})
    return [*vitals, *further, *last]


def _times(setting: Setting, part: Sequence[datetime]) -> Iterator[str]:
    """Write the times at the head of a sheet, the day where it begins and where it changes."""
    before = None
    for time in part:
        there = time.astimezone(setting.zone)
        yield clock_words(there, before) if there.date() == before else setting.clock(time)
        before = there.date()


def _parts(times: list[datetime]) -> list[list[datetime]]:
    return [times[start : start + TIMES_ACROSS] for start in range(0, len(times), TIMES_ACROSS)]


def _charting(chart: SessionChart) -> list[str]:
    kinds = (ev.VitalsCharted, ev.ObservationCharted, ev.RecoveryScored, ev.VolumeRead)
    return list(dict.fromkeys(each.recorded_by for each in _told(chart, kinds)))


def _initials(setting: Setting, chart: SessionChart) -> dict[str, str]:
    """Return short signs of who charted, each another."""
    found: dict[str, str] = {}
    for username in _charting(chart):
        words = setting.name_of(username).partition(",")[0].split()
        letters = "".join(word[0] for word in words)[:3].upper()
        same = [each for each in found.values() if each.rstrip("0123456789") == letters]
        found[username] = f"{letters}{len(same) + 1}" if same else letters
    return found


def _people(setting: Setting, chart: SessionChart) -> str:
    said = "; ".join(f"{short} {setting.name_of(name)}" for name, short in _initials(setting, chart).items())
    return f"Charted by: {said}." if said else ""


def _who(setting: Setting, entry: Recorded[ev.SessionEvent]) -> str:
    return setting.people(entry.recorded_by, entry.co_signed_by)
