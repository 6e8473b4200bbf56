"""How the pages write what prompts read, and what the chart makes of a silent monitor."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.web.templatetags.clinic import readings
from sereniv.clinic.workflows.chair.monitor_curves import Points, _thinned
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Priority
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.event_words import describe
from tests.conftest import FixedClock
from tests.therapy.making import minute


@pytest.mark.parametrize(
    ("read", "words"),
    [
        ({"diastolic": "96", "systolic": "168"}, "168/96 mmHg"),
        ({"systolic": "171.00 on the monitor", "diastolic": "104.00 on the monitor"}, "171/104 mmHg on the monitor"),
        ({"spo2": "89.40 on the monitor"}, "SpO₂ 89.4 on the monitor"),
        ({"moaas": "2"}, "MOAA/S 2"),
        ({"headache": "3"}, "headache 3"),
        ({"focal deficit": "1"}, ""),
        ({"due": "21:15:00"}, "due since 21:15:00"),
        ({"pump": "3 mL", "charted_rates": "11.9 mL"}, "pump 3 mL, charted rates 11.9 mL"),
        ({"systolic": "500, Systolic pressure 500 mmHg. Is it so?"}, "Systolic pressure 500 mmHg. Is it so?"),
        ({"spo2": "96 charted, 85 since"}, "SpO₂ 96 charted, 85 since"),
        ({"heart_rate": "72 charted, taken back"}, "heart rate 72 charted, taken back"),
        ({"systolic": "110", "baseline_systolic": "170"}, "systolic 110, before the start 170"),
    ],
)
def test_readings_are_written_as_a_nurse_says_them(read: dict[str, str], words: str) -> None:
    assert readings(read) == words


def test_the_log_writes_them_as_the_chair_does() -> None:
    """*Prompt: Blood pressure severe (diastolic 121, systolic 205)* stood there, and *spo2 85*."""
    raised = ev.AlertRaised(
        alert="pressure_severe", kind=ev.AlertKind.PHYSIOLOGICAL, priority=Priority.HIGH, title="Blood pressure severe",
        message="", rule="A-BP2 v2", read={"diastolic": "121", "systolic": "205"},
    )  # fmt: skip
    assert describe(raised, str) == "Prompt: Blood pressure severe (205/121 mmHg; A-BP2 v2)"


def test_a_silent_monitor_leaves_a_gap_in_the_chart() -> None:
    points: Points = [(minute(0), 70.0), (minute(1), 71.0), (minute(60), 80.0)]
    silences = [(minute(0), timedelta(minutes=2))]
    assert _thinned(points, silences) == [*points[:2], (minute(3), None), points[2]]
    assert _thinned(points, None) == points


@pytest.mark.django_db
def test_the_page_of_the_rules_says_each_row_once_and_nothing_that_only_its_guards_read(
    staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    del fixed_clock
    client = Client()
    client.force_login(staff["director"], backend="django.contrib.auth.backends.ModelBackend")
    said = html.unescape(client.get("/rules/").content.decode())
    for row in knowledge().criteria.values():
        for action, words in row.message_when.items():
            assert f"{action}: {words}" in said, row.id
    assert not re.search(r">(message when|claims|vouched) ", said)
