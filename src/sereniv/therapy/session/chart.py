"""The chart of one session: a fold of its entries. Note, ledger, alerts and pages are views of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from sereniv.therapy.recording.entry import Recorded, Unread, narrowed
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.alerts import Alert, with_alert_news
from sereniv.therapy.session.bags import with_bag, with_spill
from sereniv.therapy.session.emergencies import NO_EMERGENCY, Emergencies
from sereniv.therapy.session.placing import WHEN, RateStep, before_the_session, in_place, reaches_back
from sereniv.therapy.session.resting import reopened_by


class Phase(StrEnum):
    """Where a session stands."""

    PREPARING = "preparing"
    READY = "ready"
    INFUSING = "infusing"
    PAUSED = "paused"
    RECOVERY = "recovery"
    DISCHARGED = "discharged"
    CLOSED_UNUSED = "closed unused"
    SIGNED = "signed"


RUNNING = (Phase.INFUSING, Phase.PAUSED)
FINISHED = (Phase.DISCHARGED, Phase.CLOSED_UNUSED, Phase.SIGNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChart:
    """Everything that counts of one session; `entries` also keeps what was struck.

    What cannot be read is in `unread`: doses, times and states worked out of this chart may lack it.
    """

    head: int = 0
    entries: tuple[Recorded[ev.SessionEvent], ...] = ()
    unread: tuple[Recorded[Unread], ...] = ()
    struck: dict[int, Recorded[ev.EntryStruck]]
    opened: Recorded[ev.SessionOpened] | None = None
    attested: dict[str, Recorded[ev.GateLineAttested]]
    overridden: dict[str, Recorded[ev.GateLineOverridden]]
    bags: tuple[Recorded[ev.DrugPrepared], ...] = ()
    """Every bag or syringe made up, oldest first; one whose draw was corrected as corrected."""
    spilt: tuple[Recorded[ev.DrugSpilt], ...] = ()
    resited: Recorded[ev.LineResited] | None = None
    gate_passed_at: datetime | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    pump: tuple[RateStep, ...] = ()
    """What was charted of the pump, by time; `rates` is what of it counts."""
    outside: dict[int, str]
    """The question about each entry for a time before the session, until somebody has answered: it does not count."""
    reopened: dict[int, int]
    """Accounts of the drug and signatures that count no more, each with what struck or corrected what it stood on."""
    monitor: Recorded[ev.MonitorConnected] | None = None
    vitals: tuple[Recorded[ev.VitalsCharted], ...] = ()
    confirmed: frozenset[tuple[int, str]] = frozenset()
    observations: tuple[Recorded[ev.ObservationCharted], ...] = ()
    alerts: dict[str, Alert]
    interventions: tuple[Recorded[ev.InterventionCharted], ...] = ()
    medicines: tuple[Recorded[ev.MedicineGiven], ...] = ()
    screened: Recorded[ev.IntervalScreened] | None = None
    suicide_screened: Recorded[ev.IntervalScreened] | None = None
    """The latest time that suicide was asked about, also where it was the only question."""
    help_called: tuple[datetime, ...] = ()
    help_answered: Recorded[ev.HelpAnswered] | None = None
    emergencies: Emergencies = NO_EMERGENCY
    help_told: tuple[Recorded[ev.HelpTold], ...] = ()
    help_coming: tuple[Recorded[ev.HelpComing], ...] = ()
    """Who was told of the call that is open, and who is on the way to it."""
    help_open_since: datetime | None = None
    reconciled: Recorded[ev.DrugReconciled] | None = None
    recoveries: tuple[Recorded[ev.RecoveryScored], ...] = ()
    discharged: Recorded[ev.Discharged] | None = None
    transferred: Recorded[ev.TransferredOut] | None = None
    left_unseen: Recorded[ev.LeftUnseen] | None = None
    died: Recorded[ev.Died] | None = None
    closed_unused: Recorded[ev.SessionClosedUnused] | None = None
    signed: Recorded[ev.NoteSigned] | None = None
    deviations: tuple[str, ...] = ()
    volumes: tuple[Recorded[ev.VolumeRead], ...] = ()
    known_by: datetime | None = field(default=None, compare=False)
    """Until when what was written down is in it, and what a monitor sent may be read beside it; None for all of it."""

    @property
    def rates(self) -> tuple[RateStep, ...]:
        """What the pump did, from its start on; what was charted for a time before it is kept and does not count."""
        return in_place(self.pump)

    @property
    def misplaced(self) -> tuple[RateStep, ...]:
        """What was charted of the pump for a time before its start, or without one."""
        placed = {step.entry for step in self.rates}
        return tuple(step for step in self.pump if step.entry not in placed)

    @property
    def paused_since(self) -> datetime | None:
        """Since when the pump has not run, None while it does or before its start."""
        standing = None
        for step in self.rates:
            standing = (standing or step.at) if step.rate_ml_per_h == 0 else None
        return standing

    @property
    def plan(self) -> ev.SessionPlan:
        """The order of this session; a chart without its opening entry is broken."""
        if self.opened is None:
            raise ValueError("This session has no opening entry.")
        return self.opened.event.plan

    @property
    def prepared(self) -> Recorded[ev.DrugPrepared] | None:
        """The bag in use: the one made up last."""
        return self.bags[-1] if self.bags else None

    @property
    def drawn_mg(self) -> Decimal:
        """Everything drawn for this session, as it was charted."""
        return sum((bag.event.drawn_mg for bag in self.bags), Decimal(0))

    @property
    def is_unaccounted(self) -> bool:
        """True where drug was drawn and nobody has accounted for it, or not since a further bag."""
        if self.prepared is None:
            return False
        return self.reconciled is None or self.prepared.stream_seq > self.reconciled.stream_seq

    @property
    def phase(self) -> Phase:
        """Where the session stands, from what was charted; whoever is gone has left, in whichever way.

        One in which nothing was infused stays that when its note is signed: its order was not used.
        """
        if self.closed_unused:
            return Phase.CLOSED_UNUSED
        if self.signed:
            return Phase.SIGNED
        if self.discharged or self.transferred or self.left_unseen or self.died:
            return Phase.DISCHARGED
        if self.stopped_at:
            return Phase.RECOVERY
        if self.started_at:
            return Phase.PAUSED if self.rates and self.rates[-1].rate_ml_per_h == 0 else Phase.INFUSING
        return Phase.READY if self.gate_passed_at else Phase.PREPARING

    @property
    def open_alerts(self) -> tuple[Alert, ...]:
        """Prompts that still ask for somebody: on, or ended without anybody taking notice."""
        return tuple(alert for alert in self.alerts.values() if alert.presence in {"on", "latched"})

    def usable_vitals(self) -> tuple[Recorded[ev.VitalsCharted], ...]:
        """Return charted vital signs, oldest first, with unconfirmed values left out."""
        return tuple(sorted((self._without_questioned(each) for each in self.vitals), key=lambda each: each.at))

    def pressure_before_start(self) -> tuple[Decimal, Decimal] | None:
        """Return the last usable pressure charted by the start, the baseline; before the start, the last there is."""
        found = [
            (each.event.systolic, each.event.diastolic)
            for each in self.usable_vitals()
            if each.event.systolic is not None
            and each.event.diastolic is not None
            and (self.started_at is None or each.at <= self.started_at)
        ]
        return found[-1] if found else None

    @property
    def standing(self) -> frozenset[ev.Observation]:
        """The red flags and faults of the line that were charted as there and not yet as gone."""
        newest = {each.event.observation: each.event.grade for each in _in_time(self.observations)}
        return frozenset(what for what in ev.IS_THERE_OR_NOT if newest.get(what, 0) > 0)

    @property
    def volume_shown(self) -> Recorded[ev.VolumeRead] | None:
        """The latest reading of the pump's screen, whenever it was charted."""
        return max(self.volumes, key=lambda each: (each.at, each.stream_seq), default=None)

    def open_questions(self) -> tuple[tuple[int, str, str], ...]:
        """Return (entry, field, question) of each charted value or time that waits to be confirmed."""
        values = (
            (each.stream_seq, field, question)
            for each in self.vitals
            for field, question in each.event.questions.items()
            if (each.stream_seq, field) not in self.confirmed
        )
        return (*values, *((entry, WHEN, question) for entry, question in self.outside.items()))

    def _without_questioned(self, entry: Recorded[ev.VitalsCharted]) -> Recorded[ev.VitalsCharted]:
        doubtful = {field for field in entry.event.questions if (entry.stream_seq, field) not in self.confirmed}
        return narrowed(entry, entry.event.without(doubtful)) if doubtful else entry


