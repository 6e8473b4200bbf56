"""What stands on top of an infusion's note: what is treated, allergies, weight, order, who answers for it."""

from sereniv.therapy.documents.departure import given_words
from sereniv.therapy.documents.model import Facts, SignatureLines
from sereniv.therapy.documents.setting import Setting
from sereniv.therapy.person import diagnoses
from sereniv.therapy.person.allergies import allergy_words
from sereniv.therapy.person.chart import Order, PersonChart, known_by
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.departure import ended_at, how_it_ended
from sereniv.therapy.treatment.dose import reckoning

BEGUN = (ev.InfusionStarted, ev.InfusionFoundRunning)


def order_of(chart: SessionChart, record: PersonChart) -> Order | None:
    """Return the order that a session was opened for, None where the record does not hold it."""
    return record.order_numbered(chart.opened.event.order) if chart.opened else None


def prescriber_of(setting: Setting, order: Order | None) -> str:
    """Write who signed an order, "" where nobody is known."""
    return setting.name_of(order.signed.recorded_by) if order else ""


def prescriber_line(setting: Setting, order: Order | None) -> SignatureLines:
    """Return the line on which whoever signed an order signs the paper; blank of a name where nobody is known."""
    name = prescriber_of(setting, order)
    return SignatureLines(who=(f"Prescriber{f', {name}' if name else ''}",))


def on_top(setting: Setting, chart: SessionChart, record: PersonChart) -> Facts:
    """Write what a reader looks for first; what is missing is said.

    Diagnosis and allergies of a signed note are those known when it was signed; what is known otherwise since is said
    beside them, with neither taking the other's place.
    """
    plan, order = chart.plan, order_of(chart, record)
    return Facts(
        pairs=(
            *_known(setting, chart, record),
            ("Weight", _weight(chart, order)),
            (
                "Order",
                f"{plan.protocol}, infusion {plan.infusion_number}: {reckoning(plan)} = {plain(plan.dose_mg)} mg over "
                f"{plan.duration_min} min. Racemic ketamine, intravenous, off-label",
            ),
            ("When and where", _when(setting, chart)),
            ("Ketamine given", given_words(chart, setting.now) if chart.started_at else "none: nothing was infused"),
            ("Prescribed by", _prescribed(setting, order)),
            ("At the chair", _at_the_chair(setting, chart)),
        )
    )


def _known(setting: Setting, chart: SessionChart, record: PersonChart) -> tuple[tuple[str, str], ...]:
    now = (("Diagnosis", _diagnoses(setting, record)), allergy_line(record))
    if chart.signed is None:
        return now
    then = known_by(record, chart.signed.recorded_at)
    signed = (("Diagnosis", _diagnoses(setting, then)), allergy_line(then))
    later = (
        (f"{title} now", f"{words}. This was recorded otherwise when the note was signed")
        for (title, words), before in zip(now, signed, strict=True)
        if words != before[1]
    )
    return (*signed, *later)


def _diagnoses(setting: Setting, record: PersonChart) -> str:
    found = diagnoses.standing(record)
    said = [
        f"{' '.join(part for part in (each.event.icd10, each.event.words) if part)} (by {each.event.diagnosed_by}, "
        f"recorded {setting.day(each.at)})"
        for each in found
    ]
    return "; ".join(said) or "not recorded"


def allergy_line(record: PersonChart) -> tuple[str, str]:
    """Return the line of allergies with its label, in capitals where there is one."""
    said = allergy_words(record)
    return ("ALLERGIES" if said.startswith("ALLERGY") else "Allergies", said)


def _weight(chart: SessionChart, order: Order | None) -> str:
    dosed = f"{plain(chart.plan.dose_weight_kg)} kg dosed on ({chart.plan.weight_basis} weight)"
    return f"{plain(order.terms.measured_weight_kg)} kg measured; {dosed}" if order else f"measured: not known; {dosed}"


def _when(setting: Setting, chart: SessionChart) -> str:
    chair = chart.opened.event.chair if chart.opened else "chair not known"
    ended, ended_moment = how_it_ended(chart), ended_at(chart)
    gone = f"; {ended} {setting.moment(ended_moment)}" if ended and ended_moment else ""
    if chart.started_at is None:
        opened = f", opened {setting.moment(chart.opened.at)}" if chart.opened else ""
        return f"{chair}{opened}{gone}"
    until = setting.moment(chart.stopped_at) if chart.stopped_at else "not charted as stopped"
    return f"{chair}, pump {setting.moment(chart.started_at)} to {until}{gone}"


def _prescribed(setting: Setting, order: Order | None) -> str:
    if order is None:
        return "not known: the record does not hold the order"
    checked = order.co_signed
    second = f"; checked by {setting.name_of(checked.recorded_by)}" if checked else "; not co-signed"
    return f"{setting.name_of(order.signed.recorded_by)}, {setting.moment(order.signed.at)}{second}"


def _at_the_chair(setting: Setting, chart: SessionChart) -> str:
    begun = next((each for each in chart.entries if isinstance(each.event, BEGUN)
                  and each.stream_seq not in chart.struck), None)  # fmt: skip
    said = [f"started by {setting.people(begun.recorded_by, begun.co_signed_by)}"] if begun else []
    if chart.signed:
        said.append(f"note signed by {setting.name_of(chart.signed.recorded_by)}, {setting.moment(chart.signed.at)}")
    else:
        said.append("note NOT signed yet")
    return "; ".join(said)
