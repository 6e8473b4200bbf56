"""Cards: a rule in one line, what it says and read, by which row and how sure that is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sereniv.exchange.fhir.written import Element, kept
from sereniv.knowledge import Action
from sereniv.knowledge.rows import Knowledge, Row
from sereniv.therapy.person.concern import Finding, Result
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment.order_limits import LimitHit, Severity

MOST_OF_A_SUMMARY = 139
MOST_CARDS = 20
INDICATORS = {
    Action.INFO: "info",
    Action.WARN: "warning",
    Action.HOLD: "warning",
    Action.GATE: "critical",
    Action.GATE2: "critical",
}
SEVERITIES = {Severity.SOFT: "warning", Severity.HARD: "critical", Severity.ABSOLUTE: "critical"}
SOURCE = "Sereniv, ketamine infusion therapy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card before it is sent: its line, how grave, its text, and the row that it comes from."""

    summary: str
    indicator: str
    detail: str
    row: Row | None = None


def of_findings(findings: Iterable[Finding], knowledge: Knowledge) -> list[Card]:
    """Return a card for each concern that is met, and one for everything that nobody knows."""
    told = list(findings)
    met = [each for each in told if each.verdict.result is Result.MET]
    cards = [_of_finding(each, knowledge) for each in met]
    unknown = [each for each in told if each.verdict.result is Result.UNKNOWN]
    if unknown:
        lines = "\n".join(f"- {each.due(knowledge)}" for each in unknown)
        cards.append(
            Card(
                summary=f"Ketamine: {len(unknown)} things that are asked before treatment are not known",
                indicator="info",
                detail=f"Not known is not the same as fine.\n\n{lines}",
            )
        )
    return cards


def _of_finding(finding: Finding, knowledge: Knowledge) -> Card:
    read = "; ".join(f"{name.replace('_', ' ')}: {words}" for name, words in finding.read.items())
    return Card(
        summary=f"Ketamine: {finding.row.title}",
        indicator=INDICATORS[finding.verdict.action or Action.INFO],
        detail="\n\n".join(
            filter(None, (finding.message, f"Read: {read}" if read else "", _rests(finding.row, knowledge)))
        ),
        row=finding.row,
    )


def of_limits(hits: Iterable[LimitHit], knowledge: Knowledge) -> list[Card]:
    """Return a card for each limit that an order goes past."""
    return [
        Card(
            summary=f"Ketamine order past a limit: {hit.limit.title}",
            indicator=SEVERITIES.get(hit.severity, "info"),
            detail=f"{plain(hit.value)} {hit.limit.unit}: {hit.severity} limit. {hit.limit.message}\n\n"
            f"{_rests(hit.limit, knowledge)}",
            row=hit.limit,
        )
        for hit in hits
    ]


def of_words(title: str, words: Sequence[str], indicator: str) -> list[Card]:
    """Return a card for each sentence about a person's own record."""
    return [Card(summary=f"{title}: {each}", indicator=indicator, detail=each) for each in words]


def _rests(row: Row, knowledge: Knowledge) -> str:
    cited = [knowledge.references[each].citation for each in row.sources if each in knowledge.references]
    sources = f" Sources: {' '.join(cited)}" if cited else ""
    return f"Rule {row.id}, version {row.version}; evidence: {row.evidence}.{sources}"


def sent(cards: Sequence[Card], new_id: Callable[[], str]) -> Element:
    """Return the answer of a service, the gravest card first, each with an id of its own."""
    order = ("critical", "warning", "info")
    gravest = sorted(cards, key=lambda each: order.index(each.indicator))[:MOST_CARDS]
    return {"cards": [_sent(each, new_id()) for each in gravest]}


def _sent(card: Card, card_id: str) -> Element:
    topic = {"system": "urn:sereniv:rule", "code": card.row.id, "display": card.row.title} if card.row else None
    return kept(
        {
            "uuid": card_id,
            "summary": clipped(card.summary),
            "detail": card.detail,
            "indicator": card.indicator,
            "source": kept({"label": SOURCE, "topic": topic}),
        }
    )


def clipped(text: str) -> str:
    """Return a line that is short enough for a card; what is cut off stands in its text."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_OF_A_SUMMARY else f"{line[: MOST_OF_A_SUMMARY - 1].rstrip()}…"
