"""Everything exported: asked for by two, and kept in the audit once it was written."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.house_events import RecordsExported
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.recording.reasons import demand_reason

RULE = "export"
REASON = "Write for whom the export is, and why; it stands in the audit."


def demand_two(reason: str, act: Act) -> None:
    """Raise where an export is not asked for by the medical director and an administrator, with a reason in words."""
    act.permit(Permission.EXPORT)
    act.second_person(TwoPersonAct.EXPORT, RULE)
    demand_reason(reason, REASON)


def note(event: RecordsExported, act: Act) -> None:
    """Keep in the audit that an export was written, under the names of those who asked."""
    act.permit(Permission.EXPORT)
    demand_reason(event.reason, REASON)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart_store.append([New(stream="audit", event=event, at=act.now)], act.writing())
