"""What a person may be asked on their own phone, away from the clinic."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from sereniv.knowledge.rows import Knowledge, Scale
from sereniv.therapy.followup.assessments import TooSoon, too_soon
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.recording.refusal import Malformed, Refused

LONGEST = timedelta(days=90)
"""A link works no longer than this (a house convention): a lost phone must not stay a door for ever."""

ANSWERED_BY = "patient, remotely"


def askable(scale: Scale, on_call: str) -> bool:
    """Say whether a scale may be asked remotely.

    A suicide item is asked away from the clinic only while somebody on call can be reached about the answer.
    """
    return not scale.by_staff and (scale.safety_item is None or bool(on_call))


def demand_invitation(
    scales: Iterable[str], until: datetime, now: datetime, on_call: str, knowledge: Knowledge
) -> None:
    """Check what an invitation asks for.

    Raises
    ------
    Malformed
        When it asks nothing, an unknown scale, or for a time past or too far ahead.
    Refused
        When a scale may not be asked remotely now.
    """
    names = tuple(scales)
    if not names:
        raise Malformed("Choose at least one questionnaire.")
    if not now < until <= now + LONGEST:
        raise Malformed(f"A link works for at most {LONGEST.days} days.")
    for name in names:
        scale = knowledge.scales.get(name)
        if scale is None:
            raise Malformed(f"There is no scale {name!r}.")
        if scale.by_staff:
            raise Refused("remote", f"{scale.title} is entered by staff; it cannot be asked on a phone.")
        if not askable(scale, on_call):
            raise Refused(
                "remote",
                f"{scale.title} asks about suicide, and no on-call number is set: ask it in the clinic, or let the "
                "administrator enter whom to call.",
            )


def today(
    chart: PersonChart, scales: Iterable[Scale], on_call: str, now: datetime, zone: tzinfo
) -> tuple[tuple[Scale, TooSoon | None], ...]:
    """Return the scales a person may be asked, each with why not today where it was answered too lately."""
    return tuple((scale, too_soon(chart, scale, now, zone)) for scale in scales if askable(scale, on_call))
