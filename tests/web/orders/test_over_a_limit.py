"""What goes over a limit or against an advice: why in words, and whose second signature."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.web.chair.status import status_of
from sereniv.clinic.workflows.course.treatment import Treatment
from sereniv.therapy.treatment.maintenance import Exposure
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk, words_of
from tests.web.played import WHY, Played
from tests.workflows import test_path
from tests.workflows.course.test_courses import day
from tests.workflows.course.test_decisions import RAISED
from tests.workflows.coursing import answer, wanted

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("chairs")]
stage = test_path.stage

RUNNING = {"Chair 1": test_path.SHE, "Chair 2": cast_list.INFUSING}


def test_a_cap_over_the_protocols_is_two_peoples_also_where_the_rate_stays_under_it(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """250 typed for 25: 21 mg/h were within every limit, and the chair was held against 250 from then on."""
    his = Played(act, staff, fixed_clock, "chronic_pain")
    his.at(0, "60")
    shown = his.looks_at(cap_mg_per_h="250")
    assert "▲ hard limit Cap of the order over the protocol's cap : 225 mg/h" in shown
    for reason, second in (
        ("", ""),
        ("", "director"),
        ("x", "director"),
        ("....", "director"),
        (WHY, ""),
        (WHY, "nurse2"),
    ):
        refused = his.order(cap_mg_per_h="250", reason=reason, second=second)
        assert not refused.taken, (reason, second)
    assert "✓ within every limit" in his.looks_at(cap_mg_per_h="20.5"), "a lower cap is the prescriber's"
    assert not his.order(cap_mg_per_h="").taken
    assert his.order(cap_mg_per_h="40", reason=WHY, second="director").taken
    assert "Past a hard limit (Cap of the order over the protocol's cap: 15 mg/h)" in his.second.reads(
        "person_cosign", his.who, his.last_order()
    )


def test_a_raise_under_a_protocol_that_names_none_asks_why(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """PCL-5 unchanged after a tolerated dose was ground enough for 0.75 mg/kg: raising was read of in depression."""
    his = Played(act, staff, fixed_clock, "ptsd")
    his.score("pcl5", [3] * 20, -0.5)
    his.infused(0, wanted(protocol="P-PTSD"))
    his.score("pcl5", [3] * 20, 1)
    his.at(2)
    assert "Work out" not in his.prescriber.reads("person_order", his.who)
    higher = {"dose_mg_per_kg": "0.75", "duration_min": "60"}
    assert "▲ soft limit A raised dose without a recorded non-response" in his.looks_at(**higher)
    assert not his.order(**higher).taken
    assert his.order(**higher, reason=WHY).taken


@pytest.mark.parametrize(
    ("infusions", "mg", "severity", "title"),
    [
        (23, "1764", "", ""), (24, "1700", "soft", "Infusions in twelve months"),
        (36, "1700", "hard", "Infusions in twelve months"), (20, "1766", "soft", "Drug given in twelve months"),
        (20, "2666", "hard", "Drug given in twelve months"),
    ],
)  # fmt: skip
def test_the_infusions_and_milligrams_of_twelve_months_ask_why_and_then_for_two(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, monkeypatch: pytest.MonkeyPatch,
    infusions: int, mg: str, severity: str, title: str,
) -> None:  # fmt: skip
    her = Played(act, staff, fixed_clock)
    her.at(0)
    given = Exposure(count=99, mg=Decimal(9000), count_12_months=infusions, mg_12_months=Decimal(mg))
    monkeypatch.setattr(Treatment, "exposure", given)
    shown = her.looks_at()
    assert (f"▲ {severity} limit {title}" in shown) is bool(severity), shown
    assert her.order().taken is not bool(severity)
    if severity:
        assert her.order(reason=WHY).taken is (severity == "soft")
        assert her.order(reason=WHY, second="director").taken


def test_going_on_is_two_peoples_and_the_second_is_one_who_may(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """The second person is somebody else who prescribes: not oneself, and not whoever happens to stand there."""
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    for number in (0, 2, 4):
        her.infused(number)
    answer(act, her.who, 8, day(5))
    RAISED["mania"](her.who, act, day(5.05))
    her.at(5.1)
    address = reverse("person_review", args=[her.who])
    page = her.prescriber.client.get(address).content.decode()
    for second in ("prescriber", "nurse2", "coordinator", "admin"):
        answered = her.prescriber.sends_to(address, page, outcome="continue", reason=WHY, second=second)
        assert not answered.taken, second
    for reason in ("", "ok", "....", "x y"):
        assert not her.review("continue", "director", reason=reason).taken, reason
    assert her.review("continue", "director", reason=WHY).taken
    her.at(40)
    answer(act, her.who, 8, day(39.9))
    shown = her.prescriber.reads("person_course", her.who)
    assert "gone on in spite of it" in shown
    assert WHY in shown
    RAISED["psychosis"](her.who, act, day(40.05))
    her.at(40.1)
    again = her.review("continue", reason=WHY)
    assert not again.taken, "another signal is gone on against anew"


def test_a_number_signed_on_the_page_does_at_every_running_chair_what_the_page_said(
    stage: Stage, act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """Two infusions run: today's number is read at once at both, tomorrow's from the first moment of its day."""
    chairs_now = {each: stage.infusing(who, each, NOON - timedelta(minutes=25)) for each, who in RUNNING.items()}
    for name, session in chairs_now.items():
        stage.vitals(session, RUNNING[name].pressure, NOON - timedelta(minutes=1))
    director, name = Desk(staff, "director"), "schedule.close_watch_every_min"
    address = reverse("own_rule_sign", args=[name])

    def due(now: datetime) -> list[datetime | None]:
        found = [status_of(each, chart_store.session_chart_of(each), now).due for each in chairs_now.values()]
        return [each and each.at for each in found]

    def signs(value: str, effective_from: date) -> None:
        page = director.client.get(address, {"value": value}).content.decode()
        said = words_of(page)
        assert "2 sessions are open" in said
        assert "from the first moment of its day, at once where that is today" in said
        taken = director.sends_to(
            f"{address}?value={value}", page, second="prescriber", effective_from=effective_from.isoformat(),
            source="Our own audit", reason="Agreed by both of us",
        )  # fmt: skip
        assert taken.taken, taken.words

    before = due(NOON)
    signs("10", NOON.date() + timedelta(days=1))
    assert due(NOON) == before, "not before its day"
    signs("8", NOON.date())
    assert due(NOON) == [at and at + timedelta(minutes=3) for at in before], "at once, at both"
    stale = director.client.get(address, {"value": "6"}).content.decode()
    signs("7", NOON.date())
    answered = director.sends_to(
        f"{address}?value=6", stale, second="prescriber", effective_from=NOON.date().isoformat(),
        source="Our own audit", reason="Agreed by both of us",
    )  # fmt: skip
    assert not answered.taken, "an older page replaces no newer number unseen"
    assert due(NOON) == [at and at + timedelta(minutes=2) for at in before]
