"""What is done at a chair beside the plan: medicines, the screen before the start, a spilt bag, how it ended."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.conflict import Conflict
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.records.projections import project_session
from sereniv.clinic.workflows.chair.charting import When, chart_fact, chart_facts, moment_of
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.stock.drug import NOTHING_DIFFERS
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import StandingOrder
from sereniv.therapy.chair.held_against import Offer, Situation, ingredients_of, objections, offer, same_unit
from sereniv.therapy.person.allergies import unread_allergies
from sereniv.therapy.person.events import ThoughtsHeard
from sereniv.therapy.recording.reasons import demand_word, says_something
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import FINISHED, RUNNING, SessionChart
from sereniv.therapy.session.departure import how_it_ended


def standing_orders(kind: str) -> list[StandingOrder]:
    """Return the standing orders of one kind: `medicine` or `measure`."""
    return [row for row in knowledge().standing_orders.values() if row.kind == kind]


def situation(session_id: Id, now: datetime) -> Situation:
    """Return whom a medicine at this chair is held against."""
    chart = chart_store.session_chart_of(session_id)
    if chart.opened is None:
        raise Refused("session", "There is no such session.")
    person_id = chart.opened.event.person
    return Situation(
        record=chart_store.person_chart(person_id),
        registered=Person.objects.get(pk=person_id).registered,
        session=chart,
        now=now,
        knowledge=rules_in_force(now),
    )


def offers(session_id: Id, now: datetime) -> list[Offer]:
    """Return the medicines of the standing orders, each held against the person at this chair."""
    here = situation(session_id, now)
    return [offer(row, here) for row in standing_orders("medicine")]


def _charted(
    session_id: Id, event: ev.MedicineGiven, row: StandingOrder | None, act: Act, at: When
) -> ev.MedicineGiven:
    """Chart what was given with what speaks against it: a fact is taken, questioned, and stays marked."""
    act.permit(Permission.CHART)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return _charted_before(session_id, event)
        here = situation(session_id, moment_of(session_id, event, act, at))
        found = [each for each in objections(event.medicine, _dose(event, row), here, row) if each.stops]
        event = replace(event, questions=tuple(each.words for each in found))
        chart_fact(session_id, event, act, at)
    return event


def _charted_before(session_id: Id, event: ev.MedicineGiven) -> ev.MedicineGiven:
    """Return what the same form has charted, with its questions; it is the same medicine, or a conflict."""
    entries = chart_store.session_chart_of(session_id).entries
    for each in reversed(entries):
        if isinstance(each.event, ev.MedicineGiven) and replace(each.event, questions=()) == event:
            return each.event
    raise Conflict("This form was already recorded with other contents.")


def give_under_order(
    session_id: Id, row: StandingOrder, dose: Decimal, indication: str, act: Act, at: When = None
) -> ev.MedicineGiven:
    """Chart a medicine given under a standing order, at one of its doses, and return it with what it is asked about."""
    event = ev.MedicineGiven(
        medicine=row.title,
        dose=dose,
        unit=row.unit,
        route=row.route,
        indication=indication.strip() or row.indication,
        effect=ev.Effect(row.effect),
        standing_order=row.id,
    )
    return _charted(session_id, event, row, act, at)


def give_other(session_id: Id, event: ev.MedicineGiven, act: Act, at: When = None) -> ev.MedicineGiven:
    """Chart a medicine that no standing order names, and return it with what it is asked about.

    One that is a medicine of the standing orders under another name is held against that order.

    Raises
    ------
    Malformed
        When its name or unit is missing, or the dose is not an amount.
    """
    if not event.medicine.strip() or not event.unit.strip():
        raise Malformed("Write which medicine, and the unit of its dose.")
    if not event.dose.is_finite() or event.dose <= 0:
        raise Malformed("A dose is greater than zero.")
    return _charted(session_id, event, _order_of(event.medicine, act.now), act, at)


def _order_of(medicine: str, now: datetime) -> StandingOrder | None:
    """Return the standing order of a medicine by whatever name, None where there is none."""
    meant = set(ingredients_of(medicine, rules_in_force(now)))
    return next((row for row in standing_orders("medicine") if row.ingredient in meant), None)


def _dose(event: ev.MedicineGiven, row: StandingOrder | None) -> Decimal | None:
    """Return a dose in the unit of its order; None, which counts as its least dose, where it is in another one."""
    return event.dose if row is None or same_unit(event.unit, row.unit) else None


def to_look_at(session_id: Id, given: ev.MedicineGiven, now: datetime) -> tuple[str, ...]:
    """Say what is looked at with a medicine that no button named, and that nobody could be told of before."""
    row = _order_of(given.medicine, now)
    found = objections(given.medicine, _dose(given, row), situation(session_id, now), row)
    return tuple(each.words for each in found if not each.stops)


def unplaced_allergies(session_id: Id, now: datetime) -> tuple[str, ...]:
    """Say of each allergy that no table knows and no prescriber has read that any drug may be meant by it."""
    here = situation(session_id, now)
    found = unread_allergies(here.record, here.knowledge)
    return tuple(f"an allergy that nobody could place: “{each}”" for each in found)


def screen(
    session_id: Id, asked: tuple[str, ...], found: tuple[str, ...], suicidality: ev.Suicidality, words: str, act: Act
) -> None:
    """Record what the questions about the time since the last visit found; new or worse thoughts open an item."""
    act.permit(Permission.RUN_INFUSION)
    known = next(row for row in knowledge().gate if row.id == "interval_history").screens
    if not set(asked) <= set(known) or not set(found) <= set(asked):
        raise Malformed("These are not the questions of the gate. Open the page again.")
    event = ev.IntervalScreened(asked=asked, found=found, suicidality=suicidality, words=words)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        opened = chart_store.session_chart_of(session_id).opened
        if opened is None:
            raise Refused("session", "There is no such session.")
        news = [New(stream=chart_store.session_stream(session_id), event=event, at=act.now)]
        if suicidality is ev.Suicidality.WORSE:
            heard = ThoughtsHeard(session=str(session_id), said=" ".join(words.split()))
            news.append(New(stream=chart_store.person_stream(opened.event.person), event=heard, at=act.now))
        chart_store.append(news, act.writing())
        project_session(session_id)


def transfer_out(session_id: Id, where: str, reason: str, act: Act, at: When = None) -> None:
    """End a session whose patient went to a hospital; a running pump is charted as stopped then.

    Raises
    ------
    Malformed
        When it does not say where to and why.
    Refused
        When the session is over already.
    """
    act.permit(Permission.CHART)
    if not where.strip() or not says_something(reason):
        raise Malformed("Write where the patient goes, and why, in words.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.session_chart_of(session_id)
        demand_not_over(chart)
        facts: list[tuple[ev.SessionEvent, When]] = []
        if chart.phase in RUNNING:
            facts.append((ev.InfusionStopped(reason="transferred out"), at))
        facts.append((ev.TransferredOut(where=where, reason=reason), at))
        chart_facts(session_id, facts, act)


def left_unseen(session_id: Id, last_seen: str, done: str, act: Act, at: When = None) -> None:
    """End a session whose patient was found gone; a running pump is charted as stopped then.

    Raises
    ------
    Malformed
        When it does not say when they were last seen, and what was done to reach them.
    Refused
        When the session is over already.
    """
    act.permit(Permission.CHART)
    if not last_seen.strip() or not says_something(done):
        raise Malformed("Write when and how the patient was last seen, and what was done to reach them.")
    _ended(session_id, ev.LeftUnseen(last_seen=last_seen, done=done), "the patient was gone", act, at)


def record_death(session_id: Id, words: str, told: str, act: Act, at: When = None) -> None:
    """End a session whose patient died here; a running pump is charted as stopped then.

    Raises
    ------
    Malformed
        When it does not say what happened and who was told.
    Refused
        When the session is over already.
    """
    act.permit(Permission.CHART)
    if not words.strip() or not told.strip():
        raise Malformed("Write what happened, and who was told.")
    _ended(session_id, ev.Died(words=words, told=told), "the patient died", act, at)


def _ended(session_id: Id, event: ev.LeftUnseen | ev.Died, stopped: str, act: Act, at: When) -> None:
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.session_chart_of(session_id)
        demand_not_over(chart)
        running = chart.phase in RUNNING
        facts: list[tuple[ev.SessionEvent, When]] = [(ev.InfusionStopped(reason=stopped), at)] if running else []
        chart_facts(session_id, [*facts, (event, at)], act)


def demand_not_over(chart: SessionChart) -> None:
    """Raise Refused of a session that is over: it ended once, and in one way."""
    if chart.opened is None or chart.phase in FINISHED:
        raise Refused("session", _over(chart))


def demand_a_bag(chart: SessionChart) -> None:
    """Raise Refused where there is no bag that could be spilt, nor a spill to correct."""
    if chart.prepared is None:
        raise Refused("custody", "No drug was drawn for this session: there is no bag to spill.")
    if chart.phase in FINISHED and not chart.spilt:
        raise Refused("custody", f"{_over(chart)} Say it in the account.")


def _over(chart: SessionChart) -> str:
    """Say that a session is over, and in which way: who left unseen or went to a hospital was not discharged."""
    return f"This session is over: {how_it_ended(chart)}."


def resite(session_id: Id, site: str, reason: str, act: Act, at: When = None) -> None:
    """Chart that the line was put in anew, with where it is now."""
    act.permit(Permission.CHART)
    if not site.strip() or not says_something(reason):
        raise Malformed("Write where the line is now, and why it was moved, in words.")
    chart_fact(session_id, ev.LineResited(site=site, reason=reason), act, at)


def spill(
    session_id: Id, volume_ml: Decimal, words: str, act: Act, at: When = None, corrects: int | None = None
) -> None:
    """Chart that drug was spilt from a bag or syringe: it is accounted for as wasted, with these words.

    Parameters
    ----------
    corrects
        The entry of a spill that was written down wrong, in whose place and at whose time this one stands.

    Raises
    ------
    Refused
        When no bag was made up, the session is over, or there is no such spill to correct.
    Malformed
        When it does not say what happened, or more would be spilt of a bag than it held.
    """
    act.permit(Permission.CHART)
    act.second_person(TwoPersonAct.DRUG_ACCOUNTED, "witness")
    words = demand_word(words, "Write what happened, and what became of the remains.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        chart = chart_store.session_chart_of(session_id)
        demand_a_bag(chart)
        if chart.phase in FINISHED and corrects is None:
            raise Refused("custody", f"{_over(chart)} Say it in the account.")
        if corrects is not None:
            _demand_it_corrects(chart, volume_ml, words, corrects)
        _demand_it_held(chart, volume_ml, corrects)
        spilt = ev.DrugSpilt(volume_ml=volume_ml, words=words, corrects=corrects)
        chart_fact(session_id, spilt, act, None if corrects is not None else at)


def _demand_it_corrects(chart: SessionChart, volume_ml: Decimal, words: str, corrects: int) -> None:
    wrong = next((each.event for each in chart.spilt if each.stream_seq == corrects), None)
    if wrong is None:
        raise Refused("custody", "There is no such spill, or it is corrected already. Look at the log.")
    if (wrong.volume_ml, wrong.words) == (volume_ml, words):
        raise Refused("custody", NOTHING_DIFFERS)


def _demand_it_held(chart: SessionChart, volume_ml: Decimal, corrects: int | None = None) -> None:
    """Ask again for a volume that the bags of a session, less what else was spilt of them, never held."""
    held_ml = sum((bag.event.final_volume_ml for bag in chart.bags), Decimal(0))
    others = (each.event.volume_ml for each in chart.spilt if each.stream_seq != corrects)
    spilt_ml = sum(others, Decimal(0))
    least = Decimal(0) if corrects is not None else Decimal("0.0001")
    if volume_ml.is_finite() and least <= volume_ml <= held_ml - spilt_ml:
        return
    bags = f"{len(chart.bags)} bags held" if len(chart.bags) > 1 else "bag held"
    before = f", and {plain(spilt_ml)} mL of it are charted as spilt already" if spilt_ml else ""
    raise Malformed(f"Enter the volume in mL: the {bags} {plain(held_ml)} mL{before}.")
