"""What the chair and the board show of a session at one moment, ready to be drawn."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import SessionRow
from sereniv.clinic.workflows import monitors
from sereniv.clinic.workflows.rules import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Priority
from sereniv.therapy import monitoring
from sereniv.therapy.recovery import may_leave_from, sedated_at
from sereniv.therapy.session.chart import RUNNING, Alert, Phase, SessionChart
from sereniv.therapy.session.decide import rate_before_pause
from sereniv.therapy.session.delivered import Delivered, delivered, ends_at, time_at
from sereniv.therapy.session.events import Observation
from sereniv.therapy.session.note import describe
from sereniv.therapy.session.placing import HOW_TO_PLACE, NOT_COUNTED
from sereniv.therapy.time_words import length
from sereniv.therapy.values import plain


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
    is_old: bool = False
    """True once it is older than the schedule lets a value be: shown greyed, with the word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Something last charted that stands beside the four figures: what, and when; never a monitor's value."""

    label: str
    value: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """An open prompt with whom it has escalated to."""

    alert: Alert
    escalated_to: str
    asks: tuple[int, str] | None = None
    """The entry and field that the prompt asks to have confirmed."""

    @property
    def is_over(self) -> bool:
        """True when the condition has ended and only the notice of a person is missing."""
        return self.alert.presence == "latched"

    @property
    def shape(self) -> str:
        """The shape that goes with the priority, so that colour is never alone."""
        return {"high": "▲", "medium": "●", "low": "◆"}[self.alert.raised.event.priority]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One session at one moment."""

    session_id: uuid.UUID
    chart: SessionChart
    now: datetime
    figures: tuple[Figure, ...]
    due: monitoring.Due | None
    drug: Delivered | None
    ends_at: datetime | None
    prompts: tuple[Prompt, ...]
    noticed: tuple[Alert, ...]
    besides: tuple[Beside, ...]
    dissociation_due: datetime | None
    sedated_at: datetime | None
    not_counted: tuple[str, ...]
    """What was charted of the pump, or for a time before the session, and does not count as it stands."""
    leave_from: datetime | None
    """When the clock alone lets the patient leave: the criteria stand in the recovery grid."""

    @property
    def phase(self) -> Phase:
        """Where the session stands."""
        return self.chart.phase

    @property
    def is_running(self) -> bool:
        """True while drug runs or is paused."""
        return self.chart.phase in RUNNING

    @property
    def left(self) -> str:
        """How long the pump runs on until the ordered volume; while it is paused, from when it runs again as before."""
        if self.ends_at is not None:
            return length(self.ends_at - self.now)
        rate = rate_before_pause(self.chart)
        if self.drug is None or rate is None or self.chart.phase is not Phase.PAUSED:
            return ""
        return length(time_at(rate, self.chart.plan.volume_ml - self.drug.volume_ml))

    @property
    def paused_at(self) -> datetime | None:
        """Since when the pump is charted as paused, None where it is not."""
        return self.chart.paused_since if self.chart.phase is Phase.PAUSED else None

    @property
    def rate_before_pause(self) -> Decimal | None:
        """The rate in mL/h at which the pump last ran."""
        return rate_before_pause(self.chart)

    @property
    def since_stop(self) -> str:
        """How long ago the pump was stopped, "" where it is not charted as stopped."""
        stopped = self.chart.stopped_at
        return "" if stopped is None else length(self.now - stopped)

    @property
    def rate(self) -> Decimal:
        """The charted rate in mL/h."""
        return self.chart.rates[-1].rate_ml_per_h if self.chart.rates else Decimal(0)

    @property
    def dissociation_late(self) -> bool:
        """True when dissociation should have been graded."""
        return self.dissociation_due is not None and self.now > self.dissociation_due

    @property
    def overdue(self) -> bool:
        """True when vital signs are past due."""
        return self.due is not None and self.now > self.due.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What another chair asks for, in one line."""

    session_id: uuid.UUID
    chair: str
    initials: str
    priority: str
    words: str


def calls_elsewhere(session_id: uuid.UUID, now: datetime) -> list[Call]:
    """List the other chairs with an open prompt or late vital signs: one nurse has two patients."""
    open_rows = SessionRow.objects.exclude(phase__in=("discharged", "signed")).exclude(pk=session_id)
    found = []
    for row in open_rows.select_related("person").order_by("chair"):
        there = status_of(row.pk, chart_store.session_chart_of(row.pk), now)
        if there.prompts:
            first = there.prompts[0]
            more = f" +{len(there.prompts) - 1}" if len(there.prompts) > 1 else ""
            event = first.alert.raised.event
            words, priority = (
                f"{first.shape} {event.title}{' (over, not seen)' if first.is_over else ''}{more}",
                event.priority,
            )
        elif there.overdue:
            words, priority = "◆ vitals late", Priority.LOW
        elif there.dissociation_late:
            words, priority = "◆ dissociation late", Priority.LOW
        else:
            continue
        found.append(
            Call(session_id=row.pk, chair=row.chair, initials=row.person.initials, priority=str(priority), words=words)
        )
    return found


FIGURES = (
    ("heart_rate", "Heart rate", "/min"),
    ("spo2", "SpO₂", "%"),
    ("respiratory_rate", "Breathing", "/min"),
)


