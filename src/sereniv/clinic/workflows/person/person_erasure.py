"""Erasure of a person: whatever says who they are goes, and what another law keeps stays under a number."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Q

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import bulk_files, chart_store, device_messages, given, handed_over, listing, over_streams
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.entered import register_stream
from sereniv.clinic.records.envelopes import envelopes
from sereniv.clinic.records.house_events import PayloadsErased, TableChanged
from sereniv.clinic.records.models import CLOSED_PHASES, AppointmentRow, Enquiry, Entry, Invitation, Person, SessionRow
from sereniv.clinic.records.projections import project_appointments, project_session
from sereniv.clinic.workflows.ledger import announced_erasures
from sereniv.clinic.workflows.person import browser_sessions
from sereniv.clinic.workflows.person.likeness import has_asked
from sereniv.clinic.workflows.phone import invitations
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.therapy.correction.erasable import KEPT_IN_SESSION, waits_for_somebody
from sereniv.therapy.person.names import identifying_words, whole_identity
from sereniv.therapy.recording.entry import narrowed
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused

RULE = "erasure"
NOBODYS_BIRTHDAY = date(1900, 1, 1)
"""What stands in the register where no date of birth is known any more; no page shows it."""
IDENTITY = ("family_name", "given_names", "born", "sex_at_birth", "phone", "address", "indication")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something of a person, how much of it there is, and what becomes of it."""

    what: str
    count: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an erasure would do: what goes, what stays and why, and what stands in its way."""

    goes: tuple[Part, ...]
    stays: tuple[Part, ...]
    worded: tuple[int, ...]
    """Entries that are kept although somebody wrote the person's name, number or address into them."""
    elsewhere: tuple[Entry, ...]
    """Entries of other records that name them: another's chart, a shift's note. They stay unless each is erased."""
    enquiries: tuple[Enquiry, ...]
    in_the_way: tuple[str, ...]


def preview(person: Person, now: datetime) -> Preview:
    """Say what an erasure of this person would do, before anybody signs it."""
    people = _together(person)
    streams = _person_streams(people)
    sessions = list(SessionRow.objects.filter(person__in=people))
    kept, gone = _session_entries(sessions)
    asked = tuple(_enquiries(people))
    booked = AppointmentRow.objects.filter(person__in=people, state="booked", starts_at__gte=now).count()
    recorded = sum(1 for stream in streams for each in envelopes(stream) if not each.is_erased)
    goes = (
        Part(what="name, date of birth, sex, telephone and address in the register", count=len(people)),
        Part(what="entries of the record: history, scores, decisions, consents, orders, papers made of them",
             count=recorded),
        Part(what="entries at the chair: who came with them, what was seen, measured and signed", count=len(gone)),
        Part(what="appointments to come: the chairs are free again, and nobody tells them", count=booked),
        Part(what="links for their telephone, and what was filled in under them",
             count=Invitation.objects.filter(person__in=people).count()),
        Part(what="enquiries that came from this name or number", count=len(asked)),
        Part(what="messages of monitors as they came, which may name them",
             count=device_messages.count_about(people, sessions)),
        Part(what="files that wait to be imported, whoever they tell of: they are handed over anew",
             count=handed_over.count_waiting(served_home())),
    )  # fmt: skip
    return Preview(
        goes=tuple(each for each in goes if each.count),
        stays=_stays(sessions, recorded + len(gone)),
        worded=tuple(each.seq for each in kept if _names(each.payload or "", people)),
        elsewhere=tuple(_elsewhere(people, sessions)),
        enquiries=asked,
        in_the_way=tuple(_in_the_way(person, people, sessions, now)),
    )


def _stays(sessions: list[SessionRow], gone: int) -> tuple[Part, ...]:
    """Say what stays of somebody, and why."""
    kept, _ = _session_entries(sessions)
    stays = (
        Part(what="entries at the chair: what was ordered, drawn, run, given and wasted", count=len(kept),
             why="The law on controlled drugs asks for them; they say a number where the name was."),
        Part(what="entries of the drug ledger", count=_drug_entries(sessions),
             why="The law on controlled drugs asks for whom each milligram was drawn: a number."),
        Part(what="places of erased entries: that each was there, of what kind, when, by whom", count=gone,
             why="The chain of the ledger holds only with its links; what they said cannot be guessed back."),
        Part(what="sessions with the values that their monitors sent", count=len(sessions),
             why="They say nothing of who it was, and the drug's record is checked against them."),
        Part(what="who looked at the record, and which law or request this erasure rests on", count=1,
             why="The clinic must be able to show both; they say a number."),
    )  # fmt: skip
    return tuple(each for each in stays if each.count)


