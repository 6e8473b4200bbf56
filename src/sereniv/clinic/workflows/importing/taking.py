"""Takes a planned import into the ledger, whole: all of it in one transaction, or nothing."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store, entered, over_streams
from sereniv.clinic.records.chart_store import New, Writing
from sereniv.clinic.records.file_events import FileImported, ImportUndone
from sereniv.clinic.records.house_events import TableChanged
from sereniv.clinic.records.models import CLOSED_PHASES, Person, SessionRow
from sereniv.clinic.workflows.importing.entries import Setting, entries_of
from sereniv.clinic.workflows.importing.matching import identity_of
from sereniv.clinic.workflows.importing.plan import Plan, Theirs
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.exchange.incoming.contents import Somebody
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.names import Identity, named_in, whole_identity
from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.recording.reasons import demand_reason
from sereniv.therapy.recording.refusal import Malformed, Refused

RULE = "import"
REASON = "Write whose records these are, and why they come here; it stands in the audit."
AT_ONCE = 500
BESIDE_A_PATIENT = 2_000
"""So many entries are written while somebody sits at a chair; more would let a nurse wait to chart."""
DEFAULT_INDICATION = "depression"

Told = Callable[[int, int], None]
"""Is told how many of how many people are taken."""


def demand_two(reason: str, act: Act) -> None:
    """Raise where an import, or its undoing, is not signed by the medical director and an administrator in words."""
    act.permit(Permission.IMPORT)
    act.second_person(TwoPersonAct.IMPORT, RULE)
    demand_reason(reason, REASON)


def imports() -> tuple[Recorded[FileImported], ...]:
    """Return every import, the newest first."""
    found = (entry for _, entry in over_streams.entries_of_kind(FileImported))
    return tuple(narrowed(each, each.event) for each in found if isinstance(each.event, FileImported))[::-1]


def undone() -> frozenset[str]:
    """Return the imports that were undone, by their batch."""
    found = (entry.event for _, entry in over_streams.entries_of_kind(ImportUndone))
    return frozenset(each.batch for each in found if isinstance(each, ImportUndone))


def demand_new(sha256: str) -> None:
    """Raise Refused where a file with the same bytes was taken in, and not undone."""
    gone = undone()
    before = next((each for each in imports() if each.event.sha256 == sha256 and each.event.batch not in gone), None)
    if before is not None:
        raise Refused(
            RULE,
            f"This very file was taken in on {before.at:%d %b %Y}, from {before.event.told_by}. Undo that import "
            "first, or choose another file.",
        )


def demand_nameless(text: str, people: Iterable[tuple[Identity, str]]) -> None:
    """Raise Malformed where a text that nobody can erase names one of these people, by name, number, birth or address.

    Their identities stand beside their addresses.
    """
    found = {words for who, address in people if (words := named_in(text, who, address))}
    if found:
        raise Malformed(
            f"Write it without “{sorted(found)[0]}”, by which one of these people is known: what you write here is "
            "kept, also when they are erased."
        )


def demand_kept_nameless(made: Plan, said: str) -> None:
    """Raise where what is kept of an import for ever names one of its people: why it comes, its source, its headings.

    A practice may be called as a patient is; their whole name is no practice's.

    Raises
    ------
    Malformed
        When what was said names somebody of the file.
    Refused
        When the words for whose records these are, or a heading that is taken, do.
    """
    people = list(_people_of(made))
    demand_nameless(said, people)
    for who, address in people:
        if any(words.casefold() in made.source.told_by.casefold() for words in whole_identity(who, address)):
            raise Refused(
                RULE,
                "Whose records these are names one of the people. Hand the file over anew, with the practice's name "
                "alone: it is kept.",
            )
        if any(named_in(heading, who, address) for table in made.read.tables for heading in table.headings):
            raise Refused(
                RULE,
                "A heading of this file names one of its people. Does its first row name the columns? Write over it "
                "what each column holds, and hand the file over anew: it is kept.",
            )


def _people_of(made: Plan) -> Iterator[tuple[Identity, str]]:
    for each in made.theirs:
        if each.person is not None:
            yield each.person.identity, each.person.address
        if each.registers is not None:
            yield identity_of(each.registers), each.registers.address


def take(
    made: Plan, again: Callable[[], Plan], indication: str, reason: str, act: Act, told: Told | None = None
) -> str:
    """Take an import whole, and return its name.

    Parameters
    ----------
    made
        What was signed.
    again
        Plans it anew from the register as it is now: what was taken, joined or restricted since is met.
    indication
        What people are considered for whose row does not say it.

    Raises
    ------
    Malformed
        When nobody wrote why.
    Refused
        When something of it is wrong or not answered, the register has changed since it was signed, it was taken
        before, or it is large and somebody is at a chair.
    """
    act.permit(Permission.IMPORT)
    demand_reason(reason, REASON)
    batch = act.key[:50]
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return batch
        demand_new(made.source.sha256)
        if not made.may_be_taken:
            raise Refused(RULE, "Something of this file is wrong or not answered yet. Look at its report first.")
        demand_kept_nameless(made, reason)
        _demand_as_planned(made, again())
        setting = Setting(told_by=made.source.told_by, now=act.now, zone=home_zone(), knowledge=rules_in_force(act.now))
        news: list[New] = []
        for number, each in enumerate(made.theirs, start=1):
            news += _of_person(each, made, batch, indication, setting)
            if told is not None:
                told(number, len(made.theirs))
        _demand_nobody_waits(len(news))
        entries = sum(each.stream.startswith("person/") for each in news)
        append_in_parts(
            [New(stream="audit", event=_imported(made, batch, entries, reason), at=act.now), *news], act.writing()
        )
    return batch


def _imported(made: Plan, batch: str, entries: int, why: str) -> FileImported:
    return FileImported(
        batch=batch,
        sha256=made.source.sha256,
        told_by=made.source.told_by,
        registered=made.registered,
        people=len(made.theirs),
        entries=entries,
        tables=made.read.tables,
        day_order=made.read.day_order,
        decimal_sign=made.read.decimal_sign,
        reason=why,
    )


def _demand_nobody_waits(entries: int) -> None:
    """Raise Refused where so much is written that whoever is at a chair would wait for it."""
    if entries > BESIDE_A_PATIENT and SessionRow.objects.exclude(phase__in=CLOSED_PHASES).exists():
        raise Refused(
            RULE,
            f"This import writes {entries} entries, and somebody is at a chair: charting would wait. Take it in when "
            "the last chair is empty.",
        )


def _demand_as_planned(made: Plan, now: Plan) -> None:
    """Raise Refused unless the file would bring the same to the same people as when it was signed."""
    if not now.may_be_taken or now.theirs != made.theirs:
        raise Refused(RULE, "The register has changed since the report was made. Look at the report anew.")


def _of_person(each: Theirs, made: Plan, batch: str, indication: str, setting: Setting) -> list[New]:
    """Return the entries of one person: of the register where they are new, then where the rest came from, and it."""
    news: list[New] = []
    person, registered_from = each.person, ""
    if person is None:
        if each.registers is None:
            raise Malformed("A person of this file is in no table of people.")
        person, registered_from = _registered(each.registers, indication, setting), each.registers.row
        change = TableChanged(table="person", row=str(person.pk), change="added", fields=("identity", "indication"))
        news += [New(stream="audit", event=change, at=setting.now), entered.of_person(person, setting.now)]
    facts = entries_of(each.facts, setting)
    stream = chart_store.person_stream(person.pk)
    for first in range(0, len(facts) or bool(registered_from), AT_ONCE):
        some = facts[first : first + AT_ONCE]
        brought = ev.RecordBrought(
            batch=batch,
            file=made.source.file,
            sha256=made.source.sha256,
            told_by=made.source.told_by,
            number=each.number,
            rows=tuple(fact.rows for fact in some),
            registered_from="" if first else registered_from,
        )
        news.append(New(stream=stream, event=brought, at=setting.now))
        news += [New(stream=stream, event=fact.event, at=fact.at) for fact in some]
    return news


def _registered(somebody: Somebody, indication: str, setting: Setting) -> Person:
    who = somebody.who
    return Person.objects.create(
        id=uuid.uuid4(),
        family_name=who.family_name,
        given_names=who.given_names,
        born=identity_of(somebody).born,
        sex_at_birth=somebody.sex_at_birth,
        phone=somebody.phone,
        address=somebody.address,
        indication=somebody.indication or indication or DEFAULT_INDICATION,
        registered_at=setting.now,
    )


def append_in_parts(news: Sequence[New], writing: Writing) -> None:
    """Append many entries in parts, each under a key of its own: the first under that of the act."""
    for first in range(0, len(news), AT_ONCE):
        own = writing if first == 0 else replace(writing, key=f"{writing.key[:50]}-{first}")
        chart_store.append(news[first : first + AT_ONCE], own)
