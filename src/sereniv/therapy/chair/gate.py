"""The pre-infusion gate: each line holds, does not hold, or is not yet known, with what it read."""

from collections.abc import Callable
from datetime import timedelta

from sereniv.knowledge.rows import GateLine, OrderAct, OrderState, words_of
from sereniv.therapy.candidacy.interactions import unplaced_medicines
from sereniv.therapy.chair.gate_body import interval_history_line, pregnancy_line, vitals_line, weight_line
from sereniv.therapy.chair.gate_candidacy import candidacy_line, is_shut
from sereniv.therapy.chair.gate_facts import GateFacts, Judgement, LineFinding, LineState, holds_a_value, too_old
from sereniv.therapy.chair.staffing import short_of_nurses
from sereniv.therapy.monitoring.charted import standing_signs
from sereniv.therapy.person.allergies import against_the_bag, allergies, allergy_words, unplaced, unread_allergies
from sereniv.therapy.person.conditions import conditions_of, said_to_have, unread_conditions
from sereniv.therapy.person.consent import ConsentState, consent, needs_guardian
from sereniv.therapy.person.diagnoses import coded_conditions, standing
from sereniv.therapy.person.events import HistoryList
from sereniv.therapy.person.medicines import lines_of, medicines_of
from sereniv.therapy.person.received import not_taken_up_words
from sereniv.therapy.recording.time_words import clock_words
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.recording.unread import unread_briefly
from sereniv.therapy.treatment import order_life
from sereniv.therapy.treatment.course import Standing, present
from sereniv.therapy.treatment.course_rules import change_of
from sereniv.therapy.treatment.next_infusion import of_thoughts, waits
from sereniv.therapy.treatment.spacing import spacing

NEVER_PASSED_OVER = frozenset({"order", "drug", "pregnancy", "milestone", "open_items"})
"""Lines that no prescriber passes here with a reason: they are put right, or decided anew with a second signer."""


def gate(facts: GateFacts) -> tuple[LineFinding, ...]:
    """Judge every line of the gate, in its order."""
    return tuple(_line(row, facts) for row in facts.knowledge.gate)


def _line(row: GateLine, facts: GateFacts) -> LineFinding:
    passed_over = _not_needed(row, facts)
    if passed_over:
        return LineFinding(row=row, state=LineState.HOLDS, why=passed_over, is_asked=False)
    state, why = COMPUTED[row.id](row, facts) if row.kind == "computed" else _attested(row, facts)
    shut = (row.id == "candidacy" and is_shut(facts)) or (row.id == "consent" and _consent_was_taken_back(facts))
    may_be_passed_over = row.id not in NEVER_PASSED_OVER and not shut
    override = facts.session.overridden.get(row.id) if may_be_passed_over else None
    if override and state is LineState.DOES_NOT_HOLD and override.event.read == why:
        return LineFinding(row=row, state=LineState.OVERRIDDEN, why=f"{why} Prescriber: {override.event.reason}")
    return LineFinding(row=row, state=state, why=why, may_be_passed_over=may_be_passed_over)


def _not_needed(row: GateLine, facts: GateFacts) -> str:
    """Say why this person is not asked a line that only some are asked; empty where they are, or where nobody knows."""
    if not row.only_with and not row.only_taking:
        return ""
    asked, listed = conditions_of(facts.person, HistoryList.CONDITIONS), medicines_of(facts.person)
    if asked is None or listed is None or said_to_have(facts.person, row.only_with, row.only_words):
        return ""
    coded = coded_conditions(facts.person, facts.knowledge)
    diagnosed = {word for each in standing(facts.person) for word in words_of(each.event.words)}
    if not coded.keys().isdisjoint(row.only_with) or any(each.startswith(row.only_words) for each in diagnosed):
        return ""
    if not set(row.only_with) <= set(asked.event.asked):
        return ""
    if unread_conditions(facts.person, HistoryList.CONDITIONS, facts.knowledge):
        return ""
    if row.only_taking and unplaced_medicines(facts.person, facts.knowledge.medicines):
        return ""
    taken = {
        each.id for line in lines_of(listed.event.medicines, facts.knowledge.medicines) for each in line.ingredients
    }
    if not taken.isdisjoint(row.only_taking):
        return ""
    return f"Not asked: {row.not_needed}, {asked.at:%d %b} and {listed.at:%d %b}."


