"""The picture of an infusion on one axis of time: what stands in its flowsheet, seen at once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sereniv.therapy.documents.flowsheet import acts
from sereniv.therapy.documents.picture import Curve, Drawn, Panel, Picture, room_for
from sereniv.therapy.documents.setting import Setting
from sereniv.therapy.monitoring.shading import shadings
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.delivered import delivered

MINUTE = timedelta(minutes=1)
BEFORE, AFTER = timedelta(minutes=10), timedelta(minutes=5)
TICK_STEPS_MIN = (5, 10, 15, 30, 60, 120, 240, 720, 1440)
MOST_TICKS = 12
KEY = (
    "▼ systolic, ▲ diastolic, ● heart rate and what has a panel of its own; among the grades ● dissociation, ▲ nausea, "
    "▼ MOAA/S. mL/h: the pump; mg: given. Thin lines are the monitor's. Numbers above: what was done, as listed. "
    "Values to be confirmed and what was struck are not drawn."
)
Signals = Mapping[str, Sequence[tuple[datetime, float | None]]]
Place = Callable[[datetime], float]
Placed = Mapping[str, Sequence[tuple[float, float | None]]]


def infusion_picture(
    setting: Setting, chart: SessionChart, monitor: Signals | None = None, listed_in: str = "flowsheet"
) -> Picture | None:
    """Draw up a session's vital signs, grades, pump and acts by time; None where nothing was charted to be drawn.

    `monitor` are the monitor's readings by signal, a None where it fell silent. `listed_in` names what stands below
    the picture and has every value in words.
    """
    vitals = chart.usable_vitals()
    done = acts(setting, chart)
    moments = [each.at for each in vitals] + [each.at for each in chart.observations] + [each.at for each in done]
    if not vitals and chart.started_at is None:
        return None
    origin = min(moments) - BEFORE
    last = (max(moments) + AFTER - origin) / MINUTE

    def place(at: datetime) -> float:
        return (at - origin) / MINUTE

    within = {name: [(place(at), value) for at, value in points if 0 <= place(at) <= last]
              for name, points in (monitor or {}).items()}  # fmt: skip
    panels = (
        _pressure(setting, chart, place, within),
        _single(setting, chart, place, within, "spo2", "SpO₂ %", (70, 100)),
        _single(setting, chart, place, within, "respiratory_rate", "breaths", (0, 40)),
        _grades(chart, place),
        *_drug(chart, place),
    )
    numbered = tuple((place(each.at), str(each.number)) for each in done)
    return Picture(
        title="The infusion on one axis of time",
        summary=_summary(chart, setting, listed_in),
        key=KEY,
        first=0,
        last=last,
        ticks=_ticks(setting, origin, last),
        panels=tuple(panel for panel in panels if any(curve.points for curve in panel.curves)),
        marks=numbered,
    )


def _pressure(setting: Setting, chart: SessionChart, place: Place, monitor: Placed) -> Panel:
    vitals = chart.usable_vitals()
    upper = [(place(each.at), float(each.event.systolic)) for each in vitals if each.event.systolic is not None]
    lower = [(place(each.at), float(each.event.diastolic)) for each in vitals if each.event.diastolic is not None]
    heart = [(place(each.at), float(each.event.heart_rate)) for each in vitals if each.event.heart_rate is not None]
    bars = tuple(
        (place(each.at), float(each.event.diastolic), float(each.event.systolic))
        for each in vitals
        if each.event.systolic is not None and each.event.diastolic is not None
    )
    low, high = room_for([value for _, value in (*upper, *lower, *heart)], 40, 180, 20)
    limit = _shaded(setting, "systolic")
    return Panel(
        title="mmHg · /min",
        low=low,
        high=high,
        curves=(
            Curve(name="heart rate, monitor", points=tuple(monitor.get("heart_rate", ())), drawn=Drawn.LINE),
            Curve(name="systolic", points=tuple(upper), drawn=Drawn.DOWN),
            Curve(name="diastolic", points=tuple(lower), drawn=Drawn.UP),
            Curve(name="heart rate", points=tuple(heart), drawn=Drawn.DOT),
        ),
        bars=bars,
        limits=((limit, f"systolic {limit:g}"),) if low <= limit <= high else (),
        share=5,
    )


def _shaded(setting: Setting, sign: str) -> float:
    """Return the limit that the chair's chart shades too."""
    return float(shadings(setting.knowledge.alerts)[sign].limit)


