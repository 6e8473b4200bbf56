"""The note of a session: what it says, what is said before it is signed, and its signature."""

from dataclasses import replace
from functools import partial
from zoneinfo import ZoneInfo

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.checkpoints import write_checkpoint
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows.chair.sessions import decide_and_append
from sereniv.clinic.workflows.shell.acting import Act, names_of_staff
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.knowledge import Knowledge, knowledge
from sereniv.knowledge.rows import line_title
from sereniv.therapy.candidacy.signed_over import of_session
from sereniv.therapy.chair import decide as deciding
from sereniv.therapy.documents.note_text import Section, Subject, digest, note, text
from sereniv.therapy.person.allergies import allergy_words
from sereniv.therapy.person.names import birth_words
from sereniv.therapy.recording.reasons import demand_word
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase, SessionChart
from sereniv.therapy.session.gaps import drug_gaps


def to_say_before_signing(chart: SessionChart, rules: Knowledge) -> tuple[str, ...]:
    """Name what somebody says a word about before they sign: prompts still open, and gaps in the drug's account."""
    prompts = tuple(f"Prompt still open: {each.raised.event.title}." for each in chart.open_alerts)
    return (*prompts, *drug_gaps(chart, rules.volume, rules.custody.account))


def sign_note(session_id: Id, expected_seq: int, act: Act, words: str = "") -> None:
    """Sign the note as it stands; a checkpoint of the ledger is written and printed on it.

    Parameters
    ----------
    words
        What is said about the prompts still open and the gaps in the account: charted before the signature, and part
        of the note.

    Raises
    ------
    Malformed
        When there is something to say a word about, and nothing is said.
    """
    act.permit(Permission.SIGN_NOTE)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.session_chart_of(session_id)
        asked = to_say_before_signing(chart, rules_in_force(act.now))
        over = chart.phase in {Phase.DISCHARGED, Phase.CLOSED_UNUSED} and chart.signed is None
        if over and asked and not chart.is_unaccounted:
            said = demand_word(words, f"Before you sign, say a word about this: {' '.join(asked)}")
            remark = ev.RemarkCharted(text=f"Before signing, about this: {' '.join(asked)} {said}")
            stream = chart_store.session_stream(session_id)
            new = New(stream=stream, event=remark, at=act.now, expected_seq=expected_seq)
            expected_seq = chart_store.append([new], replace(act.writing(), key=f"{act.key[:56]}-word"))[-1].stream_seq
        _sign(session_id, expected_seq, act)


def _sign(session_id: Id, expected_seq: int, act: Act) -> None:

    def command(chart: SessionChart) -> deciding.Command:
        sections = note_of(chart)
        head = write_checkpoint(served_home(), act.now)
        return deciding.SignNote(
            text=text(sections), note_sha256=digest(sections), head_seq=head.seq, head_hash=head.hash
        )

    decide_and_append(session_id, expected_seq, act, command)


def subject_of(chart: SessionChart) -> Subject:
    """Return who a session's note is about, with staff written by name."""
    if chart.opened is None:
        raise Refused("session", "There is no such session.")
    person = Person.objects.get(pk=chart.opened.event.person)
    zone, name_of = ZoneInfo(served_home().timezone), names_of_staff()
    now = chart.started_at or chart.opened.recorded_at
    record = chart_store.person_chart(person.pk)
    over = of_session(chart, record, person.registered, rules_in_force(now), now)
    order = record.order_numbered(chart.opened.event.order)
    return Subject(
        name=str(person),
        born=birth_words(person.born),
        zone=zone,
        name_of=name_of,
        title_of=partial(line_title, knowledge().gate),
        signed_over=tuple(each.words(name_of, zone) for each in over),
        shown=tuple(f"{each.what}: {each.words}" for each in order.shown) if order else (),
        allergies=allergy_words(record),
    )


def note_of(chart: SessionChart) -> tuple[Section, ...]:
    """Write a session's note, with what differs in the drug's account by the rules of its last entry."""
    rules = rules_in_force(chart.entries[-1].recorded_at)
    return note(chart, subject_of(chart), drug_gaps(chart, rules.volume, rules.custody.account))
