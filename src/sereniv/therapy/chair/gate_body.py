"""The gate's lines about the body on the day: what was asked and measured, against the limits for a start."""

from datetime import timedelta
from decimal import Decimal

from sereniv.knowledge.rows import GateLine, Knowledge
from sereniv.therapy.chair.gate_facts import GateFacts, Judgement, LineState, too_old
from sereniv.therapy.monitoring.alert_limits import VITAL_FIELDS
from sereniv.therapy.monitoring.suicide_said import suicide_named
from sereniv.therapy.person.events import Decision, Pregnancy, PregnancyRecorded
from sereniv.therapy.recording.phrases import shortened
from sereniv.therapy.recording.time_words import clock_words
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session.events.incidents import Suicidality
from sereniv.therapy.session.written import written_by_hand
from sereniv.therapy.treatment.dose_weight_now import dose_weight_now, weighed_lately, weight_holds_for


def interval_history_line(row: GateLine, facts: GateFacts) -> Judgement:
    """Read what was asked since the last time, thoughts of suicide among it."""
    screened, on_suicide = facts.session.screened, facts.session.suicide_screened
    if screened is None or on_suicide is None:
        return LineState.NOT_YET_KNOWN, "Not asked yet."
    event = screened.event
    left = [question for name, question in row.screens.items() if name not in event.asked]
    suicidality = on_suicide.event.suicidality
    if left or suicidality is Suicidality.NOT_ASKED:
        return LineState.NOT_YET_KNOWN, f"Not asked: {'; '.join(left) or 'suicidal thoughts'}."
    found = [row.screens.get(name, name) for name in event.found]
    if suicidality is Suicidality.WORSE:
        found.append("Suicidal thoughts new or worse")
    told = dict.fromkeys((event.words, on_suicide.event.words))
    said = "".join(f" {each}" for each in told if each)
    if found:
        return LineState.DOES_NOT_HOLD, f"Found: {'; '.join(found)}.{said}"
    if named := suicide_named(facts.session, facts.knowledge):
        words = shortened(written_by_hand(named.event))
        return LineState.NOT_YET_KNOWN, f"Charted in words: “{words}”. Ask about suicide again."
    if stale := too_old(row, screened.at, facts.now):
        return LineState.NOT_YET_KNOWN, f"Asked {clock_words(screened.at, facts.now.date())}, {stale}"
    who = facts.name_of(screened.recorded_by)
    when = clock_words(screened.at, facts.now.date())
    words = f"Nothing new; suicidal thoughts: {suicidality}. {when}, {who}.{said}"
    return LineState.HOLDS, words


def pregnancy_line(row: GateLine, facts: GateFacts) -> Judgement:
    """Read whether the patient is pregnant, from what was recorded of late."""
    known = facts.person.last(PregnancyRecorded)
    if known is None:
        return LineState.NOT_YET_KNOWN, "Nobody has recorded whether the patient is pregnant."
    status, feeds = known.event.status, known.event.breastfeeds
    said = "Breastfeeding" if status is Pregnancy.BREASTFEEDING else str(status).replace("_", " ").capitalize()
    also = ", breastfeeding" if feeds and status is not Pregnancy.BREASTFEEDING else ""
    words = f"{said}{also}, {known.at:%d %b}: {known.event.basis}."
    if status is Pregnancy.BREASTFEEDING:
        return LineState.NOT_YET_KNOWN, f"{words} That says nothing of a new pregnancy: find out, or test."
    too_old = row.max_age_days is not None and facts.now - known.at > timedelta(days=row.max_age_days)
    if too_old and status is not Pregnancy.NOT_APPLICABLE:
        return LineState.NOT_YET_KNOWN, f"{words} Over {row.max_age_days} days old: test again."
    if status is not Pregnancy.PREGNANT and not feeds:
        return LineState.HOLDS, words
    decided = facts.person.decisions[-1] if facts.person.decisions else None
    if decided and decided.co_signed_by and decided.at >= known.at and decided.event.decision is Decision.ELIGIBLE:
        people = f"{facts.name_of(decided.recorded_by)} with {facts.name_of(decided.co_signed_by)}"
        return LineState.OVERRIDDEN, f"{words} Signed over by {people}, {decided.at:%d %b}: {decided.event.reason}"
    return LineState.DOES_NOT_HOLD, f"{words} Candidacy is decided anew, with a second signer."


