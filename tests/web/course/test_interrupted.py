"""Nothing is planned on a course that is interrupted but its end: it is resumed first."""

import pytest
from django.urls import reverse

from sereniv.clinic.workflows.course import courses
from tests.web.played import WHY, Played

pytestmark = pytest.mark.django_db
SAID = "The course is interrupted (Influenza). Resume it first, or end it."


def interrupted(her: Played) -> None:
    courses.interrupt(her.who, "Influenza.", her.act("nurse", now=her.clock.shown))


def test_a_review_of_an_interrupted_course_only_stops_it(her: Played) -> None:
    address = reverse("person_review", args=[her.who])
    opened = her.prescriber.client.get(address).content.decode()
    interrupted(her)
    for outcome, more in (("continue", {}), ("change_dose", {}), ("maintenance", {"interval_days": "14"})):
        refused = her.prescriber.sends_to(address, opened, outcome=outcome, reason=WHY, **more)
        assert not refused.taken, outcome
    shown = her.prescriber.reads("person_review", her.who)
    assert "The course is interrupted (Influenza.). Resume it first." in shown
    assert "Maintenance" not in shown.partition("Outcome")[2].partition("Reason")[0]
    stopped = her.review("stop", reason="moves away, wants no more", ending="moved away")
    assert stopped.taken, stopped.words


def test_another_interval_is_not_planned_on_a_course_that_is_interrupted(her: Played) -> None:
    assert her.review("maintenance", interval_days="14", reason=WHY).taken
    address = reverse("person_maintain", args=[her.who])
    opened = her.prescriber.client.get(address).content.decode()
    interrupted(her)
    refused = her.prescriber.sends_to(address, opened, interval_days="21", reason=WHY)
    assert not refused.taken
    assert SAID in refused.words
    assert SAID in her.prescriber.reads("person_maintain", her.who)
    assert her.prescriber.sends("person_resume", her.who, reason="well again for two days").taken
    assert her.prescriber.sends("person_maintain", her.who, interval_days="21", reason=WHY).taken
