"""An order signed before anybody knew how the last infusion was borne is held against what is known by then."""

import uuid
from datetime import timedelta

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair
from sereniv.clinic.workflows.chair import charting
from sereniv.clinic.workflows.person import people
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from tests.conftest import ActMaker, FixedClock
from tests.web.played import WHY, Played
from tests.workflows.course.test_courses import day
from tests.workflows.course.test_score_while_it_ran import running
from tests.workflows.coursing import answer

pytestmark = pytest.mark.django_db
SAID = "Since this order of 35 mg was signed: the infusion of 04 Mar was not"


@pytest.fixture
def her(act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock) -> Played:
    """Return somebody who bore one infusion and is in the second."""
    Chair.objects.create(name="Chair 1")
    her = Played(act, staff, fixed_clock)
    answer(act, her.who, 19, day(-0.9))
    her.infused(0)
    return her


def ordered_while_it_runs(her: Played) -> uuid.UUID:
    session = running(her.act, her.who, 2)
    her.at(2 + 10 / 1440)
    assert her.order().taken
    return session


def hospital(her: Played, session: uuid.UUID) -> None:
    nurse = her.act("nurse", now=day(2) + timedelta(minutes=15))
    charting.chart_fact(session, ev.InfusionStopped(reason="panic"), nurse)
    sent = ev.TransferredOut(where="City Hospital", reason="severe agitation")
    charting.chart_fact(session, sent, her.act("nurse", now=day(2) + timedelta(minutes=30)))


def test_an_order_signed_while_the_last_one_ran_waits_where_that_one_was_not_borne(her: Played) -> None:
    """Taken to a hospital in the meantime: co-signed and seated for all the same."""
    hospital(her, ordered_while_it_runs(her))
    her.at(2.1)
    assert SAID in her.second.reads("person_cosign", her.who, her.last_order())
    refused = her.co_sign()
    assert not refused.taken
    assert f"{SAID} tolerated: taken to City Hospital" in refused.words
    assert "limit" in her.order().words
    assert her.order(reason=WHY).taken
    assert her.co_sign().taken, "signed with what is known, and why"


def test_a_signed_order_waits_at_the_gate_where_harm_was_heard_of_only_then(her: Played) -> None:
    session = ordered_while_it_runs(her)
    end = day(2) + timedelta(minutes=40)
    charting.chart_fact(session, ev.InfusionStopped(reason="limit"), her.act("nurse", now=end))
    assert her.co_sign().taken
    gone = ev.LeftUnseen(last_seen="at the door", done="called, no answer")
    charting.chart_fact(session, gone, her.act("nurse", now=end + timedelta(minutes=60)))
    her.clock.shown = day(2.2)
    seated = her.seat()
    assert SAID not in her.nurse.reads("session_gate", seated)
    effect = pe.AdverseEventRecorded(
        term="other", words="fell on the stairs", grade=3, serious=True, session=str(session),
        related=pe.Related.PROBABLE, action="", outcome=pe.Outcome.ONGOING,
    )  # fmt: skip
    people.record(her.who, effect, her.act("nurse", now=day(2.2)))
    assert f"{SAID} tolerated" in her.nurse.reads("session_gate", seated)
    assert chart_store.session_chart_of(seated).started_at is None


def test_a_smaller_dose_signed_before_it_was_known_is_not_held(her: Played) -> None:
    session = running(her.act, her.who, 2)
    her.at(2 + 10 / 1440)
    assert her.order(dose_mg_per_kg="0.1", reason=WHY).taken
    hospital(her, session)
    her.at(2.1)
    assert her.co_sign().taken