def weight_line(row: GateLine, facts: GateFacts) -> Judgement:
    """Hold today's weight against the order's, and the weight it doses by against height and sex as they stand."""
    today = facts.person.latest("weight_kg", facts.now, weight_holds_for(facts.knowledge))
    asked = facts.person.asked_since("weight_kg", today)
    if asked is not None:
        return LineState.NOT_YET_KNOWN, f"A weight of {asked.value} kg waits to be confirmed."
    if today is None:
        return LineState.NOT_YET_KNOWN, f"No usable weight in {weighed_lately(facts.knowledge)}."
    order = facts.order
    if (
        order is None
        or order.withdrawn is not None
        or row.hold_change_fraction is None
        or row.gate_change_fraction is None
    ):
        return LineState.NOT_YET_KNOWN, "No order to compare the weight with."
    ordered = order.terms.measured_weight_kg
    change = abs(today.value - ordered) / ordered
    when = clock_words(today.at, facts.now.date())
    words = f"{today.value} kg at {when}; the order used {ordered} kg ({change:.1%})."
    if change > row.gate_change_fraction:
        return LineState.DOES_NOT_HOLD, f"{words} Over {row.gate_change_fraction:.0%}: a new order, or the prescriber."
    if change > row.hold_change_fraction:
        return LineState.DOES_NOT_HOLD, f"{words} Over {row.hold_change_fraction:.0%}: weigh again."
    dosed = dose_weight_now(
        facts.person, facts.registered.sex_at_birth, order.terms, today.value, facts.now, facts.knowledge
    )
    if dosed is None:
        return LineState.HOLDS, words
    if dosed.kg is None:
        return LineState.NOT_YET_KNOWN, dosed.words
    if dosed.change_fraction > row.hold_change_fraction:
        over = f"Over {row.hold_change_fraction:.0%}: a new order, or the prescriber."
        return LineState.DOES_NOT_HOLD, f"{words} {dosed.words} {over}"
    return LineState.HOLDS, f"{words} {dosed.words}"


def vitals_line(row: GateLine, facts: GateFacts) -> Judgement:
    """Hold the newest vital signs against the limits for a start."""
    max_age = timedelta(minutes=facts.knowledge.schedule.baseline_max_age_min)
    usable = [each for each in facts.session.usable_vitals() if facts.now - each.at <= max_age]
    open_questions = {(entry, field) for entry, field, _ in facts.session.open_questions()}
    latest: dict[str, Decimal] = {}
    for each in usable:
        for name in VITAL_FIELDS:
            value = getattr(each.event, name)
            if value is not None:
                latest[name] = value
            elif (each.stream_seq, name) in open_questions:
                # An older value does not stand in for a newer one that waits to be confirmed.
                latest.pop(name, None)
    missing = [name for name in VITAL_FIELDS if name not in latest]
    if missing:
        names = ", ".join(name.replace("_", " ") for name in missing)
        return (
            LineState.NOT_YET_KNOWN,
            f"Missing from the last {max_age.seconds // 60} minutes: {names.replace('spo2', 'SpO₂')}.",
        )
    beyond = _beyond(row, latest, facts.knowledge)
    words = (
        f"{latest['systolic']}/{latest['diastolic']} mmHg, heart {latest['heart_rate']}, "
        f"SpO₂ {latest['spo2']} %, breathing {latest['respiratory_rate']}."
    )
    # Temperature is no part of the set; where somebody took one, it counts.
    taken = [each.event.temperature for each in facts.session.usable_vitals() if each.event.temperature is not None]
    if taken:
        words = f"{words[:-1]}, {taken[-1]} °C."
        if row.temperature_below is not None and taken[-1] >= row.temperature_below:
            beyond.append(f"Temperature from {row.temperature_below} °C.")
    return (LineState.DOES_NOT_HOLD, f"{words} {' '.join(beyond)}") if beyond else (LineState.HOLDS, words)


def _beyond(row: GateLine, latest: dict[str, Decimal], knowledge: Knowledge) -> list[str]:
    pressure = knowledge.criteria["uncontrolled_hypertension"]
    words = []
    if any(latest[name] >= limit for name, limit in pressure.gate_from.items()):
        words.append(f"Pressure from {_pressure(pressure.gate_from)}: the prescriber decides.")
    elif any(latest[name] > limit for name, limit in pressure.hold_above.items()):
        words.append(f"Pressure over {_pressure(pressure.hold_above)}: rest five to ten minutes and repeat.")
    if row.heart_rate and not row.heart_rate[0] <= latest["heart_rate"] <= row.heart_rate[1]:
        words.append(f"Heart rate outside {row.heart_rate[0]} to {row.heart_rate[1]}.")
    if row.spo2_from and latest["spo2"] < row.spo2_from:
        words.append(f"Saturation under {row.spo2_from} %.")
    if row.respiratory_rate and not row.respiratory_rate[0] <= latest["respiratory_rate"] <= row.respiratory_rate[1]:
        words.append(f"Respiratory rate outside {row.respiratory_rate[0]} to {row.respiratory_rate[1]}.")
    return words


def _pressure(limits: dict[str, Decimal]) -> str:
    return f"{plain(limits['systolic'])}/{plain(limits['diastolic'])}"
