"""The demo's own hour: what its chairs said is told again from its end, the other chairs in it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django.plugin import DjangoDbBlocker

from sereniv.clinic.demo.simulator import simulate_all
from sereniv.clinic.records.models import OPEN_PHASES, SessionRow
from sereniv.clinic.workflows.chair import monitors
from tests.conftest import NOON
from tests.staged_rows import demo_at_noon, open_clinic
from tests.web.recorder.test_replayed_crises import Said, demand_told_again, heard

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def staged(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo as it opens at noon."""
    del django_db_setup
    with open_clinic(django_db_blocker):
        demo_at_noon()
        yield


def test_the_demos_chairs_are_told_again(staged: None) -> None:
    del staged
    said: Said = {}
    for second in range(0, 1260, 90):
        now = NOON + timedelta(seconds=second + 1)
        simulate_all(now)
        monitors.watch_all(now)
        for row in SessionRow.objects.filter(phase__in=OPEN_PHASES):
            said[row.pk, now] = heard(row.pk, now)
    demand_told_again(said)
    assert len({session for session, _ in said}) >= 3
    assert any(status.prompts for status, _ in said.values())
    assert any(calls for _, calls in said.values()), "one chair hears of another"
