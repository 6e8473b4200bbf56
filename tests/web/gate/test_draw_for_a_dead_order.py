"""No drug is drawn for an order that is not the live one, and the page says so before anybody opens a vial."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.records.models import Chair
from sereniv.clinic.workflows.chair import care
from sereniv.clinic.workflows.chair.drawing import draw_another_bag
from sereniv.clinic.workflows.stock import stock
from sereniv.therapy.recording.refusal import Refused
from tests.conftest import ActMaker, FixedClock
from tests.web.played import Played
from tests.workflows.course.test_courses import day
from tests.workflows.test_path import VIAL

pytestmark = pytest.mark.django_db
GONE = (
    "This order of 35 mg was replaced on 02 Mar 12:14 by one of 28 mg, signed by Dr Clara Voss. "
    "It can no longer be used."
)


@pytest.fixture
def seated(act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock) -> tuple[Played, uuid.UUID]:
    """Return somebody seated for an order of 35 mg that two people have signed, with a vial in the cabinet."""
    Chair.objects.create(name="Chair 1")
    stock.receive_vial(VIAL, act("nurse", now=day(-0.2), second="nurse2"), demo_id(VIAL.label))
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    assert her.co_sign().taken
    return her, her.seat()


def replaced(her: Played) -> None:
    her.at(0.01)
    assert her.order(dose_mg_per_kg="0.4").taken


def test_the_page_that_draws_says_that_the_order_was_replaced(seated: tuple[Played, uuid.UUID]) -> None:
    """*35 mg in 35 mL*, it said: two people drew it, and were refused when they signed."""
    her, session = seated
    address = reverse("gate_draw", args=[session])
    opened = her.nurse.client.get(address).content.decode()
    assert "No drug to draw" not in opened
    replaced(her)
    shown = her.nurse.reads("gate_draw", session)
    assert GONE in shown
    assert "The live order is 28 mg at 42 mL/h" in shown
    assert "Co-sign the live order" in shown
    assert "Volume in the bag" not in shown
    stale = her.nurse.sends_to(address, opened, second="nurse2", vial=str(demo_id(VIAL.label)), final_volume_ml="35")
    assert not stale.taken
    assert GONE in stale.words


def test_an_order_not_yet_checked_is_not_drawn_for_and_the_page_says_so(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    Chair.objects.create(name="Chair 1")
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    session = her.seat()
    assert "Not co-signed: a second person checks dose and rate" in her.nurse.reads("gate_draw", session)


def test_no_further_bag_is_drawn_before_the_start_for_an_order_that_was_replaced(
    seated: tuple[Played, uuid.UUID],
) -> None:
    """The first bag was spilt, a smaller dose was ordered, and a second bag of the old one was drawn."""
    her, session = seated
    typed = {"vial": str(demo_id(VIAL.label)), "final_volume_ml": "35"}
    drawn = her.nurse.sends("gate_draw", session, second="nurse2", **typed)
    assert drawn.taken, drawn.words
    her.clock.shown = day(0.005)
    care.spill(session, Decimal(35), "fell", her.act("nurse", now=day(0.005), second="nurse2"))
    assert "35 mL of the order are left" in her.nurse.reads("session_bag", session)
    replaced(her)
    assert GONE in her.nurse.reads("session_bag", session)
    with pytest.raises(Refused, match="was replaced on 02 Mar"):
        draw_another_bag(
            session, demo_id(VIAL.label), Decimal(35), "spilt", her.act("nurse", now=day(0.011), second="nurse2")
        )
