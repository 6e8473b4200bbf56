"""Who died at a chair or went from it to a hospital: what stands open of them outside of the session has to know."""

from collections.abc import Iterable
from datetime import datetime

from sereniv.clinic.records import chart_store, over_streams
from sereniv.clinic.records.models import Id
from sereniv.clinic.records.their_sessions import rows_of_people
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.consent import ConsentState, consent
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.session.events import Died, TransferredOut
from sereniv.therapy.treatment.booking import CANCEL_IT, AgainstBooking, as_it_is, undecided_since

Left = Recorded[Died] | Recorded[TransferredOut]


def deaths_and_transfers_of(people: Iterable[Id]) -> dict[str, Left]:
    """Return the last death or transfer from a chair of each of these people, by their id."""
    theirs = rows_of_people(people)
    whose = {chart_store.session_stream(row.pk): person for person, rows in theirs.items() for row in rows}
    if not whose:
        return {}
    told_in = {stream for stream, _ in over_streams.entries_in(list(whose), (Died, TransferredOut))}
    charts = chart_store.session_charts(stream.partition("/")[2] for stream in sorted(told_in))
    # Read of the charts: what was struck there, as charted at the wrong chair, is not so.
    standing = [
        (whose[chart_store.session_stream(session)], left)
        for session, chart in charts.items()
        for left in (chart.died, chart.transferred)
        if left is not None
    ]
    return dict(sorted(standing, key=lambda each: each[1].seq))


def died_here(person_id: Id) -> bool:
    """Say whether somebody died at a chair."""
    found = deaths_and_transfers_of([person_id]).get(str(person_id))
    return found is not None and isinstance(found.event, Died)


def words_of(left: Left | None, chart: PersonChart) -> tuple[AgainstBooking, ...]:
    """Say of a death or transfer what speaks against another infusion; a transfer, until somebody has decided since."""
    if left is None:
        return ()
    day = f"{left.at:%d %b %Y}"
    if isinstance(left.event, Died):
        return (as_it_is(f"Died here on {day}.", CANCEL_IT),)
    if not undecided_since(chart, left.recorded_at):
        return ()
    words = f"Went from the chair to {left.event.where} on {day}: nobody has reviewed or decided since."
    at_the_desk = f"The infusion of {day} ended otherwise than planned, and nobody has decided since: ask a prescriber."
    return (AgainstBooking(words=words, at_the_desk=at_the_desk),)


def goes_on_in_question(chart: PersonChart, now: datetime, left: Left | None) -> tuple[str, ...]:
    """Return why somebody decides whether treatment goes on: the last transfer from a chair, consent taken back."""
    agreed = consent(chart, now, rules_in_force(now).consent)
    withdrawn = (agreed.words(),) if agreed.state is ConsentState.WITHDRAWN else ()
    return (*(each.words for each in words_of(left, chart)), *withdrawn)


def unprepared_since(person_id: Id, chart: PersonChart) -> int | None:
    """Return the ledger's entry of a death or transfer by which what was booked before is in question, or None."""
    left = deaths_and_transfers_of([person_id]).get(str(person_id))
    return left.seq if left is not None and words_of(left, chart) else None
