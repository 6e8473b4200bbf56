"""Whoever may review an opening of a restricted record is told of it at the next round, by a real mail server."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.operating import rounds
from sereniv.clinic.operating.openings import TOLD_FOR
from sereniv.clinic.operating.plan import FILE, Plan, changed, keep_plan
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Id
from sereniv.clinic.workflows.person import restricting
from sereniv.therapy.person.access import openings
from tests.conftest import NOON, ActMaker, FixedClock
from tests.operating.outside import Mailbox, mailbox
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage
WHY = "Rang with chest pain, her medicines are asked for."
MINUTE = timedelta(minutes=1)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        way = {"mail_server": f"127.0.0.1:{box.port}", "mail_security": "none", "mail_sender": "sereniv@clinic.example"}
        keep_plan(settings.HOME, changed(Plan(), **way))
        yield box
    (settings.HOME.folder / FILE).unlink()


@pytest.fixture
def restricted(stage: Stage, fixed_clock: FixedClock, staff: dict[str, Staff], act: ActMaker) -> Id:
    fixed_clock.shown = NOON
    for username in ("director", "admin", "nurse2", "nurse"):
        person = staff[username]
        person.email = f"{username}@clinic.example"
        person.save()
    person_id = stage.registered(SHE, NOON)
    restricting.restrict(person_id, ("nurse", "prescriber"), "She works here as a nurse.", act("director"))
    return person_id


def told(box: Mailbox) -> list[str]:
    return sorted(each["To"] for each in box.letters)


def test_who_reviews_it_is_told_once_and_nobody_else(box: Mailbox, restricted: Id, act: ActMaker) -> None:
    restricting.open_all_the_same(restricted, WHY, act("nurse2"))

    rounds.take_turn(settings.HOME, NOON)
    rounds.take_turn(settings.HOME, NOON + MINUTE)

    assert told(box) == ["admin@clinic.example", "director@clinic.example"]
    letter = box.letters[0].get_content()
    assert "A restricted record was opened by somebody who is not among its readers" in letter
    for of_the_patient in (SHE.family_name, SHE.given_names, str(restricted), "chest pain"):
        assert of_the_patient not in box.letters[0].as_string()


def test_nobody_is_told_of_what_they_opened_themselves(box: Mailbox, restricted: Id, act: ActMaker) -> None:
    restricting.open_all_the_same(restricted, WHY, act("director"))
    rounds.take_turn(settings.HOME, NOON)
    assert told(box) == ["admin@clinic.example"]


def test_what_the_server_refused_is_told_once_it_takes_it(box: Mailbox, restricted: Id, act: ActMaker) -> None:
    restricting.open_all_the_same(restricted, WHY, act("nurse2"))
    box.refuses = True
    rounds.take_turn(settings.HOME, NOON)
    box.refuses = False
    rounds.take_turn(settings.HOME, NOON + MINUTE)
    assert not box.letters

    rounds.take_turn(settings.HOME, NOON + 5 * MINUTE)
    assert told(box) == ["admin@clinic.example", "director@clinic.example"]


def test_the_next_opening_is_told_and_one_that_was_reviewed_is_not(
    box: Mailbox, restricted: Id, act: ActMaker, fixed_clock: FixedClock
) -> None:
    restricting.open_all_the_same(restricted, WHY, act("nurse2"))
    (first,) = openings(chart_store.person_chart(restricted))
    restricting.review(restricted, first.opened.seq, "Asked her, chest pain at night.", act("director"), in_order=True)
    rounds.take_turn(settings.HOME, NOON)
    assert not box.letters

    fixed_clock.shown = NOON + timedelta(hours=2)
    restricting.open_all_the_same(restricted, WHY, act("nurse2", now=fixed_clock.shown))
    rounds.take_turn(settings.HOME, NOON + timedelta(hours=2))
    assert told(box) == ["admin@clinic.example", "director@clinic.example"]


def test_who_could_not_be_told_for_a_week_is_not_told_of_the_past(
    box: Mailbox, restricted: Id, act: ActMaker, fixed_clock: FixedClock
) -> None:
    restricting.open_all_the_same(restricted, WHY, act("nurse2"))
    fixed_clock.shown = NOON + TOLD_FOR + MINUTE
    rounds.take_turn(settings.HOME, fixed_clock.shown)
    assert not box.letters
