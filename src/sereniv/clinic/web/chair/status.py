"""What the chair and the board show of a session at one moment, ready to be drawn."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.web.chair.figures import Beside, Figure, besides, figures, pump_showed
from sereniv.clinic.web.chair.named import Named, named
from sereniv.clinic.web.chair.who_was_told import told_words
from sereniv.clinic.workflows.chair import monitors
from sereniv.clinic.workflows.chair.device_clocks import AHEAD_ALLOWED
from sereniv.clinic.workflows.chair.gone_on import gone_on
from sereniv.clinic.workflows.devices.known import register
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge.rows import Knowledge
from sereniv.therapy import monitoring
from sereniv.therapy.chair.decide import rate_before_pause
from sereniv.therapy.chair.recovery import may_leave_from
from sereniv.therapy.monitoring.asked import words_now
from sereniv.therapy.monitoring.raising import GRAVEST_FIRST
from sereniv.therapy.monitoring.reaching import quiet_until
from sereniv.therapy.monitoring.reading import CuffGave
from sereniv.therapy.monitoring.sent_late import late_and_not_looked_at
from sereniv.therapy.monitoring.since_raised import Since
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.time_words import clock_words, length, remaining
from sereniv.therapy.session.alerts import Alert
from sereniv.therapy.session.chart import FINISHED, RUNNING, Phase, SessionChart
from sereniv.therapy.session.delivered import Delivered, delivered, ends_at, most_ml, time_at
from sereniv.therapy.session.departure import how_it_ended
from sereniv.therapy.session.event_words import describe, late_words
from sereniv.therapy.session.events import AlertKind, MonitorSentLate
from sereniv.therapy.session.gaps import bag_gaps
from sereniv.therapy.session.placing import HOW_TO_PLACE, NOT_COUNTED
from sereniv.therapy.session.reached import doubt_words
from sereniv.therapy.session.sedated import sedated_at

NOT_SINCE = Since()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A prompt with whom it has escalated to, and until when what it read is to be looked at again."""

    alert: Alert
    escalated_to: str = ""
    told: str = ""
    """Who was told of it, and who has seen it, in words."""
    quiet_until: datetime | None = None
    """Until when its sound is off, None while it sounds."""
    asks: tuple[int, str] | None = None
    """The entry and field that the prompt asks to have confirmed."""
    asks_for: str = ""
    """What it asks for, in words that fit where the session stands."""
    repeat_due: datetime | None = None
    repeat_late: bool = False
    since: Since = NOT_SINCE
    """The newest and the worst of what it is about since it was first raised."""
    named: Named | None = None
    """How a sign that was named in words is charted by one tap; None for every other prompt."""

    @property
    def is_over(self) -> bool:
        """True when the condition has ended and only the notice of a person is missing."""
        return self.alert.presence == "latched"

    @property
    def shape(self) -> str:
        """The shape that goes with the priority, so that colour is never alone."""
        return {"high": "▲", "medium": "●", "low": "◆"}[self.alert.raised.event.priority]

    @property
    def asks_what_is_done(self) -> bool:
        """True for a prompt about the patient: it is answered by an action, not by a look."""
        return self.alert.raised.event.kind is not AlertKind.TECHNICAL


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
    noticed: tuple[Prompt, ...]
    besides: tuple[Beside, ...]
    pump_showed: Beside | None
    dissociation_due: datetime | None
    volume_due: monitoring.Due | None
    sedated_at: datetime | None
    sent_late: tuple[str, ...]
    """Values past the clinic's card that came too late to prompt anybody, each with its times."""
    not_counted: tuple[str, ...]
    """What was charted of the pump, or for a time before the session, and does not count as it stands."""
    leave_from: datetime | None
    """When the clock alone lets the patient leave: the criteria stand in the recovery grid."""
    clock_behind: str
    """How far behind the monitor's clock seems to be whose readings count as now all the same, "" where it is well."""
    device_to_put_right: int | None
    """The registered monitor of which may be said how far its clock is off: where it is behind, and where one is."""
    doubt: str
    """What is not known to have reached the patient, in words; empty where nothing is in doubt."""

    @property
    def phase(self) -> Phase:
        """Where the session stands."""
        return self.chart.phase

    @property
    def phase_words(self) -> str:
        """Where the session stands, in words: how it ended where it has."""
        return how_it_ended(self.chart) or str(self.chart.phase)

    @property
    def is_running(self) -> bool:
        """True while drug runs or is paused."""
        return self.chart.phase in RUNNING

    @property
    def left(self) -> str:
        """How long the pump runs on until the ordered volume; while it is paused, from when it runs again as before."""
        if self.overtime:
            return ""
        if self.ends_at is not None:
            return remaining(self.ends_at - self.now)
        rate = rate_before_pause(self.chart)
        if self.drug is None or rate is None or self.chart.phase is not Phase.PAUSED:
            return ""
        return remaining(time_at(rate, self.most_ml - self.drug.volume_ml))

    @property
    def most_ml(self) -> Decimal:
        """The most that can run in all, in mL: the ordered volume, or less after a spill."""
        return most_ml(self.chart)

    @property
    def bag_fell_short(self) -> bool:
        """Whether what was spilt leaves less in the bags than was ordered."""
        return self.most_ml < self.chart.plan.volume_ml

    @property
    def overtime(self) -> str:
        """For how long a pump that still runs has, by charted rates, given the ordered volume; "" where it has not."""
        if self.phase is not Phase.INFUSING or self.drug is None or self.drug.reached_at is None:
            return ""
        return length(self.now - self.drug.reached_at)

    @property
    def paused_at(self) -> datetime | None:
        """Since when the pump is charted as paused, None where it is not."""
        return self.chart.paused_since if self.chart.phase is Phase.PAUSED else None

    @property
    def rate_before_pause(self) -> Decimal | None:
        """The rate in mL/h at which the pump last ran."""
        return rate_before_pause(self.chart)

    @property
    def mg_left(self) -> Decimal:
        """What is left of the ordered dose by charted rates."""
        given = self.drug.mg if self.drug else Decimal(0)
        return max(Decimal(0), self.chart.plan.dose_mg - given)

    @property
    def since_stop(self) -> str:
        """How long ago the pump was stopped, "" where it is not charted as stopped."""
        stopped = self.chart.stopped_at
        return "" if stopped is None else length(self.now - stopped)

    @property
    def is_over(self) -> bool:
        """True once the patient has left, was transferred or died."""
        return self.chart.phase in FINISHED

    @property
    def watches_breathing(self) -> bool:
        """True while the stay that a sedative prolongs is not over."""
        return not self.is_over and (self.phase is not Phase.RECOVERY or self.not_before is not None)

    @property
    def not_before(self) -> datetime | None:
        """When the clock lets the patient leave, None once it does: what is past is no "not before"."""
        return self.leave_from if self.leave_from is not None and self.leave_from > self.now else None

    @property
    def rate(self) -> Decimal:
        """The charted rate in mL/h."""
        return self.chart.rates[-1].rate_ml_per_h if self.chart.rates else Decimal(0)

    @property
    def dissociation_late(self) -> bool:
        """True when dissociation should have been graded."""
        return self.dissociation_due is not None and self.now > self.dissociation_due

    @property
    def volume_late(self) -> bool:
        """True when the volume on the pump should have been read."""
        return self.volume_due is not None and self.now > self.volume_due.at

    @property
    def overdue(self) -> bool:
        """True when vital signs are past due."""
        return self.due is not None and self.now > self.due.at

    @property
    def repeat(self) -> Prompt | None:
        """The prompt whose repeat is due first."""
        owed = [each for each in (*self.prompts, *self.noticed) if each.repeat_due is not None]
        return min(owed, key=lambda each: each.repeat_due or self.now, default=None)


