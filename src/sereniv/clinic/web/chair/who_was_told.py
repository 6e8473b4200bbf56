"""Who was told of a prompt, when and by which way, and who has seen it: in words for its line at the chair."""

from collections.abc import Callable
from datetime import datetime

from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.web.shell.staff_names import staff_name
from sereniv.therapy.monitoring.reaching import seen_by, told_of
from sereniv.therapy.recording.time_words import clock_words
from sereniv.therapy.session.alerts import Alert
from sereniv.therapy.session.events import Telling

NOBODY = "Nobody could be told: no way leads to anybody. Call them"


def told_words(alert: Alert, now: datetime) -> str:
    """Say who was told of a prompt and who has seen it; "" where nobody has looked yet whom to tell."""
    at_clock = _at_clock(now)
    told = told_of(alert)
    if not told:
        return NOBODY if alert.told else ""
    went = [f"{_name(one)} {at_clock(at)}" for at, one in told if not one.failure]
    arrived = {(one.who, one.way) for _, one in told if not one.failure}
    failed = [
        f"NOT told: {_name(one)}, {one.failure.rstrip('.')}"
        for _, one in told
        if one.failure and (one.who, one.way) not in arrived
    ]
    seen = [f"{staff_name(who)} {at_clock(at)}" for at, who in seen_by(alert)]
    parts = [f"Told: {', '.join(went)}" if went else "", *failed, f"seen by {', '.join(seen) or 'nobody'}"]
    return "; ".join(filter(None, parts))


def _name(telling: Telling) -> str:
    return "pager" if telling.who == telling.way else f"{staff_name(telling.who)} by {telling.way}"


def _at_clock(now: datetime) -> Callable[[datetime], str]:
    today = on_the_wall(now).date()
    return lambda moment: clock_words(on_the_wall(moment), today)
