"""What somebody is told when they next sign in: of their own way in, and of what one did for themselves alone."""

from datetime import datetime

from sereniv.clinic.accounts.models import Notice, Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.this_clinic import home_zone

LONGEST: int = Notice._meta.get_field("words").max_length or 0
"""What is longer is refused by PostgreSQL, and with it the act that it tells of."""


def note_for(person: Staff, what: str, at: datetime, by: str = "") -> None:
    """Keep something that somebody is told when they next sign in; what is too long to be kept ends in …."""
    whom = f" by {by}" if by else ""
    rest = f"{whom}, {at.astimezone(home_zone()):%d %b %Y %H:%M}. If that was not right, tell an administrator."
    words = what + rest if len(what + rest) <= LONGEST else f"{what[: LONGEST - len(rest) - 1]}…{rest}"
    Notice.objects.create(staff=person, at=at, words=words)


def tell_reviewers(what: str, act: Act) -> None:
    """Tell everybody else who reviews openings that the actor opened something to themselves, within the act's turn."""
    for person in Staff.objects.filter(is_active=True).exclude(pk=act.by.pk):
        if person.may(Permission.REVIEW_OPENINGS):
            note_for(person, f"{act.by.full_name} {what}", act.now)
