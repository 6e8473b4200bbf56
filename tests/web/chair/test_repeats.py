"""What a prompt asks to be repeated, through the pages: a second early, a second late, and long after."""

import itertools
import uuid
from datetime import datetime, timedelta

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import monitors
from sereniv.knowledge import knowledge
from tests.conftest import NOON, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage
keys = (f"repeat-{number:06d}" for number in itertools.count(1))
CARD = knowledge().alerts
SIGNS = {
    "pressure_high": ({"systolic": "168", "diastolic": "96"}, {"systolic": "130", "diastolic": "80"}),
    "pressure_very_high": ({"systolic": "186", "diastolic": "114"}, {"systolic": "140", "diastolic": "80"}),
    "pressure_severe": ({"systolic": "205", "diastolic": "121"}, {"systolic": "140", "diastolic": "80"}),
    "pressure_low": ({"systolic": "85", "diastolic": "50"}, {"systolic": "110", "diastolic": "70"}),
    "heart_rate": ({"heart_rate": "40"}, {"heart_rate": "70"}),
    "saturation_low": ({"spo2": "91"}, {"spo2": "97"}),
    "saturation_very_low": ({"spo2": "88"}, {"spo2": "97"}),
    "breathing_slow": ({"respiratory_rate": "9"}, {"respiratory_rate": "14"}),
    "breathing_very_slow": ({"respiratory_rate": "7"}, {"respiratory_rate": "14"}),
}


class Chair:
    """A nurse at a running infusion, by the pages alone."""

    def __init__(self, session: uuid.UUID, nurse: Client, clock: FixedClock) -> None:
        self.session, self.nurse, self.clock = session, nurse, clock

    def send(self, page: str, moment: datetime, **typed: str) -> None:
        self.clock.shown = moment
        answer = self.nurse.post(f"/sessions/{self.session}/{page}/", {**typed, "key": next(keys)})
        assert answer.status_code == 302, answer.content.decode()
        monitors.watch_session(self.session, moment)

    def prompts(self, moment: datetime) -> set[str]:
        self.clock.shown = moment
        monitors.watch_session(self.session, moment)
        found = chart_store.session_chart_of(self.session).open_alerts
        return {each.raised.event.alert for each in found if each.presence == "on"} & set(CARD)

    def status(self) -> str:
        return self.nurse.get(f"/sessions/{self.session}/status/").content.decode()


@pytest.fixture
def chair(stage: Stage, staff: dict[str, Staff], fixed_clock: FixedClock) -> Chair:
    session = stage.infusing(SHE, "Chair 1", NOON)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return Chair(session, nurse, fixed_clock)


@pytest.mark.parametrize("late_s", [-1, 1, 1020], ids=["a second early", "a second late", "seventeen minutes late"])
@pytest.mark.parametrize("row", SIGNS)
def test_a_look_holds_for_the_minutes_of_its_row_and_the_next_reading_decides(
    chair: Chair, row: str, late_s: int
) -> None:
    bad, good = SIGNS[row]
    chair.send("vitals", at(4), **bad)
    assert chair.prompts(at(4)) == {row}
    chair.send(f"notice/{row}", at(4.3), tapped="Looked at the patient, repeating it now")
    due = at(4) + timedelta(minutes=CARD[row].repeat_within_min)
    then = due + timedelta(seconds=late_s)
    assert chair.prompts(then) == ({row} if late_s > 0 else set())
    assert ("repeat late by" in chair.status()) is (late_s > 0)
    chair.send("vitals", then, **bad)
    assert chair.prompts(then) == {"pressure_severe" if row == "pressure_very_high" else row}
    later = then + timedelta(seconds=30)
    chair.send("vitals", later, **good)
    assert chair.prompts(later) == set()
