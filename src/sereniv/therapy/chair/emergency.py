"""What whoever comes to help must hear in the first minute: who, what runs, what was given, what speaks against what.

Every line is there whether or not it is known: what nobody asked is said as not asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sereniv.therapy.candidacy.coded import pregnancy_words
from sereniv.therapy.chair.held_against import Situation
from sereniv.therapy.person.allergies import allergy_words
from sereniv.therapy.person.conditions import conditions_of
from sereniv.therapy.person.elsewhere import unasked_here
from sereniv.therapy.person.events import DiagnosisRecorded, HistoryList, Pregnancy
from sereniv.therapy.person.medicines import medicines_of
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.scheduling.calendar import appointments
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.event_words import medicine_words
from sereniv.therapy.session.events.incidents import MedicineGiven
from sereniv.therapy.session.reached import doubt_words

NOT_ASKED = "NOT ASKED"
NEAR = timedelta(hours=24)
"""An escort of an appointment this near is the one of this session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line for whoever comes: what it is, and what is known of it."""

    title: str
    words: str
    matters: bool = False
    """True where it may change what is done next: an allergy, or what nobody knows."""


def person_told(here: Situation, at_clock: Callable[[datetime], str]) -> tuple[Told, ...]:
    """Say who it is: age, sex, weight, allergies, pregnancy, conditions, medicines, diagnosis, and whom to call."""
    record, who = here.record, here.registered
    allergies = allergy_words(record)
    age = Told(title="Age and sex", words=f"{who.age_on(here.now.date())} years, {who.sex_at_birth}")
    return (
        Told(title="Allergies", words=allergies, matters=allergies != "no known allergies"),
        age,
        _weight(here, at_clock),
        _pregnancy(here),
        _conditions(here),
        _takes(here),
        _diagnosis(here),
        _escort(here),
    )


def _weight(here: Situation, at_clock: Callable[[datetime], str]) -> Told:
    found = here.record.latest("weight_kg", here.now)
    if found is None:
        return Told(title="Weight", words="not known", matters=True)
    return Told(title="Weight", words=f"{plain(found.value)} kg, measured {at_clock(found.at)}")


def _pregnancy(here: Situation) -> Told:
    said = here.record.pregnancies
    told = str(said[-1].event.status).replace("_", " ") if said else NOT_ASKED
    known = pregnancy_words(here.record, here.now, here.knowledge)
    words = known if known.startswith(Pregnancy.PREGNANT) else "; ".join(dict.fromkeys(filter(None, (told, known))))
    may_be = here.registered.sex_at_birth == "female"
    if not (said or known or may_be):
        return Told(title="Pregnancy", words="not asked of a man")
    return Told(title="Pregnancy", words=words, matters=bool(known) or not said)


def _conditions(here: Situation) -> Told:
    """Say what the checklists of illness and of the mind hold, each NOT ASKED where nobody went through it."""
    words = []
    for which in (HistoryList.CONDITIONS, HistoryList.PSYCHIATRIC):
        said = conditions_of(here.record, which)
        if said is None:
            words.append(f"{which.value} {NOT_ASKED}")
            continue
        known = here.knowledge.conditions
        words += [known[name].title.lower() if name in known else name for name in said.event.conditions]
        words += said.event.other
    unasked = any(NOT_ASKED in each for each in words)
    return Told(title="Conditions", words="; ".join(words) or "none, by what was said", matters=unasked)


def _takes(here: Situation) -> Told:
    listed = medicines_of(here.record)
    if listed is None:
        return Told(title="Takes", words=NOT_ASKED, matters=True)
    words = "; ".join(each.written for each in listed.event.medicines) or "none, by what was said"
    unasked = unasked_here(here.record, listed)
    return Told(title="Takes", words=words + unasked, matters=bool(unasked))


def _diagnosis(here: Situation) -> Told:
    said = here.record.all(DiagnosisRecorded)
    words = "; ".join(dict.fromkeys(each.event.words for each in said))
    return Told(title="Treated for", words=words or here.registered.indication)


def _escort(here: Situation) -> Told:
    at_gate = here.session.attested.get("escort")
    if at_gate is not None and at_gate.event.detail:
        return Told(title="Goes home with", words=at_gate.event.detail)
    named = [
        each.escort
        for each in appointments(here.record)
        if each.escort is not None and each.escort.name and abs(each.starts_at - here.now) <= NEAR
    ]
    if not named:
        return Told(title="Goes home with", words="nobody is named")
    last = named[-1]
    return Told(title="Goes home with", words=", ".join(filter(None, (last.name, last.phone))))


def drug_told(here: Situation, at_clock: Callable[[datetime], str]) -> tuple[Told, ...]:
    """Say what runs and what was given in this session: ketamine by charted rates, medicines, what was done."""
    return (_ketamine(here, at_clock), *_sums(here, at_clock, least=2), *one_by_one_told(here, at_clock))


def in_all_told(here: Situation, at_clock: Callable[[datetime], str]) -> tuple[Told, ...]:
    """Say how much ketamine was given by charted rates, and how much of each medicine: none is left out."""
    return (_ketamine(here, at_clock), *_sums(here, at_clock, least=1))


def one_by_one_told(here: Situation, at_clock: Callable[[datetime], str]) -> tuple[Told, ...]:
    """Say each medicine and each thing done, with its time, the first one first."""
    lines = (*_medicines(here, at_clock), *_done(here, at_clock))
    return tuple(told for _, told in sorted(lines, key=lambda line: line[0]))


def _ketamine(here: Situation, at_clock: Callable[[datetime], str]) -> Told:
    chart = here.session
    if chart.started_at is None:
        return Told(title="Ketamine", words="none given, not started")
    total = delivered(chart, here.now)
    given = f"{total.mg:.1f} mg IV by charted rates since {at_clock(chart.started_at)}"
    doubt = doubt_words(chart, here.now, at_clock)
    doubted = f". In doubt: {doubt}" if doubt else ""
    if chart.stopped_at:
        return Told(title="Ketamine", words=f"{given}, pump stopped at {at_clock(chart.stopped_at)}{doubted}")
    if chart.paused_since is not None:
        return Told(title="Ketamine", words=f"{given}, pump paused since {at_clock(chart.paused_since)}{doubted}")
    rate = plain(chart.rates[-1].rate_ml_per_h)
    return Told(title="Ketamine", words=f"{given}, pump STILL RUNS at {rate} mL/h{doubted}", matters=True)


def _sums(here: Situation, at_clock: Callable[[datetime], str], least: int) -> tuple[Told, ...]:
    """Add up each medicine that was given `least` times or more; doses in different units are told one by one."""
    given: dict[str, list[Recorded[MedicineGiven]]] = {}
    for each in sorted(here.session.medicines, key=lambda each: each.at):
        given.setdefault(each.event.medicine.casefold(), []).append(each)
    return tuple(_sum(doses, at_clock) for doses in given.values() if len(doses) >= least)


def _sum(doses: Sequence[Recorded[MedicineGiven]], at_clock: Callable[[datetime], str]) -> Told:
    last = doses[-1]
    name, unit = last.event.medicine, last.event.unit
    if len(doses) == 1 or len({each.event.unit.casefold() for each in doses}) > 1:
        each_dose = (f"{plain(each.event.dose)} {each.event.unit} at {at_clock(each.at)}" for each in doses)
        return Told(title=name, words="; ".join(each_dose))
    total = plain(sum((each.event.dose for each in doses), Decimal(0)))
    words = f"{total} {unit} in {len(doses)} doses, the last {plain(last.event.dose)} {unit} at {at_clock(last.at)}"
    return Told(title=f"{name} in all", words=words)


Timed = tuple[datetime, Told]


def _medicines(here: Situation, at_clock: Callable[[datetime], str]) -> tuple[Timed, ...]:
    return tuple(
        (each.at, Told(title=at_clock(each.at), words=medicine_words(each.event), matters=bool(each.event.questions)))
        for each in here.session.medicines
    )


def _done(here: Situation, at_clock: Callable[[datetime], str]) -> tuple[Timed, ...]:
    return tuple(
        (each.at, Told(title=at_clock(each.at), words=f"Done: {each.event.what}"))
        for each in here.session.interventions
    )
