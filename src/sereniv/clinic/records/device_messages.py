"""Messages of devices as they came, which name people: counted, and blanked where the law asks for it."""

from collections.abc import Iterable

from django.db.models import Q

from sereniv.clinic.records.models import DeviceMessage, Person, SessionRow


def count_about(people: Iterable[Person], sessions: Iterable[SessionRow]) -> int:
    """Return how many messages came to somebody's sessions, or name them."""
    return DeviceMessage.objects.filter(_about(people, sessions), content__isnull=False).count()


def forget_about(people: Iterable[Person], sessions: Iterable[SessionRow]) -> None:
    """Blank what they say and whom they name; that each came, when, from which device, stays."""
    DeviceMessage.objects.filter(_about(people, sessions)).update(content=None, patient="")


def _about(people: Iterable[Person], sessions: Iterable[SessionRow]) -> Q:
    found = Q(session_id__in=[row.pk for row in sessions])
    for person in people:
        found |= Q(patient__icontains=str(person))
    return found