def status_of(session_id: uuid.UUID, chart: SessionChart, now: datetime) -> Status:
    """Gather what is shown of a session at `now`."""
    samples = monitors.recent(session_id, now, chart)
    shown = monitoring.fresh_numerics(chart, samples, now, rules_in_force(now))
    escalations = monitoring.escalated(chart, now, rules_in_force(now))
    order = {"high": 0, "medium": 1, "low": 2}
    # What still holds stands before what is over, so that the one prompt a tile has room for is about now.
    open_alerts = sorted(
        chart.open_alerts, key=lambda alert: (order[alert.raised.event.priority], alert.presence == "latched")
    )
    asked = {f"question-{name.replace('_', '-')}": (entry, name) for entry, name, _ in chart.open_questions()}
    due = monitoring.next_vitals_due(chart, now, monitoring.schedule_of(chart, rules_in_force(now)))
    figures = (_pressure(chart, shown), *(_figure(chart, shown, *figure) for figure in FIGURES))
    return Status(
        session_id=session_id,
        chart=chart,
        now=now,
        figures=tuple(_aged(figure, due, now) for figure in figures),
        due=due,
        drug=delivered(chart, now) if chart.started_at else None,
        ends_at=ends_at(chart, now),
        prompts=tuple(
            Prompt(
                alert=alert,
                escalated_to=escalations.get(alert.raised.event.alert, ""),
                asks=asked.get(alert.raised.event.alert),
            )
            for alert in open_alerts
        ),
        dissociation_due=monitoring.dissociation_due(chart, knowledge().observations),
        sedated_at=sedated_at(chart, knowledge().sedated_stay),
        not_counted=_not_counted(chart),
        leave_from=may_leave_from(chart, rules_in_force(now)) if chart.phase is Phase.RECOVERY else None,
        besides=besides(chart),
        noticed=tuple(alert for alert in chart.alerts.values() if alert.presence == "acknowledged"),
    )


def _not_counted(chart: SessionChart) -> tuple[str, ...]:
    """Say of each pump entry out of its place, and each time nobody has answered for, that it does not count."""
    told = {each.stream_seq: each for each in chart.entries}
    misplaced = tuple(
        f"{describe(told[step.entry].event, str)}, {NOT_COUNTED}. {HOW_TO_PLACE}" for step in chart.misplaced
    )
    outside = tuple(
        f"{describe(told[entry].event, str)} does not count yet. {question}"
        for entry, question in chart.outside.items()
    )
    return (*misplaced, *outside)


BESIDES = (
    ("mean_pressure", "Mean pressure", "mmHg"),
    ("etco2", "EtCO₂", "mmHg"),
    ("oxygen_flow", "Oxygen", "L/min"),
    ("temperature", "Temperature", "°C"),
)
SITE_WORDS = ("clean, soft", "sore", "red or swollen", "out of the vein")


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
    volume = chart.volume_shown
    if volume is not None:
        found.append(Beside(label="Pump showed", value=f"{plain(volume.event.volume_ml)} mL", at=volume.at))
    return (*found, *_iv_site(chart))


def _iv_site(chart: SessionChart) -> tuple[Beside, ...]:
    """Say how the site of the line was found; from the start on, also that nobody has looked at it since."""
    graded = [each for each in chart.observations if each.event.observation is Observation.IV_SITE]
    newest = max(graded, key=lambda each: (each.at, each.stream_seq), default=None)
    if newest is not None and (chart.started_at is None or newest.at >= chart.started_at):
        return (Beside(label="IV site", value=SITE_WORDS[newest.event.grade], at=newest.at),)
    return (Beside(label="IV site", value="not looked at since the start"),) if chart.phase in RUNNING else ()


def _aged(figure: Figure, due: monitoring.Due | None, now: datetime) -> Figure:
    if due is None or figure.at is None:
        return figure
    allowed = timedelta(minutes=due.every_min + rules_in_force(now).schedule.late_after_min)
    return replace(figure, is_old=now - figure.at > allowed)


def _pressure(chart: SessionChart, shown: dict[str, monitoring.Sample]) -> Figure:
    charted = [each for each in chart.usable_vitals() if each.event.systolic is not None]
    cuff = (shown.get("systolic"), shown.get("diastolic"))
    figure = partial(Figure, name="pressure", label="Blood pressure", unit="mmHg")
    if cuff[0] and cuff[1] and (not charted or cuff[0].at > charted[-1].at):
        value = f"{_plain(cuff[0].value)}/{_plain(cuff[1].value)}"
        return figure(value=value, at=cuff[0].at, from_monitor=True)
    if charted:
        last = charted[-1]
        value = f"{_plain(last.event.systolic)}/{_plain(last.event.diastolic)}"
        return figure(value=value, at=last.at, from_monitor=False)
    return figure(value="–", at=None, from_monitor=False, missing_words="not taken yet")


def _figure(chart: SessionChart, shown: dict[str, monitoring.Sample], name: str, label: str, unit: str) -> Figure:
    sample = shown.get(name)
    if sample is not None:
        return Figure(name=name, label=label, unit=unit, value=_plain(sample.value), at=sample.at, from_monitor=True)
    if chart.monitor is not None and name in chart.monitor.event.signals:
        return Figure(
            name=name, label=label, unit=unit, value="–", at=None, from_monitor=True, missing_words="No reading"
        )
    charted = [each for each in chart.usable_vitals() if getattr(each.event, name) is not None]
    if charted:
        value = _plain(getattr(charted[-1].event, name))
        return Figure(name=name, label=label, unit=unit, value=value, at=charted[-1].at, from_monitor=False)
    return Figure(
        name=name, label=label, unit=unit, value="–", at=None, from_monitor=False, missing_words="not taken yet"
    )


def _plain(value: Decimal | None) -> str:
    return "–" if value is None else f"{value:.0f}"
