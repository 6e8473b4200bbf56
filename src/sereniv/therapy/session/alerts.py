"""A prompt of a session and where it stands, as its entries tell."""

from dataclasses import dataclass, replace
from datetime import datetime

from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.session import events as ev

OF_A_DECISION = "acts"
"""The rule of a prompt that says what was decided of a patient elsewhere: it tells nothing of how they bear a dose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A prompt and where it stands: on while its condition holds, latched until somebody takes notice."""

    raised: Recorded[ev.AlertRaised]
    first: Recorded[ev.AlertRaised]
    """The first time it was raised since anybody took notice: what is so again has waited since then."""
    ended_at: datetime | None = None
    acknowledged: Recorded[ev.AlertAcknowledged] | None = None
    withdrawn: Recorded[ev.AlertWithdrawn] | None = None
    gave_way: Recorded[ev.AlertReplaced] | None = None
    told: tuple[Recorded[ev.AlertTold], ...] = ()
    """Who was told of it since it was first raised; what is so again goes on with them."""
    seen: tuple[Recorded[ev.AlertSeen], ...] = ()
    """Who had it in front of them since it was first raised."""
    quiet: Recorded[ev.SoundTurnedOff] | None = None
    """Who turned its sound off last; raised again, it sounds again."""

    @property
    def presence(self) -> str:
        """`on`, `latched`, `acknowledged` or `off`, in the words of IEEE 11073."""
        if self.withdrawn or self.gave_way:
            return "off"
        if self.acknowledged:
            return "off" if self.ended_at else "acknowledged"
        if self.ended_at:
            return "latched" if self.raised.event.latching else "off"
        return "on"


def with_alert_news(alerts: dict[str, Alert], entry: Recorded[ev.SessionEvent]) -> dict[str, Alert]:
    """Put what an entry says of a prompt into it: raised, ended, noticed, taken back, or gone for a graver one."""
    match entry.event:
        case ev.AlertRaised(alert=name) as event:
            raised, before = narrowed(entry, event), alerts.get(name)
            if before is not None and before.presence == "latched":
                again = Alert(raised=raised, first=before.first, told=before.told, seen=before.seen)
                return alerts | {name: again}
            return alerts | {name: Alert(raised=raised, first=raised)}
        case ev.AlertEnded(alert=name) if name in alerts:
            return alerts | {name: replace(alerts[name], ended_at=entry.at)}
        case ev.AlertReplaced(alert=name) as event if name in alerts:
            return alerts | {name: replace(alerts[name], ended_at=entry.at, gave_way=narrowed(entry, event))}
        case ev.AlertWithdrawn(alert=name) as event if name in alerts:
            return alerts | {name: replace(alerts[name], ended_at=entry.at, withdrawn=narrowed(entry, event))}
        case ev.AlertAcknowledged(alert=name) as event if name in alerts:
            return alerts | {name: replace(alerts[name], acknowledged=narrowed(entry, event))}
        case ev.AlertTold(alerts=names) as event:
            told = narrowed(entry, event)
            return alerts | {
                name: replace(alerts[name], told=(*alerts[name].told, told)) for name in names if name in alerts
            }
        case ev.AlertSeen(alerts=names) as event:
            seen = narrowed(entry, event)
            return alerts | {
                name: replace(alerts[name], seen=(*alerts[name].seen, seen)) for name in names if name in alerts
            }
        case ev.SoundTurnedOff(alerts=names) as event:
            off = narrowed(entry, event)
            return alerts | {name: replace(alerts[name], quiet=off) for name in names if name in alerts}
    return alerts
