"""Whether charted values are past the limits of an alert: what its rule reads, and when that holds."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from sereniv.knowledge.rows import AlertRule
from sereniv.therapy.monitoring.reading import NO_CUFF, CuffGave
from sereniv.therapy.recording.entry import Recorded, narrowed
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import Observation, ObservationCharted, VitalsCharted
from sereniv.therapy.session.line import still_said

VITAL_FIELDS = ("systolic", "diastolic", "heart_rate", "spo2", "respiratory_rate")
OF_THE_GRID = {Observation.MOAAS: "moaas", Observation.NAUSEA: "nausea"}
"""Grades that the recovery grid asks for too: what is scored there is a look at the sign like any other."""
CHARTED_FIELDS = (*VITAL_FIELDS, "mean_pressure", "etco2", "oxygen_flow", "temperature")
"""Every number that a set of vital signs may hold; the last four are no part of a full set."""
BASELINE = "baseline_"
"""What stands before the name of a sign where the value is the last one charted before the start."""
PREVIOUS = "previous_"
"""What stands before it where the value is that of the reading before the newest."""


def inputs_for(rule: AlertRule, chart: SessionChart, cuff: CuffGave = NO_CUFF) -> dict[str, Decimal]:
    """Collect the charted, confirmed values that `rule` reads; empty when none was charted.

    Of a rule that two readings make true the one before may be the monitor's.
    """
    if rule.reads[0] in CHARTED_FIELDS:
        return _newest_of(rule, charted_for(rule, chart), chart.started_at, cuff)
    newest = max(graded_for(rule, chart), key=lambda each: (each.at, each.stream_seq), default=None)
    return {} if newest is None else {rule.reads[0]: Decimal(newest.event.grade)}


def charted_for(rule: AlertRule, chart: SessionChart) -> list[Recorded[VitalsCharted]]:
    """Return the usable sets of vital signs in which something that `rule` reads was charted, oldest first."""
    return [each for each in chart.usable_vitals() if any(getattr(each.event, name) is not None for name in rule.reads)]


def graded_for(rule: AlertRule, chart: SessionChart) -> list[Recorded[ObservationCharted]]:
    """Return the grades that `rule` reads, in the order charted; those of an old line or bag are read no more."""
    what = Observation(rule.reads[0])
    found = [each for each in chart.observations if each.event.observation is what and still_said(chart, each)]
    if what in OF_THE_GRID:
        grids = ((each, getattr(each.event, OF_THE_GRID[what])) for each in chart.recoveries)
        found += [narrowed(each, ObservationCharted(observation=what, grade=grade)) for each, grade in grids]
    return sorted(found, key=lambda each: each.stream_seq)


def ever_held(rule: AlertRule, chart: SessionChart) -> bool:
    """Say whether the values charted from the start of the infusion on were ever past the limits of `rule`."""
    return any(holds(rule, given) for given in _since_the_start(rule, chart))


def _since_the_start(rule: AlertRule, chart: SessionChart) -> Iterator[dict[str, Decimal]]:
    charted = charted_for(rule, chart)
    for number, each in enumerate(charted, start=1):
        if chart.started_at is not None and each.at >= chart.started_at:
            yield _newest_of(rule, charted[:number], chart.started_at)


def _newest_of(
    rule: AlertRule,
    charted: Sequence[Recorded[VitalsCharted]],
    started_at: datetime | None,
    cuff: CuffGave = NO_CUFF,
) -> dict[str, Decimal]:
    if not charted:
        return {}
    given = values_of(charted[-1], rule.reads)
    before = _reading_before(rule, charted, cuff) if rule.above_twice else {}
    given |= {f"{PREVIOUS}{name}": value for name, value in before.items()}
    return given | _baseline(rule, charted, started_at)


def baseline_for(rule: AlertRule, chart: SessionChart) -> dict[str, Decimal]:
    """Return what was charted last before the start, of a rule that measures a fall: whoever read the value since."""
    return {} if rule.drop_fraction_above is None else _baseline(rule, charted_for(rule, chart), chart.started_at)


def _baseline(
    rule: AlertRule, charted: Sequence[Recorded[VitalsCharted]], started_at: datetime | None
) -> dict[str, Decimal]:
    before = [each for each in charted if started_at and each.at <= started_at]
    if rule.drop_fraction_above is None or not before:
        return {}
    return {f"{BASELINE}{name}": value for name, value in values_of(before[-1], rule.reads).items()}


def _reading_before(rule: AlertRule, charted: Sequence[Recorded[VitalsCharted]], cuff: CuffGave) -> dict[str, Decimal]:
    """Return what was read before the newest charted set, by a person or by the cuff, whichever is later."""
    newest = charted[-1]
    own = cuff.before(newest.at, None if newest.event.samples else values_of(newest, rule.reads))
    if len(charted) > 1 and (own is None or charted[-2].at >= own.at):
        return values_of(charted[-2], rule.reads)
    return {} if own is None else {name: own.values[name] for name in rule.reads if name in own.values}


def values_of(entry: Recorded[VitalsCharted], names: Iterable[str]) -> dict[str, Decimal]:
    """Return those of the named values that were charted."""
    return {name: value for name in names if (value := getattr(entry.event, name)) is not None}


def holds(rule: AlertRule, given: dict[str, Decimal]) -> bool:
    """Say whether the values `given` are past the limits of `rule`; an absent value is past none."""
    if any(name in given and given[name] > limit for name, limit in rule.above.items()):
        return True
    if any(name in given and given[name] < limit for name, limit in rule.below.items()):
        return True
    if any(name in given and given[name] >= limit for name, limit in rule.from_any.items()):
        return True
    return _twice(rule, given) or _dropped(rule, given)


def _twice(rule: AlertRule, given: dict[str, Decimal]) -> bool:
    """Say whether this reading and the one before it are past the limit, however far apart: late is not better."""
    if not rule.above_twice:
        return False

    def past(prefix: str) -> bool:
        return any(given.get(prefix + name, Decimal(0)) > limit for name, limit in rule.above_twice.items())

    return past("") and past(PREVIOUS)


def _dropped(rule: AlertRule, given: dict[str, Decimal]) -> bool:
    if rule.drop_fraction_above is None:
        return False
    name = rule.reads[0]
    baseline, value = given.get(f"{BASELINE}{name}"), given.get(name)
    # Multiplied, not divided: a baseline of 0, which somebody confirmed, must break no page.
    return baseline is not None and value is not None and baseline - value > rule.drop_fraction_above * baseline
