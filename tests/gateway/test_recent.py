"""What is read of a monitor's samples says the same as all of them would."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sereniv.clinic.records.models import SampleRow
from sereniv.clinic.workflows.chair import monitors
from sereniv.knowledge import knowledge
from sereniv.therapy import monitoring
from sereniv.therapy.session import events as ev
from tests.conftest import NOON
from tests.therapy.making import STARTED, chart, full_set

pytestmark = pytest.mark.django_db

SIGNALS = ("heart_rate", "spo2", "respiratory_rate", "systolic", "diastolic")
SENT = st.tuples(st.sampled_from(SIGNALS), st.integers(0, 420), st.sampled_from([None, 0, 60, 84, 131]))
RULES = knowledge()


@pytest.mark.slow
@given(sent=st.lists(SENT, max_size=30, unique_by=lambda each: each[:2]), interval_s=st.sampled_from([1, 10, 60]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_prompts_and_figures_are_those_of_every_sample(
    sent: list[tuple[str, int, int | None]], interval_s: int
) -> None:
    session = uuid.uuid4()
    rows = [
        SampleRow(session_id=session, device="m", signal=signal, at=NOON - timedelta(seconds=before), received_at=NOON,
                  value=None if value is None else Decimal(value))
        for signal, before, value in sent
    ]  # fmt: skip
    SampleRow.objects.bulk_create(rows)
    connected = ev.MonitorConnected(device="m", interval_s=interval_s, signals=SIGNALS)
    told = chart((-10, connected), (-9, full_set()), (-8, STARTED))
    window = max(timedelta(seconds=interval_s * 3), timedelta(minutes=RULES.feed.cuff_fresh_min))
    everything = [
        monitoring.Sample(
            id=row.pk,
            signal=row.signal,
            value=monitoring.reading_of(row.value),
            at=row.at,
            came_at=row.received_at,
            device=row.device,
        )
        for row in SampleRow.objects.filter(session_id=session).order_by("at")
        if row.signal in monitoring.CUFF_SIGNALS or row.at > NOON - window
    ]
    read = monitors.recent(session, NOON, told)
    earlier = monitors.earlier_pressures(session, NOON, told)
    found = monitoring.conditions(told, read, NOON, RULES, earlier=earlier)
    assert found == monitoring.conditions(told, everything, NOON, RULES)
    assert monitoring.fresh_numerics(told, read, NOON, RULES) == monitoring.fresh_numerics(
        told, everything, NOON, RULES
    )
    assert len(read) <= len(everything)
