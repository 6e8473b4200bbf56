"""Two severe pressures one after the other, by the monitor's cuff and by hand in any order, however far apart."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.web.chair.status import status_of
from sereniv.clinic.workflows.chair import charting, monitors
from sereniv.clinic.workflows.chair.monitors import Incoming
from sereniv.knowledge import knowledge
from sereniv.therapy.monitoring.charted import standing_signs
from tests.conftest import NOON, ActMaker
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
SEVERE = {"pressure_severe", "confirm-pressure_severe"}
MILDER = {"pressure_very_high", "confirm-pressure_very_high"}


class Chair:
    """A running infusion with a monitor whose cuff is inflated by hand."""

    def __init__(self, session: uuid.UUID, act: ActMaker) -> None:
        self.session, self.act = session, act
        monitors.connect(session, "M", 1, ("systolic", "diastolic"), at(1), "connect-once")

    def reads(self, how: str, above: str, below: str, now: datetime) -> None:
        if how == "typed":
            charting.chart_vitals(self.session, {"systolic": above, "diastolic": below}, self.act("nurse", now=now))
        else:
            values = {"systolic": above, "diastolic": below}
            sent = [Incoming(signal=name, value=Decimal(value), at=now) for name, value in values.items()]
            monitors.receive(self.session, "M", sent, now)
        if how == "tapped":
            monitors.chart_from_monitor(self.session, self.act("nurse", now=now + timedelta(seconds=5)))
        monitors.watch_session(self.session, now + timedelta(seconds=6))

    def prompts(self) -> set[str]:
        found = chart_store.session_chart_of(self.session).open_alerts
        return {each.raised.event.alert for each in found if each.presence == "on"} & (SEVERE | MILDER)


@pytest.fixture
def chair(stage: Stage, act: ActMaker) -> Chair:
    return Chair(stage.infusing(SHE, "Chair 1", NOON), act)


@pytest.mark.parametrize("gap_s", [179, 181, 301, 1020])
@pytest.mark.parametrize("second", ["typed", "shown", "tapped"])
@pytest.mark.parametrize("first", ["typed", "shown", "tapped"])
def test_the_second_of_two_is_severe_whoever_read_the_first(chair: Chair, first: str, second: str, gap_s: int) -> None:
    """After the monitor's own a typed one never was, nor any of the monitor's five minutes later."""
    chair.reads(first, "186", "114", at(10))
    assert chair.prompts() & MILDER
    assert not chair.prompts() & SEVERE
    chair.reads(second, "188", "114", at(10) + timedelta(seconds=gap_s))
    assert chair.prompts() & SEVERE


def test_what_is_typed_off_the_screen_is_no_second_reading(chair: Chair) -> None:
    chair.reads("shown", "186", "114", at(10))
    chair.reads("typed", "186", "114", at(10.5))
    assert chair.prompts() == {"pressure_very_high"}
    chair.reads("typed", "186", "114", at(13))
    assert chair.prompts() == {"pressure_severe"}, "typed once more it was measured once more"


@pytest.mark.parametrize("between", ["typed", "shown", "tapped"])
def test_a_good_pressure_between_them_parts_them(chair: Chair, between: str) -> None:
    chair.reads("shown", "186", "114", at(10))
    chair.reads(between, "140", "80", at(12))
    chair.reads("typed", "188", "114", at(14))
    assert not chair.prompts() & SEVERE


def test_the_first_counts_where_the_monitor_was_taken_off_since(chair: Chair, act: ActMaker) -> None:
    chair.reads("shown", "186", "114", at(10))
    monitors.disconnect(chair.session, act("nurse", now=at(11)))
    chair.reads("typed", "188", "114", at(16))
    assert "pressure_severe" in chair.prompts()
    status = status_of(chair.session, chart_store.session_chart_of(chair.session), at(17))
    severe = next(each for each in status.prompts if each.alert.raised.event.alert == "pressure_severe")
    assert severe.repeat_due == at(19), "and its repeat is counted"


def test_it_stands_as_a_grave_sign_until_a_better_one_is_charted(chair: Chair) -> None:
    """Resume, gate and discharge read it: by the chart alone the second of the two was a milder sign."""
    chair.reads("shown", "186", "114", at(10))
    chair.reads("typed", "188", "114", at(14))
    charted = chart_store.session_chart_of(chair.session)
    assert standing_signs(charted, knowledge()) == ("Blood pressure severe (188/114, 12:14)",)
    chair.reads("typed", "140", "80", at(18))
    assert standing_signs(chart_store.session_chart_of(chair.session), knowledge()) == ()
