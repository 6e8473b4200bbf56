"""A duty ends by an act, never by time: the demo's clinic is left alone, and whoever waits goes on waiting.

The clock jumps, nobody does anything. What stood on any Today about a person stands there still, or what it has become
does, by the table below; and nobody of whom something was owed is nowhere.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.staging import OPENED_BEFORE, opening_moment, stage_demo
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.today import lines as today
from sereniv.clinic.web.today import shown
from sereniv.clinic.workflows.shell import this_clinic
from tests.conftest import NOON, FixedClock

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
JUMPS_DAYS = (0.2, 0.8, 1, 2, 4, 7, 15, 30, 60, 200)
MISSED, DORMANT = "Missed appointments", "Courses interrupted"
ASKED_ANEW = ("To ask and measure before a decision", "To examine before a decision")
BECOMES: dict[str, tuple[str, ...]] = {
    "Candidates to decide": ASKED_ANEW,
    "Escort missing": (MISSED, "At the chairs", "Gate waiting"),
    "Booked although something speaks against it": (MISSED,),
    "Booked in doubt, and near": (MISSED,),
    "Orders to sign": (DORMANT,),
    "Next infusions to book": (DORMANT,),
    "Questionnaires due": (DORMANT,),
    "Reviews and decisions due": (DORMANT,),
    "Reviews and decisions overdue": (DORMANT,),
    "Relapse and maintenance": (DORMANT,),
    "Work-up running out": (DORMANT, "Orders to sign", "Next infusions to book"),
    "Orders to co-sign": ("Orders to sign", "Next infusions to book", DORMANT),
    "Gate waiting": ("Exceptions to judge",),
    "Evaluations asked": ASKED_ANEW,
    "To examine before a decision": ASKED_ANEW,
    "To rebook": (MISSED,),
}
"""What each topic may turn into by time alone; every other stands until somebody acts."""

GOES_UP = {
    "director": {
        "Evaluations overdue for days", "Reviews and decisions overdue", "Check-ins overdue for days",
        "Thoughts of suicide, escalated", "Candidates undecided for weeks", "Enquiries unanswered for days",
    },
    "prescriber": {"Missed and never reached", "Not reached after a session"},
}  # fmt: skip
"""What has reached the next role when nobody did anything for ten days."""

Standing = dict[str, set[str]]


@pytest.fixture
def ticking(django_db_blocker: DjangoDbBlocker) -> Iterator[FixedClock]:
    del django_db_blocker
    cache.clear()
    now = opening_moment(NOON, this_clinic.home_zone())
    found = FixedClock(now - OPENED_BEFORE)
    clock.install(found)
    with override_settings(PASSWORD_HASHERS=HASHERS), transaction.atomic():
        this_clinic.found(found.shown)
        stage_demo(now, lambda _: None)
        found.shown = now
        yield found
        transaction.set_rollback(True)
    cache.clear()
    clock.install(clock.RealClock())


def standing(now: FixedClock) -> Standing:
    """Return of everybody which topics of anybody's Today name them."""
    names = {str(each): str(each.pk) for each in Person.objects.all()}
    found: Standing = defaultdict(set)
    for who in Staff.objects.filter(is_active=True):
        for topic in today.topics_for(who, now.shown):
            for line in topic.lines:
                for name in names:
                    if name in line.what:
                        found[name].add(topic.title)
    return found


def evaporated(before: Standing, after: Standing) -> list[str]:
    """Return which duties went by time into nothing that the table knows."""
    return [
        f"{name}: {topic}; now {', '.join(sorted(after[name])) or 'nowhere'}"
        for name, topics in before.items()
        for topic in sorted(topics - after[name])
        if not after[name] & set(BECOMES.get(topic, ()))
    ]


def test_what_is_owed_stays_owed_however_long_nobody_does_anything(
    ticking: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A long topic shows its first lines on Today and the rest on its own page.
    monkeypatch.setattr(shown, "MOST_SHOWN", 1000)
    before = standing(ticking)
    assert len(before) > 12
    topics = set().union(*before.values())
    for days in JUMPS_DAYS:
        ticking.shown += timedelta(days=days)
        after = standing(ticking)
        assert evaporated(before, after) == [], f"after {days} more days"
        topics |= set().union(*after.values())
        before = after
    successors = {each for named in BECOMES.values() for each in named}
    for dropped in sorted(topics & {*ASKED_ANEW, MISSED, DORMANT} & successors):
        with monkeypatch.context() as without:
            without.setattr(today, "TOPICS", [each for each in today.TOPICS if each.title != dropped])
            assert evaporated(before, standing(ticking)), f"{dropped} was dropped, and nothing was missed"


def test_what_nobody_does_goes_up_to_the_next_role(ticking: FixedClock) -> None:
    def topics_of(role: str) -> set[str]:
        return {topic.title for topic in today.topics_for(Staff.objects.get(username=role), ticking.shown)}

    def never_reached() -> set[str]:
        topics = today.topics_for(Staff.objects.get(username="prescriber"), ticking.shown)
        lines = (line for each in topics if each.title == "Missed and never reached" for line in each.lines)
        return {line.what.partition(":")[0] for line in lines}

    first, unreached = {role: topics_of(role) for role in GOES_UP}, never_reached()
    ticking.shown += timedelta(days=10)
    for role, expected in GOES_UP.items():
        assert topics_of(role) >= expected, role
    assert unreached == {"Mira Osei"}, "four days ago, with three more of the course in the calendar"
    assert {"Mira Osei", "Ilias Grau"} <= never_reached()
    for title in ("Reviews and decisions overdue", "Candidates undecided for weeks", "Enquiries unanswered for days"):
        assert title not in first["director"]
