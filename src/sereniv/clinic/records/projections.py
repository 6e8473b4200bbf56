"""Rows that list pages read, made from the entries and rebuildable from them."""

from sereniv.clinic.records import chart_store, listing, over_streams, written_out
from sereniv.clinic.records.chart_store import SYSTEM
from sereniv.clinic.records.looks import rebuild_looks
from sereniv.clinic.records.models import AppointmentRow, Id, LetGoRow, SessionRow, VialRow
from sereniv.clinic.records.sample_digests import STREAM as SAMPLES
from sereniv.clinic.records.sample_events import SamplesGone, SamplesLetGo
from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.scheduling import calendar
from sereniv.therapy.session.chart import FINISHED

ERASED_PHASE = "signed"
"""Where a session stands whose person was erased: over, with nothing left to do, although most of its chart is gone."""


def project_session(session_id: Id) -> SessionRow:
    """Bring one session's row in line with its chart; `changed_at` is when a person last recorded something."""
    chart = chart_store.session_chart_of(session_id)
    if chart.opened is None:
        raise ValueError(f"Session {session_id} has no opening entry.")
    opened = chart.opened.event
    changed_at = next(
        (each.recorded_at for each in reversed(chart.entries) if each.recorded_by != SYSTEM), chart.opened.recorded_at
    )
    row = SessionRow(
        id=session_id,
        person_id=opened.person,
        chair=opened.chair,
        label=opened.label,
        phase=ERASED_PHASE if written_out.is_erased(opened.person) else str(chart.phase),
        opened_at=chart.opened.at,
        changed_at=changed_at,
        infusion_number=opened.plan.infusion_number,
        monitor=chart.monitor.event.device if chart.monitor and chart.phase not in FINISHED else "",
    )
    written_out.put(row)
    return row


def project_vial(vial_id: Id) -> VialRow:
    """Bring one vial's row in line with its ledger."""
    vial = chart_store.vial(vial_id)
    if vial.received is None:
        raise ValueError(f"Vial {vial_id} was never received.")
    row = VialRow(
        id=vial_id,
        label=vial.label,
        strength_mg_per_ml=vial.strength_mg_per_ml,
        lot=vial.received.lot,
        expires=vial.received.expires,
        on_hand_ml=vial.on_hand_ml,
        residual_mg=vial.residual_mg,
        set_apart=vial.set_apart is not None,
        differs=bool(vial.open_differences) or vial.on_hand_ml < 0,
        # Two people looked at it when it came in: that is its first count.
        counted_at=vial.counted.at if vial.counted else vial.entries[0].at,
    )
    written_out.put(row)
    return row


def project_appointments(person_id: Id) -> None:
    """Bring the rows of one record's appointments in line with its own chart: a joined one keeps its own."""
    found = calendar.appointments(chart_store.own_chart(person_id))
    # What is no longer booked gives its time up before somebody else's move takes it.
    AppointmentRow.objects.filter(person_id=person_id).delete()
    AppointmentRow.objects.bulk_create(
        AppointmentRow(
            person_id=person_id,
            entry=each.entry,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            chair=each.chair,
            purpose=str(each.purpose),
            course=each.course,
            state=str(each.state),
            escort=each.escort.name if each.escort else "",
            escort_said=each.said.name if each.said else "",
        )
        for each in found
    )


def project_let_go() -> int:
    """Make the rows of sessions whose samples were let go anew from the entries; returns how many."""
    LetGoRow.objects.all().delete()
    for _, entry in over_streams.entries_in([SAMPLES], (SamplesLetGo, SamplesGone)):
        if isinstance(entry.event, SamplesLetGo):
            LetGoRow.objects.bulk_create(let_go_rows(narrowed(entry, entry.event)))
        elif isinstance(entry.event, SamplesGone):
            LetGoRow.objects.filter(pk=entry.event.session).update(gone_at=entry.recorded_at)
    return LetGoRow.objects.count()


def let_go_rows(entry: Recorded[SamplesLetGo]) -> list[LetGoRow]:
    """Return the rows of the sessions whose samples an entry lets go."""
    return [
        LetGoRow(
            session_id=each.session,
            entry=entry.seq,
            samples=each.samples,
            sha256=each.sha256,
            signed_at=entry.recorded_at,
            signed_by=entry.recorded_by,
            co_signed_by=entry.co_signed_by,
        )
        for each in entry.event.sessions
    ]


def rebuild() -> int:
    """Make every projected row anew from the entries; returns how many."""
    with chart_store.in_turn():
        SessionRow.objects.all().delete()
        VialRow.objects.all().delete()
        AppointmentRow.objects.all().delete()
        listing.forget_all()
        sessions = [name.partition("/")[2] for name in over_streams.streams("session/")]
        for session_id in sessions:
            project_session(session_id)
        vials = [name.partition("/")[2] for name in over_streams.streams("stock/")]
        for vial_id in vials:
            project_vial(vial_id)
        for name in over_streams.streams("person/"):
            project_appointments(name.partition("/")[2])
        let_go = project_let_go()
        looks = rebuild_looks()
    return len(sessions) + len(vials) + AppointmentRow.objects.count() + let_go + looks
