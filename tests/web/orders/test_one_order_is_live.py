"""One order is live: old tabs, pages gone back to, and what changes between a signature and the next."""

from collections.abc import Sequence

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.orders import order_state
from sereniv.therapy.candidacy import criteria
from sereniv.therapy.person import events as pe
from tests.conftest import ActMaker, FixedClock
from tests.web.played import WHY, Played
from tests.workflows.course.test_courses import PAIN, day, head
from tests.workflows.coursing import answer, wanted

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("chairs")]


def doses(her: Played) -> Sequence[str]:
    return [f"{each.terms.dose_mg}" for each in chart_store.person_chart(her.who).orders]


def test_a_page_left_open_says_what_replaced_its_order_and_shows_the_live_one(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    old = her.last_order()

    def opened(client: Client, name: str) -> tuple[str, str]:
        address = reverse(name, args=[her.who, old])
        return address, client.get(address).content.decode()

    signs, seats = opened(her.second.client, "person_cosign"), opened(her.nurse.client, "person_seat")
    assert her.order(dose_mg_per_kg="0.4").taken
    refused = her.second.sends_to(*signs, dose_mg="35", rate_ml_per_h="52.5")
    also = her.nurse.sends_to(*seats, chair="Chair 1")
    for each in (refused, also):
        assert not each.taken
        assert "This order of 35 mg was replaced on 02 Mar 12:00 by one of 28 mg" in each.words
        assert "The live order is 28 mg at 42 mL/h" in each.words
        assert "Co-sign the live order" in each.words
    live = reverse("person_cosign", args=[her.who, her.last_order()])
    assert live in refused.content


def test_an_order_is_withdrawn_by_a_decision_for_something_that_its_protocol_is_not_for(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An order of P-DEP was co-signed and seated for somebody decided on anew for PTSD."""
    monkeypatch.setattr(candidacy, "_refuse_ineligible", lambda *_: None)
    monkeypatch.setattr(criteria, "findings", lambda *_: ())
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    entry = her.last_order()
    eligible = pe.Decision.ELIGIBLE
    by = act("prescriber", now=day(0.01))
    candidacy.decide_candidacy(her.who, eligible, WHY, head(her.who), by)
    assert order_state.live_order(her.who, by) is not None, "decided anew for the same: the order stands"
    Person.objects.filter(pk=her.who).update(indication="ptsd")
    by = act("prescriber", now=day(0.02))
    candidacy.decide_candidacy(her.who, eligible, WHY, head(her.who), by)
    her.at(0.03)
    assert order_state.live_order(her.who, by) is None
    shown = her.second.reads("person_cosign", her.who, entry)
    assert "Decided on for Post-traumatic stress disorder: P-DEP is not for it." in shown


def test_a_gate_whose_order_was_replaced_shows_the_live_one_and_the_way_to_it(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    assert her.co_sign().taken
    session = her.seat()
    assert "The live order is" not in her.nurse.reads("session_gate", session)
    assert her.order(dose_mg_per_kg="0.4").taken
    gate = her.nurse.reads("session_gate", session)
    assert "This order of 35 mg was replaced" in gate
    assert "The live order is 28 mg at 42 mL/h" in gate
    assert "close it as not infused, then seat for the live one" in gate
    assert her.nurse.sends("session_close_unused", session, reason="the order was corrected").taken
    assert her.co_sign().taken
    assert "The live order is" not in her.nurse.reads("session_gate", her.seat())


def test_an_order_page_gone_back_to_and_signed_with_another_dose_signs_it(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """It said *Order signed* of 28 mg, and the 35 mg of before stayed the live order."""
    her = Played(act, staff, fixed_clock)
    her.at(0)
    address = reverse("person_order", args=[her.who])
    page = her.prescriber.sends("person_order", her.who, press="preview").content
    for _ in range(2):
        assert her.prescriber.sends_to(address, page).taken
    assert doses(her) == ["35.0"], "the same page twice is one order"
    other = her.prescriber.sends_to(address, page, dose_mg_per_kg="0.4").content
    asked = her.prescriber.sends_to(address, other)
    assert not asked.taken, "the chart has changed since that page"
    assert "Order signed (dose mg 35, duration min 40). Yours would take its place; nothing was kept." in asked.words
    assert her.prescriber.sends_to(address, asked.content).taken
    assert doses(her) == ["35.0", "28.0"]


def test_whoever_withdraws_an_order_is_told_that_another_one_is_live(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """An open tab withdrew the replaced 35 mg, said *Order withdrawn*, and 28 mg stayed live."""
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    old = her.last_order()
    address = reverse("person_withdraw", args=[her.who, old])
    opened = her.prescriber.client.get(address).content.decode()
    assert her.order(dose_mg_per_kg="0.4").taken
    assert "This order of 35 mg was replaced" in her.prescriber.reads("person_withdraw", her.who, old)
    assert her.prescriber.sends_to(address, opened, reason="no infusion today").taken
    assert "Order withdrawn. Another one is live: 28 mg. It stands." in her.prescriber.reads("person", her.who)


def test_no_order_comes_back_where_the_clock_was_set_back(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Two hours back, the replaced 35 mg was seated for, and its gate was open."""
    her = Played(act, staff, fixed_clock)
    her.at(0)
    assert her.order().taken
    assert her.co_sign().taken
    old = her.last_order()
    her.at(0.1)
    assert her.order(dose_mg_per_kg="0.4").taken
    fixed_clock.shown = day(0.02)
    shown = her.nurse.reads("person_seat", her.who, old)
    assert "This order of 35 mg was replaced" in shown
    assert "The live order is 28 mg" in shown


@pytest.mark.parametrize(
    ("indication", "hours", "until"),
    [
        ("depression", 40, "Wed 4 Mar 04:00"),
        ("suicidal_ideation", 20, "Tue 3 Mar 08:00"),
        ("chronic_pain", 20, "Tue 3 Mar 08:00"),
    ],
)
def test_who_orders_and_who_checks_on_the_same_day_are_told_how_soon_it_may_start(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, indication: str, hours: int, until: str
) -> None:
    """An order of the same evening was signed and checked without a word; the gate alone held it."""
    her = Played(act, staff, fixed_clock, indication)
    protocol = {"depression": "P-DEP", "suicidal_ideation": "P-SI"}.get(indication)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0, wanted(protocol=protocol) if protocol else PAIN)
    her.at(0.3)
    if indication == "suicidal_ideation":
        assert her.review("continue", reason=WHY).taken
    words = f"Not to start before {until}"
    shown = her.prescriber.reads("person_order", her.who)
    assert words in shown
    assert f"keeps {hours} hours between infusions" in shown
    assert her.order().taken
    assert words in her.second.reads("person_cosign", her.who, her.last_order())
    her.at(2.9)
    assert "Not to start before" not in her.prescriber.reads("person_order", her.who)


def test_whoever_checks_an_order_sees_a_plan_that_changed_since_it_was_signed(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    for number in (0, 2, 4):
        her.infused(number)
    answer(act, her.who, 4, day(5))
    by = act("prescriber", now=day(5.1))
    courses.review(her.who, pe.ReviewOutcome.MAINTENANCE, WHY, 7, head(her.who), by)
    her.at(11)
    assert her.order().taken
    assert "The plan of maintenance" not in her.second.reads("person_cosign", her.who, her.last_order())
    courses.plan_maintenance(her.who, 28, WHY, head(her.who), act("prescriber", now=day(11.01)))
    fixed_clock.shown = day(11.02)
    shown = her.second.reads("person_cosign", her.who, her.last_order())
    assert "The plan of maintenance is every 28 days: the next infusion on 3 Apr 2026, 21 days from now" in shown
