"""What is asked of the table of staff, each question under its own name."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from sereniv.clinic.accounts.models import Enrolment, Notice, PushDevice, Staff


def everybody() -> QuerySet[Staff]:
    """Return all who work or worked here: who still does first, then by name."""
    return Staff.objects.order_by("-is_active", "full_name")


def working_here() -> QuerySet[Staff]:
    """Return who works here today, by name."""
    return Staff.objects.filter(is_active=True).order_by("full_name")


def nobody() -> QuerySet[Staff]:
    """Return an empty list, for a form that is told later whom it may show."""
    return Staff.objects.none()


def these(people: Iterable[Staff]) -> QuerySet[Staff]:
    """Return some of the staff as a form's list, by name."""
    return Staff.objects.filter(pk__in=[each.pk for each in people]).order_by("full_name")


def named(username: str) -> Staff | None:
    """Return who has a user name, None where nobody does."""
    return Staff.objects.filter(username=username).first()


def typed_as(username: str) -> Staff | None:
    """Return who is meant by a user name as somebody typed it, in large or small letters; None where nobody is."""
    return Staff.objects.filter(username__iexact=username).first()


def by_username(usernames: Iterable[str]) -> dict[str, Staff]:
    """Return those of the user names that somebody has, each with their owner."""
    return {each.username: each for each in Staff.objects.filter(username__in=set(usernames))}


def full_names() -> dict[str, str]:
    """Return every user name with its owner's full name, in the order of the full names."""
    return dict(Staff.objects.order_by("full_name").values_list("username", "full_name"))


def is_known_device(device: str, now: datetime) -> bool:
    """Say whether somebody of the staff signed in on a device before `now`."""
    return Enrolment.objects.filter(device=device, at__lte=now).exists()


def pushed_to(person: Staff) -> QuerySet[PushDevice]:
    """Return the devices on which somebody is told by push."""
    return PushDevice.objects.filter(staff=person)


def notices_for(person: Staff) -> list[Notice]:
    """Return what somebody has not been told yet of changes to their way in, and take it as told."""
    notices = list(Notice.objects.filter(staff=person))
    Notice.objects.filter(pk__in=[each.pk for each in notices]).delete()
    return notices
