"""Erasure by law: what an entry says is erased, that it was there and who wrote it stays, and the chain holds."""

import uuid

from django.db.models import Q

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import bulk_files, chart_store, given
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.envelopes import Envelope, envelope
from sereniv.clinic.records.house_events import PayloadsErased
from sereniv.clinic.records.models import OPEN_PHASES, Id, Person, SessionRow
from sereniv.clinic.records.projections import project_appointments
from sereniv.clinic.workflows.ledger import announced_erasures
from sereniv.clinic.workflows.orders.shown_then import Quoting, quoting
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.therapy.correction.erasable import waits_for_somebody, why_kept
from sereniv.therapy.person.events import RecordsJoined
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev

RULE = "erasure"
ERASABLE_IN_SESSION = frozenset(
    kind.__name__ for kind in (ev.RemarkCharted, ev.InterventionCharted, ev.ObservationCharted, ev.VitalsCharted)
)
"""What may go of a session that is over; what was given, and where the drug went, rests on everything else."""


def announce(seq: int, basis: str, act: Act) -> None:
    """Announce that what one entry says will be erased.

    Raises
    ------
    Malformed
        When nobody wrote on which law or request it rests.
    Refused
        When the two signers are not medical director and administrator, the entry is one that must be kept, or
        something that no longer holds would hold again without it.
    """
    act.permit(Permission.ERASE)
    act.second_person(TwoPersonAct.ERASURE, RULE)
    demand_reason(basis, "Write on which law or request this rests.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        entry = _erasable(seq, act)
        announced_erasures.announce(entry.stream, (seq,), basis, act)


def erase(seq: int, act: Act) -> int:
    """Erase what one entry says, once its erasure has waited; returns 1, or 0 where this act did it before.

    What the page of an order quoted of it goes with it; the order stands as it was signed. A person as a whole is
    erased by `person_erasure`.

    Raises
    ------
    Refused
        When the two signers are not medical director and administrator, it was not announced or its days have not
        passed, or it is kept for a reason that came meanwhile.
    """
    act.permit(Permission.ERASE)
    act.second_person(TwoPersonAct.ERASURE, RULE)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return 0
        entry = _erasable(seq, act)
        announced = announced_erasures.demand_due(entry.stream, (seq,), act)
        whose = _whose(entry)
        pages = tuple(quoting(whose, seq))
        chart_store.append(_news(entry, pages, announced.event.basis, act), act.writing())
        chart_store.erase([seq, *(each.seq for each in pages)])
        subject, _, subject_id = entry.stream.partition("/")
        if subject == "person":
            # Nothing of what was erased may live on in the rows made from it.
            project_appointments(subject_id)
        # Nor in a file that waits to be taken: it is made again without it.
        given.forget(served_home(), (uuid.UUID(str(whose)),))
        bulk_files.drop_all(served_home())
    return 1


def _whose(entry: Envelope) -> Id:
    """Return in whose record an entry is read: the one that was kept, where two are joined."""
    subject, _, subject_id = entry.stream.partition("/")
    pk = SessionRow.objects.get(pk=subject_id).person_id if subject == "session" else subject_id
    person = Person.everybody.get(pk=pk)
    return person.joined_into_id or person.pk


def _news(entry: Envelope, pages: tuple[Quoting, ...], basis: str, act: Act) -> list[New]:
    """Return what is written of an erasure: what goes, the pages of orders that quote it, and what is left of these."""
    gone: dict[str, list[int]] = {}
    for each in pages:
        gone.setdefault(each.stream, []).append(each.seq)
    erased = [PayloadsErased(stream=entry.stream, entries=(entry.seq,), basis=basis)]
    erased += [PayloadsErased(stream=stream, entries=tuple(seqs), basis=basis) for stream, seqs in gone.items()]
    return [
        *(New(stream="home", event=event, at=act.now) for event in erased),
        *(New(stream=each.stream, event=each.left, at=act.now) for each in pages),
    ]


def _erasable(seq: int, act: Act) -> Envelope:
    """Return an entry that may be erased as things stand."""
    entry = envelope(seq)
    if entry is None:
        raise Refused(RULE, f"There is no entry {seq} in the ledger.")
    _demand_erasable(entry)
    _demand_harmless(entry, act)
    if entry.is_erased:
        raise Refused(RULE, "This is erased already.")
    return entry


def _demand_harmless(entry: Envelope, act: Act) -> None:
    """Refuse to erase what somebody must still see, or without which something else would hold again."""
    subject, _, subject_id = entry.stream.partition("/")
    if subject != "person":
        return
    kept = Person.everybody.select_related("joined_into").get(pk=subject_id).joined_into
    if entry.kind == RecordsJoined.__name__:
        raise Refused(RULE, "Two records are read together by this entry. Part them; it goes with the person.")
    chart = chart_store.person_chart(kept.pk if kept is not None else subject_id)
    if waits_for_somebody(chart, rules_in_force(act.now), entry.seq):
        raise Refused(RULE, "Take up the suicide item in person first; then it can be erased.")
    needed = why_kept(chart, entry.seq)
    if needed:
        raise Refused(RULE, needed)


def _demand_erasable(entry: Envelope) -> None:
    """Refuse what the law makes a clinic keep, and what care under way rests on."""
    subject, _, subject_id = entry.stream.partition("/")
    if subject == "register":
        raise Refused(RULE, "Who somebody is goes with the person: erase them on their own page, under Documents.")
    if subject not in {"person", "session"}:
        raise Refused(RULE, "The drug ledger, the house and the audit are kept: another law asks for them.")
    open_rows = SessionRow.objects.filter(phase__in=OPEN_PHASES)
    together = Q(person=subject_id) | Q(person__joined=subject_id) | Q(person__joined_into=subject_id)
    rows = open_rows.filter(together) if subject == "person" else open_rows.filter(pk=subject_id)
    if rows.exists():
        raise Refused(RULE, "A session is open, and care rests on what the record says. Close it first.")
    if subject == "session" and entry.kind not in ERASABLE_IN_SESSION:
        raise Refused(RULE, "What was given, and where the drug went, rests on this entry. It is kept.")
