"""What became of cards in another record, as it says: taken, or overridden and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from sereniv.exchange.cds_hooks.asking import CannotAnswer

OUTCOMES = ("accepted", "overridden")
MOST = 100
LONGEST_REASON = 500
LONGEST_ID = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What became of one card."""

    card: str
    outcome: str
    at: str
    reason: str


def read_feedback(content: object) -> tuple[Feedback, ...]:
    """Read what became of cards; raises CannotAnswer with what is wrong."""
    listed = content.get("feedback") if isinstance(content, dict) else None
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST:
        raise CannotAnswer(400, f"Send feedback, a list of one to {MOST}.")
    return tuple(_one(each) for each in listed)


def _one(raw: object) -> Feedback:
    if not isinstance(raw, dict):
        raise CannotAnswer(400, "Each feedback is an object.")
    card, outcome, at = (raw.get(name) for name in ("card", "outcome", "outcomeTimestamp"))
    if not isinstance(card, str) or not 1 <= len(card) <= LONGEST_ID or not card.isprintable():
        raise CannotAnswer(400, "Each feedback names its card.")
    if outcome not in OUTCOMES:
        raise CannotAnswer(400, "outcome is accepted or overridden.")
    if not isinstance(at, str) or not 1 <= len(at) <= LONGEST_ID or not at.isprintable():
        raise CannotAnswer(400, "outcomeTimestamp says when.")
    return Feedback(card=card, outcome=outcome, at=at, reason=_reason(raw.get("overrideReason")))


def _reason(raw: object) -> str:
    if not isinstance(raw, dict):
        return ""
    reason, comment = raw.get("reason"), raw.get("userComment")
    named: Sequence[object] = [reason.get("display") or reason.get("code")] if isinstance(reason, dict) else []
    parts = [each.strip() for each in (*named, comment) if isinstance(each, str) and each.strip()]
    return "; ".join(parts)[:LONGEST_REASON]