def _elsewhere(people: list[Person], sessions: list[SessionRow]) -> Iterator[Entry]:
    """Give what was written outside somebody's own record with their whole name, telephone number or address in it.

    Not who else is registered under the same number: a household shares it.
    """
    own = [*_person_streams(people), *map(register_stream, _ids(people))]
    own += [chart_store.session_stream(row.pk) for row in sessions]
    names = Q()
    for word in {word for each in people for word in whole_identity(each.identity, each.address)}:
        names |= Q(payload__icontains=word)
    if names:
        others = Entry.objects.filter(names).exclude(stream__in=own).exclude(stream__startswith=register_stream(""))
        yield from others.order_by("seq")


def announce_person(person: Person, basis: str, act: Act) -> None:
    """Announce that whatever says who somebody is will be erased.

    Raises
    ------
    Malformed
        When nobody wrote on which law or request it rests, or wrote the name into it.
    Refused
        When the two signers are not medical director and administrator, or care is still under way.
    """
    act.permit(Permission.ERASE)
    act.second_person(TwoPersonAct.ERASURE, RULE)
    demand_reason(basis, "Write on which law or request this rests.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        person = Person.everybody.get(pk=person.pk)
        if person.erased_number is not None:
            raise Refused(RULE, "This is erased already.")
        people = _together(person)
        if _names(basis, people):
            raise Malformed("Write the law or the request without the name: what you write here is kept.")
        _demand_nothing_in_the_way(person, people, act.now)
        announced_erasures.announce(chart_store.person_stream(person.pk), (), basis, act)


def erase_person(person: Person, act: Act) -> int:
    """Erase whatever says who somebody is, once it has waited; returns the number under which the rest stays.

    Raises
    ------
    Refused
        When the two signers are not medical director and administrator, it was not announced or its days have not
        passed, or care is under way again.
    """
    act.permit(Permission.ERASE)
    act.second_person(TwoPersonAct.ERASURE, RULE)
    with chart_store.in_turn():
        person = Person.everybody.get(pk=person.pk)
        if person.erased_number is not None:
            if chart_store.written_before(act.key, act.by.username):
                return person.erased_number
            raise Refused(RULE, "This is erased already.")
        people = _together(person)
        sessions = _demand_nothing_in_the_way(person, people, act.now)
        basis = announced_erasures.demand_due(chart_store.person_stream(person.pk), (), act).event.basis
        _erase_entries(people, sessions, basis, act)
        for asked in _enquiries(people):
            asked.marks.all().delete()
            Enquiry.objects.filter(pk=asked.pk).update(
                name="Erased by law",
                reach="",
                born="",
                referred_by="",
                message="",
                answered_at=asked.answered_at or act.now,
            )
        browser_sessions.forget((*_ids(people), *(str(row.pk) for row in sessions)), _words(people))
        listing.forget(people)
        given.forget(served_home(), (each.pk for each in people))
        handed_over.drop_all(served_home())
        bulk_files.drop_all(served_home())
        device_messages.forget_about(people, sessions)
        for each in people:
            invitations.forget_person(each.pk, act.now)
            take_from_register(each, act.now)
            project_appointments(each.pk)
        for row in sessions:
            project_session(row.pk)
    return Person.everybody.get(pk=person.pk).erased_number or 0


def _demand_nothing_in_the_way(person: Person, people: list[Person], now: datetime) -> list[SessionRow]:
    """Return somebody's sessions; raise Refused where care is still under way."""
    sessions = list(SessionRow.objects.filter(person__in=people))
    for why in _in_the_way(person, people, sessions, now):
        raise Refused(RULE, why)
    return sessions


def _together(person: Person) -> list[Person]:
    """Return a person with whoever is joined into them: two records of one person."""
    return [person, *person.joined.all()]


def _ids(people: Iterable[Person]) -> list[str]:
    return [str(each.pk) for each in people]


def _person_streams(people: Iterable[Person]) -> list[str]:
    return [chart_store.person_stream(each.pk) for each in people]


def _session_entries(sessions: Iterable[SessionRow]) -> tuple[list[Entry], list[Entry]]:
    """Return what is kept of sessions, and what goes."""
    streams = [chart_store.session_stream(row.pk) for row in sessions]
    found = Entry.objects.filter(stream__in=streams, payload__isnull=False).order_by("seq")
    kept = {kind.__name__ for kind in KEPT_IN_SESSION}
    return [each for each in found if each.kind in kept], [each for each in found if each.kind not in kept]


def _drug_entries(sessions: Iterable[SessionRow]) -> int:
    texts = [f'"session":"{row.pk}"' for row in sessions]
    return sum(Entry.objects.filter(stream__startswith="stock/", payload__contains=text).count() for text in texts)


def _in_the_way(person: Person, people: list[Person], sessions: list[SessionRow], now: datetime) -> Iterator[str]:
    if person.joined_into is not None:
        yield f"This record is joined into that of {person.joined_into}. Open that one: both are erased together."
    if any(row.phase not in CLOSED_PHASES for row in sessions):
        yield "A session is open, and care rests on what the record says. Close it first."
    for row in sessions:
        if chart_store.session_chart_of(row.pk).is_unaccounted:
            yield f"The drug of infusion {row.infusion_number} is not accounted for. Account for it first."
    rules = rules_in_force(now)
    if any(waits_for_somebody(chart_store.person_chart(each.pk), rules) for each in people):
        yield "Take up the suicide item in person first; then it can be erased."


def _erase_entries(people: list[Person], sessions: list[SessionRow], basis: str, act: Act) -> None:
    streams = [*_person_streams(people), *map(register_stream, _ids(people))]
    chosen = list(Entry.objects.filter(stream__in=streams, payload__isnull=False))
    chosen += _session_entries(sessions)[1]
    by_stream: dict[str, list[int]] = {}
    for each in chosen:
        by_stream.setdefault(each.stream, []).append(each.seq)
    erased = [
        PayloadsErased(stream=stream, entries=tuple(seqs), basis=basis) for stream, seqs in sorted(by_stream.items())
    ]
    changed = [TableChanged(table="person", row=pk, change="erased", fields=IDENTITY) for pk in _ids(people)]
    news = [New(stream="home", event=event, at=act.now) for event in erased]
    news += [New(stream="audit", event=event, at=act.now) for event in changed]
    chart_store.append(news, act.writing())
    chart_store.erase([each.seq for each in chosen])


def take_from_register(person: Person, now: datetime) -> None:
    """Let a number stand where somebody stood in the register."""
    last = Person.everybody.aggregate(last=Max("erased_number"))["last"] or 0
    Person.everybody.filter(pk=person.pk).update(
        family_name=f"Erased person {last + 1}", given_names="", born=NOBODYS_BIRTHDAY, sex_at_birth="", phone="",
        address="", sought_name="", sought_phone="", joined_into=None, erased_at=now, erased_number=last + 1,
    )  # fmt: skip


def _enquiries(people: Iterable[Person]) -> Iterator[Enquiry]:
    for each in Enquiry.objects.order_by("received_at"):
        if any(has_asked(person.identity, each.name, each.reach, each.born) for person in people):
            yield each


def _words(people: Iterable[Person]) -> frozenset[str]:
    return frozenset(word for each in people for word in identifying_words(each.identity, each.address))


def _names(text: str, people: Iterable[Person]) -> bool:
    return any(word in text.casefold() for word in _words(people))


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left of somebody who was erased, and who signed it on which law or request."""

    stays: tuple[Part, ...]
    by: str
    co_signed_by: str
    basis: str


def left_of(person: Person) -> Left:
    """Return what stays of somebody who was erased."""
    streams = {chart_store.person_stream(person.pk)}
    streams |= {chart_store.session_stream(row.pk) for row in SessionRow.objects.filter(person=person)}
    told = [
        narrowed(each, each.event)
        for _, each in over_streams.entries_of_kind(PayloadsErased)
        if isinstance(each.event, PayloadsErased) and each.event.stream in streams
    ]
    last = told[-1] if told else None
    return Left(
        stays=_stays(list(SessionRow.objects.filter(person=person)), sum(len(each.event.entries) for each in told)),
        by=last.recorded_by if last else "",
        co_signed_by=last.co_signed_by if last else "",
        basis=last.event.basis if last else "",
    )
