"""Before another number, or another bag, is signed, the page names the live orders that it would hold."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records.models import Chair, Person
from sereniv.clinic.web.rules.noticing import Notice, Noticed
from sereniv.clinic.workflows.orders.held_by import orders_held
from sereniv.clinic.workflows.rules.own_rules import sign_own, tables_with
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.rules.change import ExamplesJudged, Otherwise
from tests.conftest import ActMaker, FixedClock
from tests.web.desk import Desk, words_of
from tests.web.played import WHY, Played
from tests.workflows.course.test_courses import day
from tests.workflows.rules.test_own_rules import OURS

pytestmark = pytest.mark.django_db
SOFT = "limits.first_infusion_mg_per_kg.soft_above"
HELD = "Since this order of 35 mg was signed it goes past: Dose at the first psychiatric infusion"


@pytest.fixture
def her(act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock) -> Played:
    """Return somebody with a signed order of 35 mg."""
    Chair.objects.create(name="Chair 1")
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    return her


def previewed(staff: dict[str, Staff], value: str) -> str:
    director = Desk(staff, "director")
    return words_of(director.client.get(reverse("own_rule_sign", args=[SOFT]), {"value": value}).content.decode())


def test_the_page_names_the_live_order_that_a_smaller_limit_would_hold(her: Played, staff: dict[str, Staff]) -> None:
    """It said only that *an order past the new limit is signed anew*, and nobody knew which one stood at a chair."""
    shown = previewed(staff, "0.45")
    assert "1 live order would be held at co-signature and gate" in shown
    assert f"Order of 35 mg, infusion 1, signed Nothing of it holds the order. {HELD}" in shown
    assert her.co_sign().taken
    her.seat()
    shown = previewed(staff, "0.45")
    assert f"Order of 35 mg, infusion 1, co-signed Nothing of it holds the order. {HELD}" in shown, "seated already"
    assert "would be held" not in previewed(staff, "0.55")
    assert "1 live order would be held" in previewed(staff, "0.45"), "judged by other rules, nothing stayed of them"


def test_a_number_that_lets_an_order_go_says_so_too(her: Played, staff: dict[str, Staff]) -> None:
    today = day(0).date()
    ours = replace(OURS, threshold=SOFT, value=Decimal("0.45"), effective_from=today)
    sign_own(ours, her.act("director", second="prescriber", now=day(0.01)))
    her.clock.shown = day(0.02)
    (found,) = orders_held(tables_with(SOFT, Decimal("0.5"), day(0.02)), day(0.02))
    assert (found.is_held_anew, bool(found.before), found.after) == (False, True, "")
    assert rules_in_force(day(0.02)).limits["first_infusion_mg_per_kg"].soft_above == Decimal("0.45")


def test_an_order_that_is_over_is_not_named(her: Played, staff: dict[str, Staff]) -> None:
    assert her.prescriber.sends("person_withdraw", her.who, her.last_order(), reason="another weight").taken
    assert "would be held" not in previewed(staff, "0.45")
    assert her.order().taken
    her.clock.shown = day(0) + timedelta(hours=25)
    assert "would be held" not in previewed(staff, "0.45"), "expired"


def test_another_bag_holds_the_orders_of_the_former_and_the_page_says_so(her: Played, staff: dict[str, Staff]) -> None:
    """*Orders already signed stay as they are*, it said, and each was held at co-signature and gate."""
    director = Desk(staff, "director")
    shown = director.reads("stock_standard")
    assert "it is held at co-signature and gate until it is signed anew" in shown
    assert "35 mg in a bag of 1 mg/mL" in shown
    signed = director.sends("stock_standard", stocked_mg_per_ml="50", concentration_mg_per_ml="2", reason=WHY)
    assert signed.taken, signed.words
    told = words_of(f"<main>{director.client.get(signed.place).content.decode()}</main>")
    assert "Held until signed anew:" in told
    assert "goes past: " in her.co_sign().words


def test_whoever_sits_at_a_chair_with_a_live_order_is_counted_once(her: Played, staff: dict[str, Staff]) -> None:
    """*2 of 1 people*, said the page of somebody whose order and whose gate would read otherwise."""
    assert her.co_sign().taken
    her.seat()
    assert "Of 1 person something would read otherwise today" in previewed(staff, "0.45")
    person, otherwise = Person.objects.get(pk=her.who), (Otherwise(what="the order", before="a", after="b"),)
    places = ("Live order", "Chair 1", "")
    seen = tuple(Noticed(person=person, where=where, otherwise=otherwise) for where in places)
    assert Notice(examples=ExamplesJudged(count=0, otherwise=()), noticed=seen, held=1, people=1, sessions=1).who == 1
