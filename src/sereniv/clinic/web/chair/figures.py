"""The numbers of a chair: the newest of each vital sign whatever its source, with the other source beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import partial
from operator import attrgetter
from types import MappingProxyType

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy import monitoring
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.time_words import length
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.chart import RUNNING, SessionChart
from sereniv.therapy.session.events import Observation, VitalsCharted
from sereniv.therapy.session.observed import grade_words

NO_READING = "No reading"
NOT_TAKEN = "not taken yet"
WHOLE = Decimal(1)
NOTHING: Mapping[str, timedelta] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of the chair: value, unit, since when, and whether a person vouches for it."""

    name: str
    label: str
    unit: str
    value: str
    at: datetime | None
    from_monitor: bool
    missing_words: str = ""
    held: str = ""
    """How far back what comes is dated, where that is why nothing of it counts as now."""
    is_old: bool = False
    """True once it is older than the schedule lets a value be: shown greyed, with the word."""
    beside: "Figure | None" = None
    """The newest of the other source, where it says something of its own."""

    @property
    def source(self) -> str:
        """Where it comes from."""
        return "monitor" if self.from_monitor else "charted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Something last charted that stands beside the four figures: what, and when; never a monitor's value."""

    label: str
    value: str
    at: datetime | None = None


FIGURES = (
    ("heart_rate", "Heart rate", "/min"),
    ("spo2", "SpO₂", "%"),
    ("respiratory_rate", "Resp. rate", "/min"),
)


def figures(
    chart: SessionChart,
    shown: dict[str, monitoring.Sample],
    cuff: monitoring.Cuff,
    now: datetime,
    knowledge: Knowledge,
    dated_back: Mapping[str, timedelta] = NOTHING,
) -> tuple[Figure, ...]:
    """Return pressure, heart rate, saturation and breathing as they stand at `now`.

    Parameters
    ----------
    shown
        What the monitor shows that still counts as now.
    cuff
        The newest pressure that the monitor's cuff gave, however long ago, and whether it has given none since.
    dated_back
        How far back a signal is dated that still comes.
    """
    found = tuple(
        replace(each, held=_held(each, dated_back))
        for each in (_pressure(chart, cuff), *(_figure(chart, shown, *figure) for figure in FIGURES))
    )
    schedule = monitoring.schedule_of(chart, knowledge)
    due = monitoring.next_vitals_due(chart, now, schedule)
    if due is None:
        return found
    allowed = timedelta(minutes=due.every_min + schedule.late_after_min)
    return tuple(_aged(figure, allowed, now) for figure in found)


def _held(figure: Figure, dated_back: Mapping[str, timedelta]) -> str:
    lag = dated_back.get("systolic" if figure.name == "pressure" else figure.name)
    return "" if lag is None or not figure.from_monitor else f"dated {length(lag)} back, held"


def _aged(figure: Figure, allowed: timedelta, now: datetime) -> Figure:
    beside = _aged(figure.beside, allowed, now) if figure.beside else None
    return replace(figure, beside=beside, is_old=figure.at is not None and now - figure.at > allowed)


def _pressure(chart: SessionChart, cuff: monitoring.Cuff) -> Figure:
    figure = partial(Figure, name="pressure", label="Blood pressure", unit="mmHg")
    last = _last_charted(chart, "systolic")
    charted = monitored = None
    if last is not None:
        value = f"{whole(last.event.systolic)}/{whole(last.event.diastolic)}"
        charted = figure(value=value, at=last.at, from_monitor=False)
    if cuff.pressure is not None and not _is_charted_in(last, *cuff.pressure):
        above, below = cuff.pressure
        monitored = figure(value=f"{whole(above.value)}/{whole(below.value)}", at=above.at, from_monitor=True)
    newest = _side_by_side(charted, monitored)
    if cuff.gave_none_at is not None and (last is None or last.at < cuff.gave_none_at):
        # The cuff tried and found none: no older number covers that; the newest one stands beside it.
        beside = replace(newest, beside=None) if newest else None
        return figure(value="–", at=None, from_monitor=True, missing_words=NO_READING, beside=beside)
    return newest or figure(value="–", at=None, from_monitor=False, missing_words=NOT_TAKEN)


