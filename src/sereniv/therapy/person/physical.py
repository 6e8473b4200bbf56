"""Age, body mass index and anaesthetic risk: read from the register and the chart, judged by bands."""

from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.knowledge.rows import Action, Criterion
from sereniv.therapy.person.chart import PersonChart, Registered
from sereniv.therapy.person.concern import Facts, Known, Result, Verdict, unknown
from sereniv.therapy.person.events import AnaestheticRiskRecorded
from sereniv.therapy.person.names import birth_words

CM_PER_M = Decimal(100)
HEIGHT_HOLDS = timedelta(days=3650)
"""A grown person's height is measured once; the weight beside it says how old the index is."""


def banded(row: Criterion, facts: Facts) -> Verdict:
    """Judge a single number by the bands of `row`: the strictest action it falls under holds."""
    (name,) = row.inputs
    if name not in facts:
        return unknown(name)
    number = Decimal(str(facts[name].value))
    actions = [action for action, limit in row.act_below.items() if number < limit]
    actions += [action for action, limit in row.act_from.items() if number >= limit]
    if not actions:
        return Verdict(result=Result.NOT_MET)
    return Verdict(result=Result.MET, action=max(actions, key=list(Action).index))


def age_years(registered: Registered, now: datetime) -> Known:
    """Read the age in completed years."""
    age = registered.age_on(now.date())
    return Known(value=age, words=f"{age} years, born {birth_words(registered.born)}")


def body_mass_index(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    """Read kg per square metre from the latest usable weight and height."""
    weight, height = chart.latest("weight_kg", now, max_age), chart.latest("height_cm", now, HEIGHT_HOLDS)
    if weight is None or height is None or not height.value:
        return None
    index = weight.value / (height.value / CM_PER_M) ** 2
    words = f"{index:.1f} kg/m², from {weight.value} kg and {height.value} cm"
    return Known(value=index, words=words)


def asa_class(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    """Read the ASA class."""
    last = chart.last(AnaestheticRiskRecorded)
    if last is None or now - last.at > max_age:
        return None
    airway = f"; airway: {last.event.airway}" if last.event.airway else ""
    return Known(value=last.event.asa, words=f"ASA {last.event.asa} on {last.at:%d %b %H:%M}{airway}")
