"""The hand-over sheet of a session: how it stands now, and paper to go on with when the screen is gone."""

from decimal import Decimal
from functools import partial

from sereniv.knowledge.rows import AlertRule, line_title
from sereniv.therapy.candidacy.signed_over import SignedOver
from sereniv.therapy.documents.departure import TENTH_MG
from sereniv.therapy.documents.model import (
    Block,
    Bullets,
    Document,
    Facts,
    Notice,
    Paragraph,
    Section,
    SignatureLines,
    Table,
)
from sereniv.therapy.documents.setting import Patient, Setting
from sereniv.therapy.monitoring import next_vitals_due, schedule_of
from sereniv.therapy.person.allergies import allergy_words
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.delivered import delivered, ends_at
from sereniv.therapy.session.entry_words import entry_words
from sereniv.therapy.session.events import IS_THERE_OR_NOT, Observation, SessionEvent
from sereniv.therapy.session.observed import observed_name
from sereniv.therapy.session.pump_volume import volume_check
from sereniv.therapy.session.reached import doubt_words

PAPER_COLUMNS = (
    "Time", "Rate mL/h", "BP mmHg", "HR /min", "SpO₂ %", "RR /min", "MOAA/S", "Dissoc. 0–3", "Distress 0–3",
    "Nausea 0–3", "Initials",
)  # fmt: skip
BLANK_SETS, BLANK_EVENTS, LAST_SETS, LAST_WORDS = 12, 5, 6, 8
PAPER = (
    "Paper is for when the screen is gone. Only facts are written on it: nothing is started, resumed or raised from "
    "this sheet. The bedside monitor is the alarm. Afterwards each line is charted with the time it happened, and is "
    "shown as charted late."
)
VITALS = ("heart_rate", "spo2", "respiratory_rate")


def hand_over(
    setting: Setting,
    patient: Patient,
    chart: SessionChart,
    record: PersonChart,
    signed_over: tuple[SignedOver, ...] = (),
) -> Document:
    """Write how a session stands at this moment and in spite of what, then the paper to go on with."""
    chair = chart.opened.event.chair if chart.opened else ""
    now = setting.moment(setting.now)
    sections = (
        Section(heading=f"As it stands at {setting.clock(setting.now)}", blocks=_state(setting, chart, record)),
        *_signed_over(setting, signed_over),
        Section(heading="Last vital signs", blocks=last_vitals(setting, chart)),
        Section(heading="Last entries", blocks=_last(setting, chart)),
        Section(heading="When to act", blocks=(_card(setting),)),
        Section(heading="Handed over", blocks=(SignatureLines(who=("From", "To")),)),
        Section(heading="To write on by hand", blocks=_paper(setting), on_new_page=True),
    )
    lead = (Notice(text=f"As of {now}. What happened since is not on this sheet."),)
    return setting.document(
        f"Hand-over, {chair}", setting.about(patient), sections, lead, f"Rules {setting.knowledge.version}"
    )


def _signed_over(setting: Setting, found: tuple[SignedOver, ...]) -> tuple[Section, ...]:
    if not found:
        return ()
    items = tuple(each.words(setting.name_of, setting.zone) for each in found)
    return (Section(heading="Signed over: it holds, and was decided on", blocks=(Bullets(items=items),)),)


def _state(setting: Setting, chart: SessionChart, record: PersonChart) -> tuple[Block, ...]:
    plan = chart.plan
    before = chart.pressure_before_start()
    pairs = [
        ("Allergies", allergy_words(record)),
        (
            "Order",
            f"{plan.protocol}, infusion {plan.infusion_number}: {plain(plan.dose_mg_per_kg)} mg/kg × "
            f"{plain(plan.dose_weight_kg)} kg = {plain(plan.dose_mg)} mg = {plain(plan.volume_ml)} mL of "
            f"{plain(plan.concentration_mg_per_ml)} mg/mL at {plain(plan.rate_ml_per_h)} mL/h "
            f"over {plan.duration_min} min",
        ),
        ("Stage", str(chart.phase)),
        ("Baseline", f"{_pressure(*before)} mmHg" if before else "no pressure charted before the start"),
        *_pump(setting, chart),
        ("Watched", _watched(setting, chart)),
    ]
    if chart.open_alerts:
        pairs.append(("Open prompts", "; ".join(each.raised.event.title for each in chart.open_alerts)))
    return (Facts(pairs=tuple(pairs)),)


def _pump(setting: Setting, chart: SessionChart) -> tuple[tuple[str, str], ...]:
    if chart.started_at is None:
        return (("Pump", "not started"),)
    total = delivered(chart, setting.now)
    checked = volume_check(chart, setting.knowledge.volume)
    shown = (("Pump showed", f"{checked.words}, {setting.clock(checked.at)}"),) if checked else ()
    given = f"{total.volume_ml.quantize(TENTH_MG)} mL = {total.mg.quantize(TENTH_MG)} mg by charted rates"
    doubt = doubt_words(chart, setting.now, setting.clock)
    shown = (*shown, ("In doubt", doubt)) if doubt else shown
    if chart.stopped_at:
        return (("Pump", f"stopped at {setting.clock(chart.stopped_at)}"), ("Given", given), *shown)
    end = ends_at(chart, setting.now)
    until = f", ends about {setting.clock(end)}" if end else ", paused"
    rate = plain(chart.rates[-1].rate_ml_per_h)
    started = f"started {setting.clock(chart.started_at)}, {rate} mL/h{until}"
    return (("Pump", started), ("Given so far", given), *shown)


