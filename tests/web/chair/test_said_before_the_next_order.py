"""Words at a chair that name thoughts of suicide hold the next order while nobody has asked there."""

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import care, charting
from sereniv.clinic.workflows.orders import orders
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.events.incidents import Suicidality
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk
from tests.workflows import test_path
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage
WHY = "weighed again with her, the dose was too small by the last two scores"
SAID = "says she wants to kill herself"


def test_an_order_waits_until_somebody_at_the_chair_has_asked(
    stage: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """The chair prompted, and the prescriber next door signed the next infusion without a word of it."""
    session, who = stage.infusing(SHE, "Chair 1", NOON), demo_id(SHE.name)
    charting.chart_fact(session, ev.RemarkCharted(text=SAID), act("nurse", now=at(10)))
    fixed_clock.shown = at(20)
    page = Desk(staff, "prescriber").reads("person_order", who)
    assert f"“{SAID}”. Nobody has asked about suicide there since" in page
    head = chart_store.person_chart(who).head
    with pytest.raises(Refused, match="Said at the chair, 02 Mar 12:10"):
        orders.sign_order(who, test_path.WANTED, WHY, head, act("prescriber", now=at(20), second="director"))
    care.screen(session, (), (), Suicidality.NONE, "", act("nurse", now=at(21)))
    assert "Nobody has asked about suicide there" not in Desk(staff, "prescriber").reads("person_order", who)
