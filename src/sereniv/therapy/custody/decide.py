"""What must not be done with a vial, when a difference is to be settled, and when an account asks to be looked at."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sereniv.knowledge.rows import AccountRule, DifferenceRule, LossRule
from sereniv.therapy.custody.ledger import Difference, Vial
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.recording.unread import unread_briefly

SATURDAY = 5


def refuse_to_draw(vial: Vial, volume_ml: Decimal, today: date) -> None:
    """Raise Refused where drug must not be drawn from this vial: unknown, set apart, expired, or not enough left."""
    if vial.received is None:
        raise Refused("custody", "This vial is not in stock. Receive it first.")
    if vial.unread:
        raise Refused("custody", f"Vial {vial.label} has {unread_briefly(vial.unread)[0]} that cannot be read, so that "
                                 "nobody knows what is left in it. Take another.")  # fmt: skip
    if vial.set_apart is not None:
        raise Refused("custody", f"Vial {vial.label} is set apart: {vial.set_apart.event.reason} Take another.")
    if vial.received.expires < today:
        raise Refused("custody", f"Vial {vial.label} expired on {vial.received.expires:%d %b %Y}. Take another.")
    if volume_ml > vial.on_hand_ml:
        raise Refused(
            "custody", f"Vial {vial.label} holds {plain(vial.on_hand_ml)} mL; {plain(volume_ml)} mL are needed."
        )


def refuse_to_take(vial: Vial, volume_ml: Decimal) -> None:
    """Raise Refused where more is said to leave a vial than its ledger has: only a count may find that.

    An expired vial and one that was set apart may be emptied: that is where they go.
    """
    if vial.received is None:
        raise Refused("custody", "This vial is not in stock. Receive it first.")
    if volume_ml > vial.on_hand_ml:
        raise Refused(
            "custody",
            f"That is more than the ledger has in vial {vial.label}. Count it first: what was found stands as a "
            "difference and is settled; then this can be recorded.",
        )


def settle_by(difference: Difference, rule: DifferenceRule) -> datetime:
    """Return by when somebody should have settled a difference."""
    return difference.counted.at + timedelta(hours=rule.settle_within_h)


def report_due(found_on: date, rule: LossRule) -> tuple[date, date]:
    """Return the last days for the notice and for the form about a loss found on a day; weekends are no business days.

    Public holidays are not known here.
    """
    notice, left = found_on, rule.notice_business_days
    while left:
        notice += timedelta(days=1)
        left -= notice.weekday() < SATURDAY
    return notice, found_on + timedelta(days=rule.form_days)


def differs(charted_mg: Decimal, given_mg: Decimal, rule: AccountRule) -> bool:
    """Say whether what is accounted as given lies further from the charted rates than the row allows."""
    return abs(given_mg - charted_mg) > max(rule.tolerance_mg, rule.tolerance_share * charted_mg)