def _watched(setting: Setting, chart: SessionChart) -> str:
    schedule = schedule_of(chart, setting.knowledge)
    due = next_vitals_due(chart, setting.now, schedule)
    following = f" Next due {setting.clock(due.at)}." if due else ""
    return f"{schedule.statement}{following}"


def last_vitals(setting: Setting, chart: SessionChart, most: int = LAST_SETS) -> tuple[Block, ...]:
    """Write the newest sets of charted vital signs that count, the oldest of them first."""
    last = chart.usable_vitals()[-most:]
    if not last:
        return (Paragraph(text="None charted."),)
    rows = tuple(
        (setting.clock(each.at), _pressure(each.event.systolic, each.event.diastolic), *(
            _number(getattr(each.event, name)) for name in VITALS
        ), setting.name_of(each.recorded_by))
        for each in last
    )  # fmt: skip
    return (Table(columns=("Time", "BP mmHg", "HR /min", "SpO₂ %", "RR /min", "By"), rows=rows),)


def _pressure(systolic: object, diastolic: object) -> str:
    return f"{_number(systolic)}/{_number(diastolic)}" if systolic is not None and diastolic is not None else "–"


def _number(value: object) -> str:
    return "–" if value is None else f"{value:.0f}"


def _last(setting: Setting, chart: SessionChart) -> tuple[Block, ...]:
    counted = [each for each in chart.entries if each.stream_seq not in chart.struck]
    last = sorted(counted, key=lambda each: (each.at, each.stream_seq))[-LAST_WORDS:]
    return (Bullets(items=tuple(_entry(setting, chart, each) for each in last)),)


def _entry(setting: Setting, chart: SessionChart, entry: Recorded[SessionEvent]) -> str:
    words = entry_words(chart, entry, partial(line_title, setting.knowledge.gate), setting.clock)
    return f"{setting.clock(entry.at)} {words}, {setting.people(entry.recorded_by, entry.co_signed_by)}"


def _card(setting: Setting) -> Table:
    """Write the clinic's signed card: what is worth acting on, and what it says to do."""
    rows = tuple((each.title, limits_words(each), each.message) for each in setting.knowledge.alerts.values())
    return Table(columns=("What", "When", "Do"), rows=rows)


NAMES = {
    "iv site": "IV site",
    "moaas": "MOAA/S",
    "spo2": "SpO₂",
    "etco2": "EtCO₂",
    "heart_rate": "heart rate",
    "respiratory_rate": "breathing",
}
UNITS = {
    "systolic": " mmHg",
    "diastolic": " mmHg",
    "etco2": " mmHg",
    "spo2": " %",
    "heart_rate": " /min",
    "respiratory_rate": " /min",
}


def limits_words(row: AlertRule) -> str:
    """Write the limits of one row of the card."""
    parts = [f"{_named(name)} above {_in_unit(name, value)}" for name, value in row.above.items()]
    parts += [f"{_named(name)} below {_in_unit(name, value)}" for name, value in row.below.items()]
    parts += [_from_words(name, value) for name, value in row.from_any.items()]
    twice = [f"{_named(name)} above {_in_unit(name, value)}" for name, value in row.above_twice.items()]
    parts += [f"{words} in two readings one after the other" for words in twice]
    if row.drop_fraction_above is not None:
        parts.append(f"a fall of more than {row.drop_fraction_above:.0%} from baseline")
    return " or ".join(parts) or row.statement or "–"


def _from_words(name: str, value: Decimal) -> str:
    if name in IS_THERE_OR_NOT:
        return observed_name(Observation(name))
    return f"{_named(name)} {_in_unit(name, value)} or more"


def _named(name: str) -> str:
    return NAMES.get(name, name)


def _in_unit(name: str, value: Decimal) -> str:
    return f"{plain(value)}{UNITS.get(name, '')}"


def _paper(setting: Setting) -> tuple[Block, ...]:
    clinic = setting.clinic
    phones = (("Help", clinic.help_number), ("Clinic", clinic.phone), ("On call", clinic.on_call_phone))
    numbers = "; ".join(f"{who}: {phone}" for who, phone in phones if phone)
    return (
        Paragraph(text=PAPER),
        *((Paragraph(text=numbers),) if numbers else ()),
        Table(columns=PAPER_COLUMNS, blank_rows=BLANK_SETS),
        Table(columns=("Time", "What happened, what was done, pump stopped or paused", "Who"), blank_rows=BLANK_EVENTS),
        Table(columns=("Drawn mg", "Given mg", "Wasted mg", "How", "Nurse", "Witness"), blank_rows=1),
    )
