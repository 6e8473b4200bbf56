"""Samples as they stand after what their device said of them since: doubted, corrected, or taken back.

The sample itself stays as it first came. One taken back has no value: what lies before it is never carried forward.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from django.db.models import QuerySet

from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records.models import DeviceMessage, Id, SampleRow, SampleWord
from sereniv.clinic.workflows.chair.own_samples import strange_samples
from sereniv.therapy.monitoring import Amended, Cuff, Sample, reading_of
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import MonitorDataAssigned
from sereniv.therapy.session.not_theirs import strange_readings

MARKED, CORRECTED, DELETED = "marked", "corrected", "deleted"
ASSIGNED = "assigned"
"""What became of a message that waited until somebody said whose it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a device said of one sample: the marks it bears, and another value, or none, where it was amended."""

    marks: str = ""
    is_amended: bool = False
    value: Decimal | None = None


Words = Mapping[tuple[str, datetime], Said]


def words_of(session_id: Id, chart: SessionChart, since: datetime | None = None) -> Words:
    """Return what was said of a session's samples, of those from a moment on, by signal and time.

    Beside a chart as it was known at an earlier moment it is what had been said by then.
    """
    rows = SampleWord.objects.filter(session_id=session_id).order_by("pk")
    found: dict[tuple[str, datetime], Said] = {}
    for row in _said_by_then(rows if since is None else rows.filter(at__gte=since), chart):
        before = found.get(key := (row.signal, row.at), Said())
        if row.kind == MARKED:
            found[key] = replace(before, marks=row.words)
        else:
            found[key] = Said(marks=row.words, is_amended=True, value=row.value)
    return found


def _said_by_then(rows: QuerySet[SampleWord], chart: SessionChart) -> Iterable[SampleWord]:
    """Leave out what came later than the chart was known, or waited then to be given to somebody."""
    if chart.known_by is None:
        return rows
    given = [each.event for each in chart.entries if isinstance(each.event, MonitorDataAssigned)]
    came = rows.filter(message__received_at__lte=chart.known_by).select_related("message__device")
    return [
        row for row in came if row.message.state != ASSIGNED or any(_was_given(row.message, each) for each in given)
    ]


def _was_given(message: DeviceMessage, given: MonitorDataAssigned) -> bool:
    its = (message.device.name, message.patient) == (given.device, given.named)
    return its and given.first <= message.received_at <= given.last


FIELD_OF = {"pulse_rate": "heart_rate"}
"""The vital sign that a signal is charted as, where it is called otherwise."""


def amended_of(session_id: Id, chart: SessionChart) -> tuple[Amended, ...]:
    """Return what is said since of samples that were charted: the device's newest word, or that it was another's."""
    charted = {sample: each.stream_seq for each in chart.vitals for sample in each.event.samples}
    if not charted:
        return ()
    of_another = [
        Amended(entry=charted[row.pk], field=_field(row), value=None, said_at=each.found_at, of_another=True)
        for each in strange_readings(chart)
        for row in strange_samples(session_id, each).filter(pk__in=charted)
    ]
    said = SampleWord.objects.filter(session_id=session_id).exclude(kind=MARKED).order_by("pk")
    newest = {(word.signal, word.at): word for word in said.select_related("message")}
    rows = SampleRow.objects.filter(pk__in=charted) if newest else ()
    corrected = [
        Amended(
            entry=charted[row.pk],
            field=_field(row),
            value=as_shown(reading_of(word.value)),
            said_at=on_the_wall(word.message.received_at),
        )
        for row in rows
        if (word := newest.get((row.signal, row.at))) is not None
    ]
    return (*corrected, *of_another)


def _field(row: SampleRow) -> str:
    return FIELD_OF.get(row.signal, row.signal)


def as_amended(samples: Iterable[Sample], words: Words) -> tuple[Sample, ...]:
    """Return samples with what was said of them since."""
    if not words:
        return tuple(samples)
    return tuple(_amended(each, words.get((each.signal, each.at))) for each in samples)


def _amended(sample: Sample, said: Said | None) -> Sample:
    if said is None:
        return sample
    value = as_shown(reading_of(said.value)) if said.is_amended else sample.value
    return replace(sample, value=value, marks=said.marks)


def sample_of(row: SampleRow) -> Sample:
    """Return a row as a sample, on the clinic's own time, its value as the monitor shows it."""
    return Sample(
        id=row.pk or 0,
        signal=row.signal,
        value=as_shown(reading_of(row.value)),
        at=on_the_wall(row.at),
        device=row.device,
        came_at=on_the_wall(row.received_at),
    )


def as_shown(value: Decimal | None) -> Decimal | None:
    """Return a value as the monitor's own screen shows it: without decimals, so that nobody compares two numbers."""
    return None if value is None else value.quantize(Decimal(1), ROUND_HALF_EVEN)


def last_amended_cuff(samples: Sequence[Sample]) -> Cuff:
    """Return the newest pressure among a cuff's samples as they stand, and whether it has given none since."""
    upper, lower = ({each.at: each for each in samples if each.signal == name} for name in ("systolic", "diastolic"))
    read = [at for at, each in upper.items() if each.value and at in lower and lower[at].value]
    newest, tried = max(read, default=None), max(upper, default=None)
    failed = tried is not None and not upper[tried].value and (newest is None or tried > newest)
    return Cuff(
        pressure=(upper[newest].measured, lower[newest].measured) if newest is not None else None,
        gave_none_at=upper[tried].measured.at if tried is not None and failed else None,
    )
