"""The outcomes page: who began is counted exactly, who lacks a score is named, and nothing sounds like a cause."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records.models import SessionRow
from sereniv.clinic.web.followup.outcomes import change_words
from sereniv.clinic.workflows.followup.outcomes import everybody, first_day, without_score
from sereniv.clinic.workflows.shell import lists
from sereniv.knowledge import knowledge
from sereniv.therapy.followup.outcomes import Rate, outcomes
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.today.test_today import stage
from tests.workflows.coursing import answer, eligible, infuse
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
__all__ = ["stage"]
RULE = knowledge().aftercare.small_cells


def test_whoever_began_is_counted_with_the_change_on_their_scale(
    stage: Stage, act: ActMaker, fixed_clock: FixedClock
) -> None:
    assert list(everybody(NOON)) == []
    stage.infusing(SHE, "Chair 1", NOON)
    (began,) = everybody(NOON)
    assert (began.indication, began.change) == ("depression", None)
    nurse = Client()
    nurse.force_login(act("nurse").by, backend="django.contrib.auth.backends.ModelBackend")
    page = nurse.get("/outcomes/").content.decode()
    text = re.sub(r"<[^>]*>", " ", page)
    assert "Uncontrolled" in text
    assert "1 of 1" in text, "no small number is hidden from whoever treats"
    assert "no complete PHQ-9" in text
    assert "KARMA-Dep 2" in text
    for word in ("because", "due to", "thanks to", "works", "effective", "success"):
        assert word not in text.lower(), word


@pytest.mark.parametrize(
    ("count", "of", "words"),
    [(0, 0, "nobody known yet"), (1, 3, "1 of 3"), (10, 10, "10 of 10"), (20, 40, "20 of 40: 50% (35% to 65%)"),
     (5, 40, "5 of 40: 12% (5% to 26%)")],
)  # fmt: skip
def test_a_share_is_told_with_its_interval_or_as_a_count(count: int, of: int, words: str) -> None:
    assert Rate(count=count, of=of, rule=knowledge().aftercare.small_cells).words == words


@pytest.mark.parametrize(
    ("fall", "words"), [(None, "–"), ("0", "no change"), ("4.50", "4.5 points better"), ("-3", "3 points worse")]
)
def test_a_median_says_which_way(fall: str | None, words: str) -> None:
    assert change_words(None if fall is None else Decimal(fall)) == words


def told(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", client.get(address).content.decode()))


def test_the_days_asked_for_are_those_of_the_first_infusion_and_who_lacks_a_score_is_named(
    act: ActMaker, fixed_clock: FixedClock
) -> None:
    fixed_clock.shown = NOON
    early, late = NOON - timedelta(days=40), NOON - timedelta(days=5)
    first, second, third = (eligible(act, early - timedelta(days=1), name=each) for each in ("ilse", "olga", "pina"))
    for person in (first, second):
        answer(act, person, 20, early - timedelta(hours=2))
        infuse(act, person, early)
    answer(act, first, 6, NOON - timedelta(days=20))
    infuse(act, third, late)
    (phq9,) = outcomes(everybody(NOON), RULE)
    assert (phq9.started, phq9.followed) == (3, 1)
    days = early.date(), (early + timedelta(days=1)).date()
    (phq9,) = outcomes(everybody(NOON, *days), RULE)
    assert (phq9.started, phq9.followed, phq9.responded.count) == (2, 1, 1)
    assert list(everybody(NOON, NOON.date(), NOON.date())) == []
    lacks = {str(row.person_id): row.content for row in without_score(NOON, early.date(), NOON.date())}
    assert lacks.keys() == {str(second), str(third)}
    assert lacks[str(second)]["lacks"] == "no complete PHQ-9 since the first infusion"
    assert lacks[str(third)]["lacks"] == "no complete PHQ-9 before the first infusion"
    assert first_day(NOON) == early.date()
    client = Client()
    client.force_login(act("director").by, backend="django.contrib.auth.backends.ModelBackend")
    whole = client.get("/outcomes/").content.decode()
    assert f"/people/{second}/scale/phq9/" in whole
    assert f"/people/{third}/scale/phq9/" not in whole, "a score of before cannot be had now"
    assert f"/people/{third}/" in whole
    assert f"/people/{first}/" not in whole
    shown = told(client, f"/outcomes/?first={early.date()}&last={days[1]}")
    assert "Olga" in shown
    assert "Pina" not in shown
    assert "1 of 1" in shown
    assert "14 points better" in shown
    assert "Nobody's first infusion began in these days" in told(client, "/outcomes/?first=2020-01-01&last=2020-02-01")
    for odd in ("first=0001-01-01&last=9999-12-31", "first=x&last=y", "page=999"):
        assert client.get(f"/outcomes/?{odd}").status_code == 200


def test_a_replay_is_nobodys_first_infusion(stage: Stage, act: ActMaker) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    assert len(list(everybody(NOON))) == 1
    person = SessionRow.objects.get(pk=session).person
    SessionRow.objects.filter(pk=session).update(label="a replay")
    assert list(lists.finder("outcomes")(person, NOON)) == []