def _single(
    setting: Setting,
    chart: SessionChart,
    place: Place,
    monitor: Placed,
    name: str,
    title: str,
    span: tuple[float, float],
) -> Panel:
    charted = [
        (place(each.at), float(value))
        for each in chart.usable_vitals()
        if (value := getattr(each.event, name)) is not None
    ]
    low, high = room_for([value for _, value in charted], *span, 10)
    limit = _shaded(setting, name)
    return Panel(
        title=title,
        low=low,
        high=high,
        curves=(
            Curve(name=f"{title}, monitor", points=tuple(monitor.get(name, ())), drawn=Drawn.LINE),
            Curve(name=title, points=tuple(charted), drawn=Drawn.DOT),
        ),
        limits=((limit, f"{limit:g}"),),
    )


GRADES = {
    ev.Observation.DISSOCIATION: ("dissociation 0–3", Drawn.DOT),
    ev.Observation.NAUSEA: ("nausea 0–3", Drawn.UP),
    ev.Observation.MOAAS: ("MOAA/S 0–5", Drawn.DOWN),
}


def _grades(chart: SessionChart, place: Place) -> Panel:
    curves = tuple(
        Curve(
            name=name,
            points=tuple(
                (place(each.at), float(each.event.grade))
                for each in chart.observations
                if each.event.observation is kind and each.stream_seq not in chart.outside
            ),
            drawn=drawn,
        )
        for kind, (name, drawn) in GRADES.items()
    )
    return Panel(title="grades", low=0, high=5, curves=curves)


def _drug(chart: SessionChart, place: Place) -> tuple[Panel, ...]:
    if chart.started_at is None:
        return ()
    end = max(chart.stopped_at or chart.entries[-1].recorded_at, chart.started_at)
    steps = [(place(step.at), float(step.rate_ml_per_h)) for step in chart.rates]
    reached = delivered(chart, end).reached_at
    upto = min(end, reached) if reached else end
    steps = [step for step in steps if step[0] <= place(upto)]
    last = steps[-1][1] if steps else 0.0
    steps.append((place(upto), last))
    _, most = room_for([rate for _, rate in steps], 0, 60, 20)
    given = [(place(at), float(delivered(chart, at).mg)) for at in _each(chart, upto)]
    _, most_mg = room_for([mg for _, mg in given], 0, 40, 20)
    return (
        Panel(title="mL/h", low=0, high=most, curves=(Curve(name="pump", points=tuple(steps), drawn=Drawn.STEPS),)),
        Panel(title="mg", low=0, high=most_mg, curves=(Curve(name="given", points=tuple(given), drawn=Drawn.LINE),)),
    )


def _each(chart: SessionChart, end: datetime) -> list[datetime]:
    """Return the moments between which the milligrams rise evenly: each step of the pump, each bag, the end."""
    steps = {step.at for step in chart.rates} | {bag.at for bag in chart.bags[1:]}
    return sorted({each for each in steps if each <= end} | {end})


def _ticks(setting: Setting, origin: datetime, last: float) -> tuple[tuple[float, str], ...]:
    """Return whole clock times along the axis, few enough to be read."""
    step = next((each for each in TICK_STEPS_MIN if last / each <= MOST_TICKS), TICK_STEPS_MIN[-1])
    local = origin.astimezone(setting.zone)
    since_midnight = (local - local.replace(hour=0, minute=0, second=0, microsecond=0)) / MINUTE
    first = -(-since_midnight // step) * step - since_midnight
    found, at = [], first
    while at <= last:
        found.append((at, f"{(origin + at * MINUTE).astimezone(setting.zone):%H:%M}"))
        at += step
    return tuple(found)


def _summary(chart: SessionChart, setting: Setting, listed_in: str) -> str:
    pressures = [float(each.event.systolic) for each in chart.usable_vitals() if each.event.systolic is not None]
    said = f"{len(chart.usable_vitals())} sets of vital signs"
    span = f", systolic {min(pressures):g} to {max(pressures):g} mmHg" if pressures else ""
    if chart.started_at is None:
        return f"{said}{span}; nothing was infused."
    end = chart.stopped_at
    until = f"to {setting.clock(end)}" if end else "on, not charted as stopped"
    ran = f"pump from {setting.clock(chart.started_at)} {until}"
    mg = delivered(chart, end or chart.entries[-1].recorded_at).mg
    return f"{said}{span}; {ran}, {mg:.1f} mg by charted rates. Each value stands in the {listed_in} below."