def status_of(session_id: uuid.UUID, chart: SessionChart, now: datetime) -> Status:
    """Gather what is shown of a session at `now`."""
    rules = rules_in_force(now, chart.known_by)
    samples = monitors.recent(session_id, now, chart)
    shown = monitoring.fresh_numerics(chart, samples, now, rules)
    dated_back = monitoring.dated_back(chart, monitors.last_came(session_id, shown, chart), now, rules)
    earlier = monitors.earlier_pressures(session_id, now, chart)
    cuff = monitoring.cuff_gave((*samples, *earlier), rules)
    prompts, noticed = _prompts(session_id, chart, now, rules, cuff, dated_back)
    behind = monitoring.clock_behind(samples)
    return Status(
        session_id=session_id,
        chart=chart,
        now=now,
        figures=figures(chart, shown, monitors.last_cuff(session_id, now, chart), now, rules, dated_back),
        due=monitoring.next_vitals_due(chart, now, monitoring.schedule_of(chart, rules)),
        drug=delivered(chart, now) if chart.started_at else None,
        ends_at=ends_at(chart, now),
        prompts=prompts,
        dissociation_due=monitoring.dissociation_due(chart, rules.observations),
        volume_due=monitoring.volume_due(chart, rules.volume),
        sedated_at=sedated_at(chart, rules.sedated_stay),
        sent_late=tuple(_late(each, now, rules) for each in late_and_not_looked_at(chart)),
        not_counted=(*_not_counted(chart), *bag_gaps(chart, rules.volume)),
        leave_from=may_leave_from(chart, rules) if chart.phase is Phase.RECOVERY else None,
        besides=besides(chart),
        pump_showed=pump_showed(chart),
        noticed=noticed,
        # Where a signal is held for it, its figure says so itself.
        clock_behind=length(behind) if behind > AHEAD_ALLOWED and not dated_back else "",
        device_to_put_right=_registered(chart) if behind > AHEAD_ALLOWED or dated_back else None,
        doubt=doubt_words(chart, now, lambda at: clock_words(on_the_wall(at), on_the_wall(now).date())),
    )


