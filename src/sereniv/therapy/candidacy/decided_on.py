"""What a decision on candidacy read that was struck or erased since: it was known then, and is not now."""

from collections.abc import Iterator

from sereniv.knowledge.rows import Knowledge, Phase
from sereniv.therapy.candidacy.criteria import Finding, Result, findings
from sereniv.therapy.person.chart import PersonChart, Registered, chart_of
from sereniv.therapy.person.events import CandidacyDecided, Decision, RecordStruck
from sereniv.therapy.person.joined import has_gaps
from sereniv.therapy.recording.entry import Recorded


def reads_gone(chart: PersonChart, registered: Registered, knowledge: Knowledge) -> Iterator[str]:
    """Say of each concern that the last decision knew, and that would keep it back or be unknown now, what it lacks.

    What is recorded anew as of a day before the decision stands in the place of what was struck; so does a decision
    that is taken anew.
    """
    decided = chart.decisions[-1] if chart.decisions else None
    if decided is None or decided.event.decision is not Decision.ELIGIBLE:
        return
    strikes = [each for each in chart.struck.values() if each.seq > decided.seq]
    gaps = has_gaps(chart)
    if not strikes and not gaps:
        return
    knew = {each.criterion for each in decided.event.findings if each.result != Result.UNKNOWN}
    as_read = chart_of(each for each in chart.entries if each.seq < decided.seq)
    then = _in_the_way(_as_it_stands(chart, decided), registered, decided, knowledge)
    before = _in_the_way(as_read, registered, decided, knowledge)
    for name, found in then.items():
        if name in knew and (name not in before or gaps):
            gone = _gone(name in before, strikes)
            yield f"{found.row.title}, read on {decided.at:%d %b %Y}: {_words(found, knowledge)}, {gone}"


def _as_it_stands(chart: PersonChart, decided: Recorded[CandidacyDecided]) -> PersonChart:
    """Return what is known today of the time before a decision: without what was struck, with what came in late."""
    return chart_of(
        each
        for each in chart.entries
        if each.stream_seq not in chart.struck
        and not isinstance(each.event, RecordStruck)
        and (each.seq < decided.seq or each.at <= decided.at)
    )


def _in_the_way(
    chart: PersonChart, registered: Registered, decided: Recorded[CandidacyDecided], knowledge: Knowledge
) -> dict[str, Finding]:
    """Return what a chart would have held against the decision when it was taken, beside what it settled."""
    found = findings(chart, registered, Phase.SCREEN, decided.at, knowledge)
    taken = decided.event.findings
    return {
        each.row.id: each for each in found if each.stands_in_the_way and not any(each.settled_by(one) for one in taken)
    }


def _words(found: Finding, knowledge: Knowledge) -> str:
    if found.verdict.result is Result.UNKNOWN:
        return f"{', '.join(found.lacks(knowledge.scales, knowledge.entered_scores))} not known"
    return "; ".join(found.read.values()) or found.verdict.words()


def _gone(erased: bool, strikes: list[Recorded[RecordStruck]]) -> str:
    """Say why what it read is gone; of what was erased by law, nothing but that it is."""
    if erased or not strikes:
        return "erased since by law"
    return f"struck since: {'; '.join(dict.fromkeys(each.event.reason.rstrip('.') for each in strikes))}"