def _in_time(
    charted: tuple[Recorded[ev.ObservationCharted], ...],
) -> list[Recorded[ev.ObservationCharted]]:
    return sorted(charted, key=lambda each: (each.at, each.stream_seq))


_BLANK = SessionChart(struck={}, attested={}, overridden={}, alerts={}, outside={}, reopened={})


def chart_of(entries: Iterable[Recorded[ev.SessionEvent]], unread: tuple[Recorded[Unread], ...] = ()) -> SessionChart:
    """Fold a session's entries, in stream order, into its chart; struck entries are kept but do not count."""
    return extended(_BLANK, entries, unread)


def extended(
    chart: SessionChart, added: Iterable[Recorded[ev.SessionEvent]], unread: tuple[Recorded[Unread], ...] = ()
) -> SessionChart:
    """Fold further entries, with those that cannot be read, onto a chart; the same as folding all of them at once."""
    more = tuple(added)
    entries, unread = (*chart.entries, *more), (*chart.unread, *unread)
    if any(reaches_back(each.event) for each in more):
        # Earlier entries now count otherwise: only from the first one on can the chart be told anew.
        chart, more = _BLANK, entries
    strikes = {each.event.entry: narrowed(each, each.event) for each in more if isinstance(each.event, ev.EntryStruck)}
    struck = chart.struck | strikes
    outside = chart.outside | before_the_session(more, entries, struck)
    reopened = reopened_by(entries, struck)
    chart = replace(chart, struck=struck, outside=outside, reopened=reopened)
    for entry in more:
        counts = not any(entry.stream_seq in left_out for left_out in (struck, outside, reopened))
        if counts or isinstance(entry.event, ev.SessionOpened):  # without its opening there is no session to strike in
            chart = _after(chart, entry)
    head = max((each.stream_seq for each in (*entries[-1:], *unread)), default=0)
    return replace(chart, entries=entries, unread=unread, head=head)


