"""Alarms: what is to be acted on goes to whom the clinic named, once when it begins and once when it is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sereniv.clinic.home import Home
from sereniv.clinic.operating.findings import Finding, State
from sereniv.clinic.operating.memory import Memory, OfWay
from sereniv.clinic.operating.plan import Plan
from sereniv.clinic.operating.ways import Message, NotDeliveredError, of_alarms, ways_of_alarms

TRIES_AGAIN_AFTER = timedelta(minutes=5)


def tell(home: Home, name: str, findings: Sequence[Finding], plan: Plan, memory: Memory, real: datetime) -> None:
    """Tell each way what it has not heard yet: what is to be acted on since then, and what no longer is.

    `name` is the clinic's. A way that fails is tried again; the others have heard.
    """
    acting = {each.topic: each for each in findings if each.state is State.ACT}
    for way in ways_of_alarms(plan):
        known = memory.of(of_alarms(way))
        begun = [each for topic, each in acting.items() if topic not in known.told]
        over = [topic for topic in known.told if topic not in acting]
        if not (begun or over) or not may_try(known, real):
            continue
        try:
            way.send(_message(home, name, begun, over, real))
        except NotDeliveredError as error:
            known.failed(real, str(error))
            continue
        known.went()
        known.told = list(acting)


def may_try(known: OfWay, real: datetime) -> bool:
    """Say whether a way is to be tried now: it has not failed, or some minutes ago."""
    return not known.failed_at or real - datetime.fromisoformat(known.failed_at) >= TRIES_AGAIN_AFTER


def _message(home: Home, name: str, begun: Sequence[Finding], over: Sequence[str], real: datetime) -> Message:
    subject = f"Sereniv, {name}: {_subject(begun, over)}"
    lines = [f"ACT  {each.topic}: {each.words}\n     {each.mend}".rstrip() for each in begun]
    lines += [f"OVER {topic}" for topic in over]
    words = "\n".join(
        [*lines, "", f"{home.kind} home, {real:%d %b %Y %H:%M} UTC. All lines: sereniv doctor, or Set-up."]
    )
    content = {
        "kind": "alarms",
        "act": [{"topic": each.topic, "words": each.words, "mend": each.mend} for each in begun],
        "over": list(over),
    }
    return Message(subject=subject, words=words, content=content, at=real)


def _subject(begun: Sequence[Finding], over: Sequence[str]) -> str:
    if begun:
        return f"act on {', '.join(each.topic for each in begun)}"
    return f"{', '.join(over)} {'is' if len(over) == 1 else 'are'} well again"


def trial(name: str, real: datetime) -> Message:
    """Return the message by which somebody sees that they would be told."""
    words = "This is a trial. Alarms of the clinic's records reach you; there is nothing to do."
    return Message(subject=f"Sereniv, {name}: trial", words=words, content={"kind": "trial"}, at=real)
