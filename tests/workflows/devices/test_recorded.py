"""Recorded monitors, sent as HL7: the samples are the file's, minute by minute, and its zeros are no readings."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import sereniv.clinic.demo
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.gateway.recording import COLUMNS, read_recording
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Device, SampleRow, SessionRow
from sereniv.clinic.workflows.chair import monitors
from sereniv.clinic.workflows.devices import placing
from sereniv.therapy.monitoring import CUFF_SIGNALS
from tests.conftest import NOON, ActMaker
from tests.exchange.speaking import (
    BEATS,
    BREATHS,
    DIASTOLIC,
    HEART,
    MEAN,
    MMHG,
    PERCENT,
    PULSE,
    RESPS,
    SPO2,
    SYSTOLIC,
    row,
    spoken,
)  # fmt: skip
from tests.workflows.devices.conftest import Sends
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
RECORDINGS = sorted((Path(sereniv.clinic.demo.__file__).parent / "recordings").glob("*.csv"))
CINC = sorted((Path(__file__).parents[2] / "data" / "cinc2012").glob("*.txt"))
CODES = {
    "heart_rate": (HEART, BEATS), "pulse_rate": (PULSE, BEATS), "respiratory_rate": (BREATHS, RESPS),
    "spo2": (SPO2, PERCENT), "systolic": (SYSTOLIC, MMHG), "diastolic": (DIASTOLIC, MMHG),
    "mean_pressure": (MEAN, MMHG),
}  # fmt: skip
OF_CINC = {
    "HR": "heart_rate", "RespRate": "respiratory_rate", "SaO2": "spo2", "NISysABP": "systolic",
    "NIDiasABP": "diastolic", "NIMAP": "mean_pressure",
}  # fmt: skip

Said = dict[str, str]


def of_recording(path: Path) -> Iterator[tuple[timedelta, Said]]:
    """Give what each row of a recording says, in the file's own figures, 0 where the monitor had no signal."""
    recording = read_recording(path)
    for step in recording.steps:
        yield step.after, {signal: str(value if value is not None else 0) for signal, value in step.values.items()}


def of_cinc(path: Path) -> Iterator[tuple[timedelta, Said]]:
    """Give what each minute of a record of the challenge says of the signals that a monitor sends."""
    found: dict[timedelta, Said] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        at, name, value = line.split(",")
        hours, minutes = at.split(":")
        if name in OF_CINC and Decimal(value) >= 0:
            found.setdefault(timedelta(hours=int(hours), minutes=int(minutes)), {})[OF_CINC[name]] = value
    yield from found.items()


def message(said: Said, at: datetime) -> bytes:
    stamp = f"{at:%Y%m%d%H%M%S}+0000"
    rows = [row(CODES[signal][0], value, CODES[signal][1], at=stamp) for signal, value in said.items()]
    return spoken(*rows, number=stamp, at=stamp)


@pytest.mark.parametrize("path", [*RECORDINGS, *CINC], ids=lambda path: str(path.stem))
def test_the_samples_are_the_files_and_its_zeros_no_readings(
    path: Path, stage: Stage, device: Device, sends: Sends, act: ActMaker
) -> None:
    stage.infusing(SHE, "Chair 1", NOON - timedelta(minutes=20))
    session = SessionRow.objects.get(phase="infusing").pk
    placing.connect(session, device.pk, act("nurse"))
    steps = list((of_recording if path in RECORDINGS else of_cinc)(path))
    assert len(steps) > 5
    end = NOON + max(after for after, _ in steps)
    sends(*(message(said, NOON + after) for after, said in steps if said), now=end)
    kept = {(each.at - NOON, each.signal): each.value for each in SampleRow.objects.filter(at__gte=NOON)}
    expected = {
        (after, signal): Decimal(value).quantize(Decimal("0.01")) if Decimal(value) > 0 else None
        for after, said in steps
        for signal, value in said.items()
    }
    assert kept == expected
    assert 0 not in kept.values()
    chart = chart_store.session_chart_of(session)
    long_after = end + timedelta(minutes=30)
    fresh = [each for each in monitors.recent(session, long_after, chart) if each.signal in CUFF_SIGNALS]
    assert fresh == [], "a cuff's pressure ages, and is not carried forward"


def test_every_column_of_a_recording_has_its_code() -> None:
    assert set(COLUMNS.values()) == set(CODES)
