"""How the pages write what prompts read, and what the chart makes of a silent monitor."""

import pytest

from sereniv.clinic.web.series import _thinned
from sereniv.clinic.web.templatetags.clinic import readings


@pytest.mark.parametrize(
    ("read", "words"),
    [
        ({"diastolic": "96", "systolic": "168"}, "168/96 mmHg"),
        ({"systolic": "171.00 on the monitor", "diastolic": "104.00 on the monitor"}, "171/104 mmHg on the monitor"),
        ({"spo2": "89.40 on the monitor"}, "SpO₂ 89.4 on the monitor"),
        ({"moaas": "2"}, "MOAA/S 2"),
        ({"due": "21:15:00"}, "due since 21:15:00"),
        ({"pump": "3 mL", "charted_rates": "11.9 mL"}, "pump 3 mL, charted rates 11.9 mL"),
        ({"systolic": "500, Systolic pressure 500 mmHg. Is it so?"}, "Systolic pressure 500 mmHg. Is it so?"),
    ],
)
def test_readings_are_written_as_a_nurse_says_them(read: dict[str, str], words: str) -> None:
    assert readings(read) == words


def test_a_silent_monitor_leaves_a_gap_in_the_chart() -> None:
    points: list[list[float | None]] = [[0.0, 70.0], [1.0, 71.0], [3600.0, 80.0]]
    assert _thinned(points, lambda _: 2) == [[0.0, 70.0], [1.0, 71.0], [3.0, None], [3600.0, 80.0]]
    assert _thinned(points, None) == points
