"""Which device is at which chair: picked by whoever stands there, ended by taking it off or when the patient leaves."""

from dataclasses import dataclass
from datetime import datetime

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.models import OPEN_PHASES, Device, DeviceMessage, Id, SessionRow
from sereniv.clinic.records.projections import project_session
from sereniv.clinic.workflows.devices.known import MONITOR
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import FINISHED

RULE = "monitor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A monitor that can be picked: where it is now, "" where at no chair, and when it was last heard."""

    device: Device
    chair: str
    sent_last_at: datetime | None


def choices() -> tuple[Choice, ...]:
    """Return every monitor that may send, those at no chair first."""
    rows = Device.objects.filter(kind=MONITOR, revoked_at=None)
    at = dict(SessionRow.objects.filter(phase__in=OPEN_PHASES).exclude(monitor="").values_list("monitor", "chair"))
    found = [Choice(device=row, chair=at.get(row.name, ""), sent_last_at=sent_last_at(row)) for row in rows]
    return tuple(sorted(found, key=lambda each: (each.chair != "", each.device.name)))


def sent_last_at(device: Device) -> datetime | None:
    """Return when a device's last message came, None where none did."""
    sent = DeviceMessage.objects.filter(device=device).order_by("-received_at")
    return sent.values_list("received_at", flat=True).first()


def connect(session_id: Id, device_id: int, act: Act) -> None:
    """Connect a registered monitor to a session: what it sends from now on is this patient's.

    Raises
    ------
    Refused
        When the session is over, the device may not send or is no monitor, or it is at another chair.
    """
    act.permit(Permission.CHART)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        device = Device.objects.filter(pk=device_id, kind=MONITOR).first()
        if device is None or device.revoked_at is not None:
            raise Refused(RULE, "There is no such monitor, or it may send no more. Choose another one.")
        chart = chart_store.session_chart_of(session_id)
        if chart.opened is None or chart.phase in FINISHED:
            raise Refused(RULE, "This session is over: nobody sits here to be monitored.")
        elsewhere = SessionRow.objects.filter(phase__in=OPEN_PHASES, monitor=device.name).exclude(pk=session_id).first()
        if elsewhere is not None:
            raise Refused(
                RULE,
                f"{device} is at {elsewhere.chair}. Chart there first that it was taken off: until then what it sends "
                "is that patient's.",
            )
        event = ev.MonitorConnected(device=device.name, interval_s=device.interval_s, signals=tuple(device.signals))
        stream = chart_store.session_stream(session_id)
        chart_store.append([New(stream=stream, event=event, at=act.now)], act.writing())
        project_session(session_id)