def _after(chart: SessionChart, entry: Recorded[ev.SessionEvent]) -> SessionChart:
    match entry.event:
        case ev.SessionOpened() as event:
            return replace(chart, opened=narrowed(entry, event))
        case ev.GateLineAttested() as event:
            return replace(chart, attested=chart.attested | {event.line: narrowed(entry, event)})
        case ev.GateLineOverridden() as event:
            return replace(chart, overridden=chart.overridden | {event.line: narrowed(entry, event)})
        case ev.DrugPrepared() as event:
            return replace(chart, bags=with_bag(chart.bags, narrowed(entry, event)))
        case ev.DrugSpilt() as event:
            return replace(chart, spilt=with_spill(chart.spilt, narrowed(entry, event)))
        case ev.LineResited() as event:
            return replace(chart, resited=narrowed(entry, event))
        case ev.GatePassed():
            return replace(chart, gate_passed_at=entry.at)
        case (
            ev.InfusionStarted(rate_ml_per_h=rate)
            | ev.RateChanged(rate_ml_per_h=rate)
            | ev.InfusionResumed(rate_ml_per_h=rate)
        ):
            return _at_rate(chart, entry, rate)
        case (
            ev.InfusionFoundRunning(rate_ml_per_h=rate, deviation=words)
            | ev.RateFound(rate_ml_per_h=rate, deviation=words)
        ):
            return replace(_at_rate(chart, entry, rate), deviations=(*chart.deviations, words))
        case ev.InfusionPaused():
            return _at_rate(chart, entry, Decimal(0))
        case ev.InfusionStopped():
            return _at_rate(chart, entry, Decimal(0), stops=True)
        case ev.VolumeRead() as event:
            return replace(chart, volumes=(*chart.volumes, narrowed(entry, event)))
        case ev.MonitorConnected() as event:
            return replace(chart, monitor=narrowed(entry, event))
        case ev.MonitorDisconnected(ended=ended):
            return chart if ended else replace(chart, monitor=None)
        case ev.VitalsCharted() as event:
            return replace(chart, vitals=(*chart.vitals, narrowed(entry, event)))
        case ev.ValueConfirmedInSession(entry=number, field=name):
            return replace(chart, confirmed=chart.confirmed | {(number, name)})
        case ev.ObservationCharted() as event:
            return replace(chart, observations=(*chart.observations, narrowed(entry, event)))
        case (
            ev.AlertRaised()
            | ev.AlertEnded()
            | ev.AlertAcknowledged()
            | ev.AlertWithdrawn()
            | ev.AlertReplaced()
            | ev.AlertTold()
            | ev.AlertSeen()
            | ev.SoundTurnedOff()
        ):
            return replace(chart, alerts=with_alert_news(chart.alerts, entry))
        case ev.HelpCalled():
            since = chart.help_open_since or entry.at
            return replace(chart, help_called=(*chart.help_called, entry.at), help_open_since=since)
        case ev.EmergencyOpened() | ev.EmergencyClosed():
            return replace(chart, emergencies=chart.emergencies.after(entry))
        case ev.HelpTold() as event:
            return replace(chart, help_told=(*chart.help_told, narrowed(entry, event)))
        case ev.HelpComing() as event:
            return replace(chart, help_coming=(*chart.help_coming, narrowed(entry, event)))
        case ev.HelpAnswered() as event:
            over = narrowed(entry, event)
            return replace(chart, help_answered=over, help_open_since=None, help_told=(), help_coming=())
        case ev.InterventionCharted() as event:
            return replace(chart, interventions=(*chart.interventions, narrowed(entry, event)))
        case ev.MedicineGiven() as event:
            return replace(chart, medicines=(*chart.medicines, narrowed(entry, event)))
        case ev.IntervalScreened() as event:
            asked = narrowed(entry, event)
            of_all = asked if event.asked or chart.screened is None else chart.screened
            return replace(chart, screened=of_all, suicide_screened=asked)
        case ev.TransferredOut() as event:
            return replace(chart, transferred=narrowed(entry, event))
        case ev.LeftUnseen() as event:
            return replace(chart, left_unseen=narrowed(entry, event))
        case ev.Died() as event:
            return replace(chart, died=narrowed(entry, event))
        case ev.DrugReconciled() as event:
            return replace(chart, reconciled=narrowed(entry, event))
        case ev.RecoveryScored() as event:
            return replace(chart, recoveries=(*chart.recoveries, narrowed(entry, event)))
        case ev.Discharged() as event:
            return replace(chart, discharged=narrowed(entry, event))
        case ev.SessionClosedUnused() as event:
            return replace(chart, closed_unused=narrowed(entry, event))
        case ev.NoteSigned() as event:
            return replace(chart, signed=narrowed(entry, event))
        case ev.RemarkCharted() | ev.EntryStruck() | ev.MonitorDataAssigned() | ev.MonitorSentLate():
            return chart
        case _:
            assert_never(entry.event)


def _at_rate(
    chart: SessionChart, entry: Recorded[ev.SessionEvent], rate_ml_per_h: Decimal, *, stops: bool = False
) -> SessionChart:
    """Put a rate in its place in time: start and end follow from when things happened, not when they were charted."""
    begins = rate_ml_per_h > 0 and isinstance(entry.event, ev.InfusionStarted | ev.InfusionFoundRunning | ev.RateFound)
    step = RateStep(
        at=entry.at,
        rate_ml_per_h=rate_ml_per_h,
        entry=entry.stream_seq,
        stops=stops,
        begins=begins,
    )
    chart = replace(chart, pump=tuple(sorted((*chart.pump, step), key=lambda each: (each.at, each.entry))))
    rates = chart.rates
    running = [place for place, each in enumerate(rates) if each.rate_ml_per_h > 0]
    if not running:
        return replace(chart, started_at=None, stopped_at=None)
    stopped = next((each.at for each in rates[running[-1] :] if each.stops), None)
    return replace(chart, started_at=rates[0].at, stopped_at=stopped)
