"""What rings just now: prompts and calls for help, for whichever screen asks; and turning the sound off for a while."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import OPEN_PHASES, Id, SessionRow
from sereniv.clinic.workflows.chair.charting import chart_fact
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import asked_once, rules_in_force
from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.monitoring.reaching import Reachable, furthest, nurse_of, quiet_until
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import FINISHED, SessionChart


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """One prompt that rings: where, how gravely, whose it is, and whether it has gone past its nurse to all screens."""

    session: str
    name: str
    priority: str
    nurse: str
    everywhere: bool


def ringing(now: datetime) -> tuple[Ring, ...]:
    """Return every prompt that rings at `now`: on which nobody has acted, and whose sound nobody has turned off."""
    rows = list(SessionRow.objects.filter(phase__in=OPEN_PHASES))
    charts = chart_store.session_charts(row.pk for row in rows)
    people = asked_once("roles of the staff", _people)
    rules = rules_in_force(now)
    return tuple(ring for row in rows for ring in _of(str(row.pk), charts[str(row.pk)], people, now, rules))


def _people() -> tuple[Reachable, ...]:
    rows = Staff.objects.filter(is_active=True).values_list("username", "roles")
    return tuple(Reachable(who=who, roles=frozenset(roles)) for who, roles in rows)


def _of(
    session: str, chart: SessionChart, people: Collection[Reachable], now: datetime, rules: Knowledge
) -> tuple[Ring, ...]:
    if chart.phase in FINISHED:
        return ()
    nurse = nurse_of(chart, tuple(people))
    return tuple(
        Ring(
            session=session,
            name=f"{alert.raised.event.alert}@{alert.first.stream_seq}",
            priority=str(alert.raised.event.priority),
            nurse=nurse,
            everywhere=furthest(alert, now, rules) is not ev.Rung.NURSE,
        )
        for alert in chart.open_alerts
        if (quiet_until(alert) or now) <= now
    )


def turn_off(session_id: Id, reason: str, act: Act) -> None:
    """Turn off the sound of what prompts at a chair just now; it comes again by itself, and with any other prompt.

    Raises
    ------
    Malformed
        When nobody says why.
    Refused
        When nothing prompts there.
    """
    act.permit(Permission.CHART)
    words = demand_reason(reason, "Write why the sound is turned off.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        alerts = tuple(each.raised.event.alert for each in chart_store.session_chart_of(session_id).open_alerts)
        if not alerts:
            raise Refused("sound", "Nothing prompts at this chair: there is no sound to turn off.")
        minutes = rules_in_force(act.now).reaching.sound_off_min
        chart_fact(session_id, ev.SoundTurnedOff(alerts=alerts, minutes=minutes, reason=words), act)
