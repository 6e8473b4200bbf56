"""Who referred a person, as it was last recorded, and the lines of a letter to them."""

from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.events import ReferrerRecorded

BY_THEMSELVES = "by nobody, they came by themselves"


def referrer_of(chart: PersonChart) -> ReferrerRecorded | None:
    """Return who referred a person, None where nobody has asked."""
    found = chart.last(ReferrerRecorded)
    return None if found is None else found.event


def referrer_words(event: ReferrerRecorded) -> str:
    """Say in a line who referred somebody."""
    address = ", ".join(line.strip() for line in event.address.splitlines() if line.strip())
    if not (event.name or event.place):
        return BY_THEMSELVES
    return "by " + ", ".join(part for part in (event.name, event.place, event.phone, address) if part)


def addressee(chart: PersonChart) -> tuple[str, ...]:
    """Return the lines of whom a letter about a person goes to, none where nobody referred them or none was asked."""
    event = referrer_of(chart)
    if event is None:
        return ()
    lines = (event.name, event.place, *event.address.splitlines())
    return tuple(line.strip() for line in lines if line.strip())