def _attested(row: GateLine, facts: GateFacts) -> Judgement:
    said = facts.session.attested.get(row.id)
    if said is None:
        return LineState.NOT_YET_KNOWN, "Not answered yet."
    detail = f" {said.event.detail}" if said.event.detail else ""
    answer = "Confirmed" if said.event.holds else "Not so"
    words = f"{answer}, {clock_words(said.at, facts.now.date())}, {facts.name_of(said.recorded_by)}.{detail}"
    if not said.event.holds:
        return LineState.DOES_NOT_HOLD, words
    if row.asks_value and not holds_a_value(said.event.detail):
        return LineState.NOT_YET_KNOWN, f"{words} No value is written: {row.asks[:1].lower()}{row.asks[1:]}."
    if stale := too_old(row, said.at, facts.now):
        return LineState.NOT_YET_KNOWN, f"{words} {stale}"
    short = short_of_nurses(row, facts.session.plan, facts.elsewhere, said.event.detail)
    return (LineState.DOES_NOT_HOLD, f"{words} {short}") if short else (LineState.HOLDS, words)


def _consent(row: GateLine, facts: GateFacts) -> Judgement:
    del row
    rule = facts.knowledge.consent
    found = consent(facts.person, facts.now, rule)
    signed = found.signed
    if signed is not None and needs_guardian(signed.event, facts.registered, facts.now.date(), rule):
        why = f"{found.words()} Under {rule.patient_signs_from_years} a guardian consents."
        return LineState.DOES_NOT_HOLD, why
    match found.state:
        case ConsentState.MISSING:
            return LineState.NOT_YET_KNOWN, found.words()
        case ConsentState.HOLDS:
            return LineState.HOLDS, found.words()
        case ConsentState.EXPIRED | ConsentState.WITHDRAWN:
            return LineState.DOES_NOT_HOLD, found.words()


def _consent_was_taken_back(facts: GateFacts) -> bool:
    """Say whether the patient took their consent back: nobody's reason stands for it, they sign again."""
    return consent(facts.person, facts.now, facts.knowledge.consent).state is ConsentState.WITHDRAWN


def _order(row: GateLine, facts: GateFacts) -> Judgement:
    """Judge the session's order: only the live one, signed by two people, lets the infusion start."""
    del row
    if facts.order is None:
        return LineState.DOES_NOT_HOLD, "There is no such order."
    # Once the pump ran, the line says how the order stood at the start.
    began = facts.session.started_at
    now = order_life.stand(facts.order, frozenset(), began or facts.now, facts.knowledge, seen_from=began)
    if now.state is OrderState.SIGNED:
        return LineState.NOT_YET_KNOWN, now.words(facts.name_of)
    order = facts.order
    if order.co_signed is None or not facts.knowledge.order_steps[OrderAct.START].allows(now.state):
        return LineState.DOES_NOT_HOLD, now.words(facts.name_of)
    if facts.sign_anew:
        return LineState.DOES_NOT_HOLD, facts.sign_anew
    people = f"{facts.name_of(order.signed.recorded_by)} and {facts.name_of(order.co_signed.recorded_by)}"
    return LineState.HOLDS, f"{plain(order.terms.dose_mg)} mg, signed {order.signed.at:%d %b %H:%M} by {people}."


def _drug(row: GateLine, facts: GateFacts) -> Judgement:
    del row
    drawn = facts.session.prepared
    if drawn is None:
        return LineState.NOT_YET_KNOWN, "No drug is drawn yet."
    plan, event = facts.session.plan, drawn.event
    # A syringe measures to one increment: 0.71 mL of 50 mg/mL for 35.7 mg.
    syringe_mg = event.strength_mg_per_ml * facts.knowledge.standard.stock_ml_increment
    if abs(event.drawn_mg - plan.dose_mg) >= syringe_mg or event.final_volume_ml != plan.volume_ml:
        return LineState.DOES_NOT_HOLD, (
            f"The bag holds {plain(event.drawn_mg)} mg in {plain(event.final_volume_ml)} mL; "
            f"the order is {plain(plan.dose_mg)} mg in {plain(plan.volume_ml)} mL."
        )
    people = f"{facts.name_of(drawn.recorded_by)} and {facts.name_of(drawn.co_signed_by)}"
    return (
        LineState.HOLDS,
        f"{plain(event.drawn_mg)} mg in {plain(event.final_volume_ml)} mL from vial {event.vial}, {people}.",
    )


def _spacing(row: GateLine, facts: GateFacts) -> Judgement:
    del row
    protocol = facts.knowledge.protocols.get(facts.session.plan.protocol)
    if protocol is None:
        return LineState.NOT_YET_KNOWN, f"Protocol {facts.session.plan.protocol} is not among today's protocols."
    spaced = spacing(protocol, facts.person, [each.began for each in facts.runs], facts.zone)
    if spaced is None:
        return LineState.HOLDS, "The first infusion."
    asks = f"{protocol.id} asks {protocol.minimum_hours_between} h."
    words = spaced.assumed or f"{(facts.now - spaced.last) / timedelta(hours=1):.0f} h since the last infusion;"
    return (LineState.HOLDS if facts.now >= spaced.earliest else LineState.DOES_NOT_HOLD), f"{words} {asks}"


