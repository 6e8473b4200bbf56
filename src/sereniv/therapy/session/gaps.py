"""Where order, bag, charted rates, pump and account differ: said in the note, and asked before it is signed."""

from sereniv.knowledge.rows import AccountRule, VolumeRule
from sereniv.therapy.custody import differs
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.pump_volume import volume_check


def drug_gaps(chart: SessionChart, volume: VolumeRule, account: AccountRule) -> tuple[str, ...]:
    """Name each gap beyond its row; empty where everything agrees."""
    found = (*bag_gaps(chart, volume), _pump(chart, volume), _account(chart, account), _both(chart, volume))
    return tuple(words for words in found if words)


def bag_gaps(chart: SessionChart, rule: VolumeRule) -> tuple[str, ...]:
    """Name each bag that holds another strength than was ordered, as where its vial's was put right since."""
    ordered = chart.plan.concentration_mg_per_ml
    return tuple(
        f"Bag and order differ: {plain(bag.event.drawn_mg)} mg in {plain(bag.event.final_volume_ml)} mL from vial "
        f"{bag.event.vial} is {plain(bag.event.final_mg_per_ml)} mg/mL, ordered was {plain(ordered)} mg/mL."
        for bag in chart.bags
        if abs(bag.event.final_mg_per_ml - ordered) > rule.tolerance_share * ordered
    )


def _pump(chart: SessionChart, rule: VolumeRule) -> str:
    checked = volume_check(chart, rule)
    return "" if checked is None or checked.agrees else f"Pump and charted rates differ: {checked.words}."


def _account(chart: SessionChart, rule: AccountRule) -> str:
    done, end = chart.reconciled, chart.stopped_at
    if done is None or end is None:
        return ""
    charted = delivered(chart, end).mg
    if not differs(charted, done.event.given_mg, rule):
        return ""
    return (
        f"Account and charted rates differ: {plain(done.event.given_mg)} mg accounted as given, "
        f"{charted:.1f} mg by charted rates."
    )


def _both(chart: SessionChart, rule: VolumeRule) -> str:
    """Hold the account against the last reading of the pump, where it was read once the pump had stopped."""
    read, done, bag, end = chart.volume_shown, chart.reconciled, chart.prepared, chart.stopped_at
    if read is None or done is None or bag is None or end is None or read.at < end:
        return ""
    accounted_ml = done.event.given_mg * bag.event.final_volume_ml / bag.event.drawn_mg
    read_ml = read.event.volume_ml
    if abs(accounted_ml - read_ml) <= max(rule.tolerance_ml, rule.tolerance_share * max(accounted_ml, read_ml)):
        return ""
    return (
        f"Account and pump differ: {plain(done.event.given_mg)} mg accounted as given is {accounted_ml:.1f} mL, "
        f"{plain(read_ml)} mL on the pump."
    )