def _registered(chart: SessionChart) -> int | None:
    """Return the device that a chart's monitor is here; None for one of a feed under the home's own token."""
    if chart.monitor is None:
        return None
    named = (each for each in register.rows() if each.name == chart.monitor.event.device and not each.is_revoked)
    return next((each.pk for each in named), None)


def _late(told: Recorded[MonitorSentLate], now: datetime, rules: Knowledge) -> str:
    today = on_the_wall(now).date()
    measured, came = (clock_words(on_the_wall(each), today) for each in (told.at, told.recorded_at))
    rule = rules.alerts.get(told.event.rule)
    past = f" ({rule.title})" if rule else ""
    return f"{late_words(told.event)} at {measured}{past}, received {came} from {told.event.device}"


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


def _prompts(
    session_id: uuid.UUID,
    chart: SessionChart,
    now: datetime,
    rules: Knowledge,
    cuff: CuffGave,
    dated_back: Mapping[str, timedelta],
) -> tuple[tuple[Prompt, ...], tuple[Prompt, ...]]:
    """Return the prompts that ask for somebody, the gravest first, and those that were seen and still hold."""
    escalations = monitoring.escalated(chart, now, rules)
    repeats = monitoring.repeats_due(chart, rules, cuff)
    asked = {f"question-{name.replace('_', '-')}": (entry, name) for entry, name, _ in chart.open_questions()}

    def prompt(alert: Alert) -> Prompt:
        name = alert.raised.event.alert
        due = repeats.get(name)
        return Prompt(
            alert=alert,
            escalated_to=escalations.get(name, ""),
            told=told_words(alert, now),
            quiet_until=off if (off := quiet_until(alert)) and off > now else None,
            asks=asked.get(name),
            # Raised while nothing came, it may come by now under a clock that is behind.
            asks_for=monitoring.held_words(name, dated_back) or words_now(alert, chart.phase, rules),
            repeat_due=due,
            repeat_late=due is not None and now > due,
            since=NOT_SINCE if alert.acknowledged else gone_on(session_id, alert, chart, now, rules),
            named=named(name, rules),
        )

    # What still holds stands before what is over, so that the one prompt a tile has room for is about now.
    open_alerts = sorted(
        chart.open_alerts, key=lambda alert: (GRAVEST_FIRST[alert.raised.event.priority], alert.presence == "latched")
    )
    seen = (alert for alert in chart.alerts.values() if alert.presence == "acknowledged")
    return tuple(map(prompt, open_alerts)), tuple(map(prompt, seen))
