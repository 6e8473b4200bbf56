"""What the doctor says of bedside devices: what waits for somebody, what is in nobody's chart, who was turned away."""

from collections.abc import Iterator
from datetime import timedelta

from sereniv.clinic.operating.findings import Finding, Moment, State
from sereniv.clinic.records.models import Device, SetAsideRow
from sereniv.clinic.workflows.devices import held, turned_away
from sereniv.clinic.workflows.devices.known import HOME_TOKEN
from sereniv.exchange.hl7v2.observations import Aside

LATELY = timedelta(days=1)
MEND = "Nurses say under What monitors sent whose it is; the rest stands under Set-up, Devices."


def devices(moment: Moment) -> Finding:
    """Say how many devices may send, and what of what they sent asks for a look."""
    may_send = Device.objects.filter(revoked_at=None).exclude(kind=HOME_TOKEN).count()
    waiting = held.count()
    wrong = SetAsideRow.objects.filter(why=str(Aside.WRONG_PAIR), last_at__gte=moment.here - LATELY)
    codes = len(wrong.values_list("code", "unit").distinct())
    away = sum(each.times for each in turned_away.memory.all())
    asks = [
        *_some(waiting, "message", "held until somebody says whose they are"),
        *_some(codes, "code", "with a wrong name or unit in the last day"),
        *_some(away, "message", "turned away since the start"),
    ]
    words = f"{may_send} may send{''.join(f'; {each}' for each in asks)}."
    return Finding(topic="devices", state=State.LOOK if asks else State.OK, words=words, mend=MEND if asks else "")


def _some(count: int, what: str, words: str) -> Iterator[str]:
    if count:
        yield f"{count} {what}{'s' if count > 1 else ''} {words}"
