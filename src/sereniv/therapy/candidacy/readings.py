"""What a criterion reads: its inputs by name, taken from the chart while they are fresh, and from the register."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sereniv.knowledge.rows import Criterion, Phase
from sereniv.therapy.candidacy import evaluations
from sereniv.therapy.candidacy.coded import with_codes
from sereniv.therapy.person import substances
from sereniv.therapy.person.chart import PersonChart, Pressure, Registered
from sereniv.therapy.person.concern import Facts, Known
from sereniv.therapy.person.events import CandidacyDecided, LevelOfCareDecided, Pregnancy, PregnancyRecorded
from sereniv.therapy.person.physical import age_years, asa_class, body_mass_index
from sereniv.therapy.recording.entry import Recorded

Reader = Callable[[PersonChart, datetime, timedelta], Known | None]

REST_BETWEEN_PRESSURES = timedelta(minutes=5)
"""Two readings count as two when this far apart (row `uncontrolled_hypertension`)."""


def facts_for(row: Criterion, chart: PersonChart, registered: Registered, phase: Phase, now: datetime) -> Facts:
    """Collect the inputs of `row` that the chart or the register holds and that are fresh enough for `phase`."""
    found: dict[str, Known] = {}
    for name, wanted in row.inputs.items():
        if name in REGISTER_READERS:
            found[name] = REGISTER_READERS[name](registered, now)
            continue
        known = READERS[name](chart, now, wanted.max_age(phase))
        if row.coded and name == next(iter(row.inputs)):
            known = with_codes(row, chart, now, wanted.max_age(phase), known)
        if known is not None:
            found[name] = known
    return found


def _last_pressure(chart: PersonChart, now: datetime, max_age: timedelta) -> Pressure | None:
    pressures = chart.pressures(now, max_age)
    return pressures[-1] if pressures else None


def _pressure_reader(side: str) -> Reader:
    def read(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
        pressure = _last_pressure(chart, now, max_age)
        if pressure is None:
            return None
        return Known(value=getattr(pressure, side), words=f"{getattr(pressure, side)} mmHg on {_when(pressure.at)}")

    return read


def _pressure_pairs(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    pressures = chart.pressures(now, max_age)
    if not pressures:
        return None
    paired = pressures[-1].at - pressures[0].at >= REST_BETWEEN_PRESSURES
    words = " and ".join(f"{each.systolic}/{each.diastolic} mmHg on {_when(each.at)}" for each in pressures[-2:])
    return Known(value=int(paired), words=words if paired else f"only {words}")


def _weight(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    fact = chart.latest("weight_kg", now, max_age)
    return None if fact is None else Known(value=fact.value, words=f"{fact.value} kg on {_when(fact.at)}")


def _fresh_pregnancy(chart: PersonChart, now: datetime, max_age: timedelta) -> Recorded[PregnancyRecorded] | None:
    last = chart.last(PregnancyRecorded)
    # Who cannot become pregnant need not be asked again every week.
    if last is None or (last.event.status is not Pregnancy.NOT_APPLICABLE and now - last.at > max_age):
        return None
    return last


def _pregnancy(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    last = _fresh_pregnancy(chart, now, max_age)
    # An older form knew breastfeeding as a status of its own: it says nothing of a new pregnancy.
    if last is None or last.event.status is Pregnancy.BREASTFEEDING:
        return None
    words = f"{last.event.status.replace('_', ' ')} ({last.event.basis}) on {_when(last.at)}"
    return Known(value=last.event.status, words=words)


def _breastfeeding(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    last = _fresh_pregnancy(chart, now, max_age)
    if last is None:
        return None
    return Known(value=last.event.breastfeeds, words=f"{'yes' if last.event.breastfeeds else 'no'}, {_when(last.at)}")


def _medicines_reviewed(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    recent = [each for each in chart.medicine_reviews if now - each.at <= max_age]
    return Known(value=True, words=f"reviewed on {_when(recent[-1].at)}") if recent else None


def _substance_use(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    history = substances.history(chart)
    if history is None or now - history.at > max_age:
        return None
    return Known(value=history.uses or "none", words=f"{history.words}, asked on {_when(history.at)}")


def _score_reader(scale: str) -> Reader:
    def read(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
        score = substances.latest_score(chart, scale, now, max_age)
        return None if score is None else Known(value=score.total, words=f"{score.total}, {score.at:%d %b %Y}")

    return read


def _only_how_often(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    score = substances.latest_score(chart, substances.AUDIT_C, now, max_age)
    only = None if score is None else substances.only_how_often(score)
    return None if only is None else Known(value=only, words="every point from how often" if only else "no")


def _level_of_care(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    last = chart.last(LevelOfCareDecided)
    if last is None or now - last.at > max_age:
        return None
    words = f"{last.event.level}, {last.recorded_by}, {_when(last.at)}: {last.event.words}"
    return Known(value=last.event.level, words=words)


def _evaluated_against(chart: PersonChart, now: datetime, max_age: timedelta) -> Known:
    del now, max_age
    found = evaluations.against(chart)
    words = "; ".join(f"{each.event.evaluator}, {_when(each.at)}: {each.event.finding}" for each in found)
    return Known(value=tuple(each.event.criterion for each in found) or "none", words=words or "none")


def _decided_for(chart: PersonChart, now: datetime, max_age: timedelta) -> Known | None:
    del now, max_age
    decided = chart.last(CandidacyDecided)
    return None if decided is None else Known(value=decided.event.indication, words=decided.event.indication)


def _when(at: datetime) -> str:
    return f"{at:%d %b %H:%M}"


READERS: dict[str, Reader] = {
    "systolic": _pressure_reader("systolic"),
    "diastolic": _pressure_reader("diastolic"),
    "pressure_pairs": _pressure_pairs,
    "weight_kg": _weight,
    "pregnancy": _pregnancy,
    "breastfeeding": _breastfeeding,
    "medicines_reviewed": _medicines_reviewed,
    "substance_use": _substance_use,
    "body_mass_index": body_mass_index,
    "asa_class": asa_class,
    "ymrs": _score_reader("ymrs"),
    "auditc": _score_reader("auditc"),
    "dast10": _score_reader("dast10"),
    "only_how_often": _only_how_often,
    "level_of_care": _level_of_care,
    "evaluated_against": _evaluated_against,
    "decided_for": _decided_for,
}


def _sex_at_birth(registered: Registered, now: datetime) -> Known:
    del now
    return Known(value=registered.sex_at_birth, words=registered.sex_at_birth)


def _indication(registered: Registered, now: datetime) -> Known:
    del now
    return Known(value=registered.indication, words=registered.indication.replace("_", " "))


REGISTER_READERS: dict[str, Callable[[Registered, datetime], Known]] = {
    "age_years": age_years,
    "sex_at_birth": _sex_at_birth,
    "indication": _indication,
}
"""Inputs that the register answers; they do not go stale."""