def _figure(chart: SessionChart, shown: dict[str, monitoring.Sample], name: str, label: str, unit: str) -> Figure:
    figure = partial(Figure, name=name, label=label, unit=unit)
    last, sample = _last_charted(chart, name), shown.get(name)
    charted = None if last is None else figure(value=whole(getattr(last.event, name)), at=last.at, from_monitor=False)
    if sample is not None:
        beside = None if _is_charted_in(last, sample, name=name) else charted
        return figure(value=whole(sample.value), at=sample.at, from_monitor=True, beside=beside)
    if chart.monitor is not None and name in chart.monitor.event.signals:
        # Silence of a signal that was promised is never covered by an older number; that one stands beside it.
        return figure(value="–", at=None, from_monitor=True, missing_words=NO_READING, beside=charted)
    return charted or figure(value="–", at=None, from_monitor=False, missing_words=NOT_TAKEN)


def _is_charted_in(last: Recorded[VitalsCharted] | None, *samples: monitoring.Sample, name: str = "") -> bool:
    """Say whether an entry was charted from samples that the monitor still says so: corrected since, they are two."""
    return last is not None and all(
        each.id in last.event.samples and getattr(last.event, name or each.signal) == each.value for each in samples
    )


def _side_by_side(one: Figure | None, other: Figure | None) -> Figure | None:
    """Return the newer of two with the older one beside it."""
    if one is None or other is None:
        return one or other
    older, newer = sorted((one, other), key=attrgetter("at"))
    return replace(newer, beside=older)


def _last_charted(chart: SessionChart, name: str) -> Recorded[VitalsCharted] | None:
    taken = [each for each in chart.usable_vitals() if getattr(each.event, name) is not None]
    return taken[-1] if taken else None


TYPED = ("systolic", "diastolic", "heart_rate", "spo2", "respiratory_rate", "mean_pressure", "etco2", "oxygen_flow",
         "temperature")  # fmt: skip


def last_values(chart: SessionChart, at_clock: Callable[[datetime], str]) -> dict[str, str]:
    """Say for each field of the vital signs what was charted last and when: to compare with, never filled in."""
    told = {}
    for name in TYPED:
        last = _last_charted(chart, name)
        if last is not None:
            told[name] = f"{plain(getattr(last.event, name))} at {at_clock(last.at)}"
    volume = chart.volume_shown
    if volume is not None:
        told["volume_ml"] = f"{plain(volume.event.volume_ml)} at {at_clock(volume.at)}"
    return told


def whole(value: Decimal | None) -> str:
    """Write a value as a monitor shows it, without decimals."""
    return "–" if value is None else str(value.quantize(WHOLE, ROUND_HALF_EVEN))


BESIDES = (
    ("mean_pressure", "Mean pressure", "mmHg"),
    ("etco2", "EtCO₂", "mmHg"),
    ("oxygen_flow", "Oxygen", "L/min"),
    ("temperature", "Temperature", "°C"),
)


def besides(chart: SessionChart) -> tuple[Beside, ...]:
    """List what else was charted last, where it is used at all, and when the IV site was last looked at."""
    found = []
    for name, label, unit in BESIDES:
        taken = [each for each in chart.usable_vitals() if getattr(each.event, name) is not None]
        if taken:
            value = plain(getattr(taken[-1].event, name))
            words = "room air" if (name, value) == ("oxygen_flow", "0") else f"{value} {unit}"
            found.append(Beside(label=label, value=words, at=taken[-1].at))
    read = [each for each in chart.usable_vitals() if each.event.rhythm]
    if read:
        found.append(Beside(label="Rhythm", value=read[-1].event.rhythm, at=read[-1].at))
    return (*found, *_iv_site(chart))


def pump_showed(chart: SessionChart) -> Beside | None:
    """Say what the pump showed as infused when somebody last read it, None where nobody has."""
    volume = chart.volume_shown
    if volume is None:
        return None
    return Beside(label="Pump showed", value=f"{plain(volume.event.volume_ml)} mL", at=volume.at)


def _iv_site(chart: SessionChart) -> tuple[Beside, ...]:
    """Say how the site of the line was found; from the start on, also that nobody has looked at it since."""
    graded = [each for each in chart.observations if each.event.observation is Observation.IV_SITE]
    newest = max(graded, key=lambda each: (each.at, each.stream_seq), default=None)
    moved = chart.resited
    if moved is not None and (newest is None or moved.at >= newest.at):
        return (Beside(label="IV site", value=f"{moved.event.site}, moved; not looked at since", at=None),)
    if newest is not None and (chart.started_at is None or newest.at >= chart.started_at):
        return (Beside(label="IV site", value=grade_words(Observation.IV_SITE, newest.event.grade), at=newest.at),)
    return (Beside(label="IV site", value="not looked at since the start"),) if chart.phase in RUNNING else ()
