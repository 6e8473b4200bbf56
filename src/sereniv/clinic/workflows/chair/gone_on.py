"""What a monitor sent of a sign since a prompt about it was raised: the newest and the furthest, as they stand."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from sereniv.clinic.clock import on_the_wall
from sereniv.clinic.records.models import Id, SampleRow
from sereniv.clinic.workflows.chair import device_words
from sereniv.clinic.workflows.chair.device_words import sample_of
from sereniv.clinic.workflows.chair.own_samples import samples_of
from sereniv.knowledge.rows import AlertRule, Knowledge
from sereniv.therapy.monitoring.reading import Reading
from sereniv.therapy.monitoring.sent_late import SIGN_OF, sign_of
from sereniv.therapy.monitoring.since_raised import Since, rule_of, since_raised
from sereniv.therapy.session.alerts import Alert
from sereniv.therapy.session.chart import SessionChart


def gone_on(session_id: Id, alert: Alert, chart: SessionChart, now: datetime, knowledge: Knowledge) -> Since:
    """Return the newest and the worst of what a prompt is about since it was first raised."""
    rule = rule_of(alert, knowledge)
    if rule is None:
        return Since()
    return since_raised(alert, rule, chart, _on_the_monitor(session_id, alert, rule, chart, now))


def _on_the_monitor(session_id: Id, alert: Alert, rule: AlertRule, chart: SessionChart, now: datetime) -> list[Reading]:
    signals = [*rule.reads, *(signal for signal, sign in SIGN_OF.items() if sign in rule.reads)]
    since = alert.first.at
    sent = samples_of(session_id, chart).filter(signal__in=signals, at__gt=since, at__lte=now)
    words = device_words.words_of(session_id, chart, since)
    amended = Q(pk=None)
    for (signal, at), said in words.items():
        if said.is_amended:
            amended |= Q(signal=signal, at=at)
    moments = {*_furthest(sent.exclude(amended), signals), *(at for _, at in words)}
    rows = sent.filter(at__in=moments).order_by("signal")
    samples = device_words.as_amended(map(sample_of, rows), words)
    found: dict[datetime, dict[str, Decimal]] = {}
    for each in samples:
        if each.value is not None:
            values = found.setdefault(each.at, {})
            # The oximeter's pulse stands in for the heart rate where the ECG gives none.
            values[sign_of(each.signal)] = values.get(each.signal, each.value)
    return [Reading(at=on_the_wall(at), values=values, from_monitor=True) for at, values in found.items()]


def _furthest(sent: QuerySet[SampleRow], signals: Iterable[str]) -> set[datetime]:
    """Return when each signal was newest, lowest and highest."""
    read = sent.filter(value__gt=0)
    own = [read.filter(signal=signal) for signal in signals]
    orders = ("-at", "value", "-value")
    found = (rows.order_by(order).values_list("at", flat=True).first() for rows in own for order in orders)
    return {at for at in found if at is not None}
