"""What a decision on candidacy read that was struck or erased since: it was known then, and is not now."""

from collections.abc import Callable, Collection, Iterator, Mapping

from sereniv.knowledge.rows import Knowledge, Phase
from sereniv.therapy.candidacy.criteria import Finding, Result, findings
from sereniv.therapy.person.chart import PersonChart, Registered, chart_of
from sereniv.therapy.person.events import CandidacyDecided, Decision, RecordStruck
from sereniv.therapy.person.gone import erased_after
from sereniv.therapy.recording.entry import Recorded


def reads_gone(chart: PersonChart, registered: Registered, knowledge: Knowledge) -> Iterator[str]:
    """Say of each concern that the last decision knew, and that would keep it back or be unknown now, what it lacks.

    What is recorded anew as of a day before the decision stands in the place of what was struck; so does a decision
    that is taken anew.
    """
    decided = chart.decisions[-1] if chart.decisions else None
    if decided is None or decided.event.decision is not Decision.ELIGIBLE:
        return
    strikes = {entry: each for entry, each in chart.struck.items() if each.seq > decided.seq}
    gaps = erased_after(chart, decided.seq)
    if not strikes and not gaps:
        return
    knew = {each.criterion for each in decided.event.findings if each.result != Result.UNKNOWN}
    as_read = chart_of(each for each in chart.entries if each.seq < decided.seq)
    then = _in_the_way(_as_it_stands(chart, decided), registered, decided, knowledge)
    before = _in_the_way(as_read, registered, decided, knowledge)
    lost = {name: found for name, found in then.items() if name in knew and (name not in before or gaps)}

    def in_the_way(kept: frozenset[int]) -> Collection[str]:
        return _in_the_way(_as_it_stands(chart, decided, kept), registered, decided, knowledge)

    took = _who_took(lost, strikes, in_the_way)
    for name, found in lost.items():
        gone = _gone(name in before, took[name])
        yield f"{found.row.title}, read on {decided.at:%d %b %Y}: {_words(found, knowledge)}, {gone}"


def _who_took(
    lost: Collection[str],
    strikes: Mapping[int, Recorded[RecordStruck]],
    in_the_way: Callable[[frozenset[int]], Collection[str]],
) -> dict[str, list[Recorded[RecordStruck]]]:
    """Return by concern the strikes that took what it lacks: undone alone it would be known, or not undone it is not.

    `in_the_way` says what stands in the way with these of the struck entries kept. Whatever else was struck since is
    no reason; where none is found to be one, all are named.
    """
    if len(strikes) < 2 or not lost:
        return {name: list(strikes.values()) for name in lost}
    alone = {entry: in_the_way(frozenset({entry})) for entry in strikes}
    others = {entry: in_the_way(frozenset(strikes) - {entry}) for entry in strikes}
    took = {
        name: [strike for entry, strike in strikes.items() if name not in alone[entry] or name in others[entry]]
        for name in lost
    }
    return {name: found or list(strikes.values()) for name, found in took.items()}


def _as_it_stands(
    chart: PersonChart, decided: Recorded[CandidacyDecided], kept: frozenset[int] = frozenset()
) -> PersonChart:
    """Return what is known today of the time before a decision: without what was struck, with what came in late.

    Entries of `kept` are read although they were struck.
    """
    return chart_of(
        each
        for each in chart.entries
        if (each.stream_seq not in chart.struck or each.stream_seq in kept)
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
