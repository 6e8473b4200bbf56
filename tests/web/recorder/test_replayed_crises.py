"""Every crisis: what its chair said, second by second, is told again from its end."""

import uuid
from datetime import datetime, timedelta

import pytest

from sereniv.clinic.demo.drills import playing, scripted
from sereniv.clinic.demo.drills.scripts import drills
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair
from sereniv.clinic.web.chair.elsewhere import Call, calls_elsewhere
from sereniv.clinic.web.chair.status import Status, status_of
from sereniv.therapy.session.known import known_at
from tests.conftest import NOON, FixedClock
from tests.workflows import test_path

stage = test_path.stage
Said = dict[tuple[uuid.UUID, datetime], tuple[Status, list[Call]]]


def heard(session: uuid.UUID, now: datetime) -> tuple[Status, list[Call]]:
    chart = chart_store.session_chart_of(session)
    return status_of(session, chart, now), calls_elsewhere(session, now)


def demand_told_again(said: Said) -> None:
    for (session, moment), (status, calls) in said.items():
        then = known_at(chart_store.session_chart_of(session), moment)
        assert status_of(session, then, moment) == status, (session, moment)
        assert calls_elsewhere(session, moment, known_by=moment) == calls, (session, moment)


@pytest.mark.django_db
@pytest.mark.parametrize("name", drills())
def test_every_crisis_is_told_again(stage: Stage, fixed_clock: FixedClock, name: str) -> None:
    del stage, fixed_clock
    Chair.objects.create(name="Chair 1")
    session = playing.begin(name, NOON)
    said: Said = {}

    def listens(second: int) -> None:
        if second % 17 == 0:
            now = NOON + timedelta(seconds=second)
            said[session, now] = heard(session, now)

    scripted.play(session, listens)
    demand_told_again(said)
