"""Erasure by law: what an entry says is erased, that it was there and who wrote it stays, and the chain holds."""

from sereniv.clinic.accounts.permissions import Permission, Role
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import Envelope, New
from sereniv.clinic.records.house_events import PayloadsErased
from sereniv.clinic.records.models import CLOSED_PHASES, SessionRow
from sereniv.clinic.workflows.acting import Act
from sereniv.therapy.refusal import Malformed, Refused
from sereniv.therapy.session import events as ev

RULE = "erasure"
ERASABLE_IN_SESSION = frozenset(
    kind.__name__ for kind in (ev.RemarkCharted, ev.InterventionCharted, ev.ObservationCharted, ev.VitalsCharted)
)
"""What may go of a session that is over; what was given, and where the drug went, rests on everything else."""


def erase(seq: int, whole_stream: bool, basis: str, act: Act) -> int:
    """Erase what one entry says, or all that stands in a person's record; returns how many entries were erased.

    Raises
    ------
    Malformed
        When nobody wrote on which law or request it rests.
    Refused
        When the two signers are not medical director and administrator, or the entry is one that must be kept.
    """
    act.permit(Permission.ERASE)
    other = act.second_person(Permission.ERASE, RULE)
    if not any(
        Role.MEDICAL_DIRECTOR in one.roles and Role.ADMINISTRATOR in two.roles and one.pk != two.pk
        for one, two in ((act.by, other), (other, act.by))
    ):
        raise Refused(RULE, "The medical director and an administrator sign together.")
    if not basis.strip():
        raise Malformed("Write on which law or request this rests.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return 0
        entry = chart_store.envelope(seq)
        if entry is None:
            raise Refused(RULE, f"There is no entry {seq} in the ledger.")
        _demand_erasable(entry)
        chosen = chart_store.envelopes(entry.stream) if whole_stream else (entry,)
        seqs = tuple(each.seq for each in chosen if not each.is_erased)
        if not seqs or (not whole_stream and entry.is_erased):
            raise Refused(RULE, "This is erased already.")
        if whole_stream and not entry.stream.startswith("person/"):
            raise Refused(RULE, "Only a person's record is erased as a whole.")
        event = PayloadsErased(stream=entry.stream, entries=seqs, basis=basis.strip())
        chart_store.append([New(stream="home", event=event, at=act.now)], act.writing())
        chart_store.erase(seqs)
    return len(seqs)


def _demand_erasable(entry: Envelope) -> None:
    """Refuse what the law makes a clinic keep, and what care under way rests on."""
    subject, _, subject_id = entry.stream.partition("/")
    if subject not in {"person", "session"}:
        raise Refused(RULE, "The drug ledger, the house and the audit are kept: another law asks for them.")
    open_rows = SessionRow.objects.exclude(phase__in=CLOSED_PHASES)
    rows = open_rows.filter(person_id=subject_id) if subject == "person" else open_rows.filter(pk=subject_id)
    if rows.exists():
        raise Refused(RULE, "A session is open, and care rests on what the record says. Close it first.")
    if subject == "session" and entry.kind not in ERASABLE_IN_SESSION:
        raise Refused(RULE, "What was given, and where the drug went, rests on this entry. It is kept.")