def _milestone(row: GateLine, facts: GateFacts) -> Judgement:
    """Judge whether the course waits: for a review or decision, a resumption, or a look at a patient who is worse."""
    del row
    today = facts.now.astimezone(facts.zone).date()
    course = present(facts.person, facts.runs, facts.knowledge, today, facts.zone)
    if course is None:
        return LineState.HOLDS, "No course is under way."
    if course.standing is Standing.ENDED:
        return LineState.DOES_NOT_HOLD, "The course has ended. A new order opens another."
    change = change_of(course, facts.person, facts.knowledge, facts.now)
    # Thoughts of suicide have a line of their own.
    own = facts.knowledge.open_items.id
    found = [
        each for each in waits(course, change, facts.person, facts.knowledge, facts.now, facts.zone) if each.rule != own
    ]
    if found:
        return LineState.DOES_NOT_HOLD, " ".join(each.reason for each in found)
    last = course.reviews[-1] if course.reviews else None
    if last is None:
        return LineState.HOLDS, f"{course.protocol.id} asks for no review before this infusion."
    return LineState.HOLDS, f"Reviewed {last.at:%d %b} by {facts.name_of(last.recorded_by)}: {last.event.outcome}."


def _open_items(row: GateLine, facts: GateFacts) -> Judgement:
    del row
    found = of_thoughts(facts.person, facts.knowledge)
    if found:
        return LineState.DOES_NOT_HOLD, " ".join(each.reason for each in found)
    return LineState.HOLDS, "Nothing about suicide waits to be taken up in person."


HOW_TO_PLACE = "Write it again by the drug's name, or let a prescriber read it."


def _allergies(row: GateLine, facts: GateFacts) -> Judgement:
    """Judge whether an allergy names what is in the bag; one that nobody could place is read first."""
    del row
    told = allergies(facts.person, facts.knowledge.medicines)
    against = against_the_bag(facts.person, facts.knowledge)
    if against:
        return LineState.DOES_NOT_HOLD, f"ALLERGY to what is in the bag: {'; '.join(against)}."
    if told is None:
        return LineState.NOT_YET_KNOWN, "Allergies were never asked."
    waiting = unread_allergies(facts.person, facts.knowledge)
    said = allergy_words(facts.person)
    words = f"{said[:1].upper()}{said[1:]}."
    if waiting:
        lines = ", ".join(f"“{each}”" for each in waiting)
        why = f"{words} Not known to our tables, so it may be any drug: {lines}. {HOW_TO_PLACE}"
        return LineState.NOT_YET_KNOWN, why
    read = ", ".join(f"“{each}”" for each in unplaced(facts.person, facts.knowledge))
    return LineState.HOLDS, f"{words} Not known to our tables, read by a prescriber: {read}." if read else words


def _record_reads(row: GateLine, facts: GateFacts) -> Judgement:
    del row
    missing = (
        *(f"{words} of the record" for words in unread_briefly(facts.person.unread)),
        *(f"{words} of another infusion" for words in unread_briefly(facts.unread_before)),
        *unread_briefly(facts.session.unread),
    )
    if missing:
        return LineState.DOES_NOT_HOLD, f"Cannot be read: {'; '.join(missing)}. Find out what it said."
    return LineState.HOLDS, "Every entry of the record and of this session reads."


def _received(row: GateLine, facts: GateFacts) -> Judgement:
    del row
    if found := tuple(not_taken_up_words(facts.person, facts.knowledge)):
        return LineState.DOES_NOT_HOLD, f"In the inbox, and in no chart yet: {'; '.join(found)}. Take it up."
    return LineState.HOLDS, "Nothing that bears on safety waits in the inbox."


def _signs(row: GateLine, facts: GateFacts) -> Judgement:
    """Judge what was charted in this session: what calls for stopping a pump calls for not starting it."""
    del row
    standing = standing_signs(facts.session, facts.knowledge)
    if standing:
        return LineState.DOES_NOT_HOLD, f"{'; '.join(standing)}. Look again and chart what you find."
    return LineState.HOLDS, "No red flag, and no value past the clinic's card, is charted in this session."


COMPUTED: dict[str, Callable[[GateLine, GateFacts], Judgement]] = {
    "consent": _consent,
    "candidacy": candidacy_line,
    "interval_history": interval_history_line,
    "pregnancy": pregnancy_line,
    "weight": weight_line,
    "vitals": vitals_line,
    "order": _order,
    "drug": _drug,
    "spacing": _spacing,
    "milestone": _milestone,
    "open_items": _open_items,
    "allergies": _allergies,
    "record_reads": _record_reads,
    "received": _received,
    "signs": _signs,
}
