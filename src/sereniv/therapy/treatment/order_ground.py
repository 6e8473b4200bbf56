"""What a live order was worked out by and no longer stands: its weight gone, its height or sex corrected."""

from collections.abc import Iterator
from datetime import datetime

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.person.chart import Order, PersonChart
from sereniv.therapy.person.events import Measured
from sereniv.therapy.person.gone import gone_numbered
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment.dose_weight_now import dose_weight_now, weight_holds_for


def ground_gone(order: Order, chart: PersonChart, sex: str, now: datetime, knowledge: Knowledge) -> Iterator[str]:
    """Say what the dose of an order rests on that is gone, and what is on record instead; nothing where it stands.

    A weight that is gone is replaced by one within the gate's limit for weighing again: the same dose then stands.
    """
    row = next(each for each in knowledge.gate if each.id == "weight")
    terms, fraction = order.terms, row.hold_change_fraction
    by_weight = f"{plain(terms.dose_mg)} mg is ordered by {plain(terms.measured_weight_kg)} kg"
    if fraction is None:
        return
    if not any(each.stream_seq == terms.weight_entry for each in chart.measurements):
        weighed = chart.latest("weight_kg", now, weight_holds_for(knowledge))
        asked = chart.asked_since("weight_kg", weighed)
        left = gone_numbered(chart, terms.weight_entry, Measured)
        gone = f"{by_weight}, {left.words if left else 'which this record no longer has'}"
        if asked is not None:
            yield f"{gone}. {plain(asked.value)} kg wait to be confirmed"
        elif weighed is None:
            yield f"{gone}. Nobody has weighed them since: weigh again"
        elif abs(weighed.value - terms.measured_weight_kg) / terms.measured_weight_kg > fraction:
            yield f"{gone}. On record since are {plain(weighed.value)} kg: order anew"
    dosed = dose_weight_now(chart, sex, terms, terms.measured_weight_kg, now, knowledge)
    if dosed is not None and (dosed.kg is None or dosed.change_fraction > fraction):
        yield f"{dosed.words.rstrip('.')}: measure, or order anew"
