"""Ordering one infusion: arithmetic, limits, signature, independent co-signature."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.models import Id, Person
from sereniv.clinic.workflows.course.courses import opening
from sereniv.clinic.workflows.course.treatment import Treatment, treatment_of
from sereniv.clinic.workflows.course.weighing import in_sight, weigh
from sereniv.clinic.workflows.orders.limits_now import circumstances_of
from sereniv.clinic.workflows.orders.order_state import demand_order, sign_anew
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.joined_records import demand_not_joined
from sereniv.knowledge import Knowledge
from sereniv.knowledge.rows import DecisionKind, OrderAct, Protocol
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.allergies import TICKED, against_the_bag
from sereniv.therapy.person.chart import Fact, PersonChart
from sereniv.therapy.recording.reasons import demand_word, is_reason, no_reason
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment import dose, order_limits
from sereniv.therapy.treatment.course import Standing
from sereniv.therapy.treatment.dose_step import DoseBefore, step_words
from sereniv.therapy.treatment.dose_weight_now import weighed_lately, weight_holds_for
from sereniv.therapy.treatment.shown import known_lines, numbers_lines
from sereniv.therapy.treatment.signals import Borne


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the prescriber chose, a dose or a rate as the protocol has it; everything else is computed."""

    protocol: str
    dose_mg_per_kg: Decimal | None = None
    duration_min: int
    concentration_mg_per_ml: Decimal
    weight_basis: ev.WeightBasis
    rate_mg_per_kg_per_h: Decimal | None = None
    cap_mg_per_h: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An order worked out and held against every limit, not yet signed."""

    wanted: Wanted
    protocol: Protocol
    infusion_number: int
    weight: Fact
    weights: dose.DoseWeights
    order: dose.PumpOrder
    hits: tuple[order_limits.LimitHit, ...]
    stands: Treatment
    before: DoseBefore | None = None
    """The dose it was held against: the last one tolerated, else the last."""
    allergic: tuple[str, ...] = ()
    """What was said of allergies that names what is in the bag."""

    @property
    def step_words(self) -> str:
        """The step from the dose it was held against, "" where there was none."""
        return step_words(self.order, self.wanted.weight_basis, self.before) if self.before else ""

    @property
    def cap_words(self) -> str:
        """What a cap that bites has changed, "" where none does."""
        return dose.cap_words(self.order)

    @property
    def severest(self) -> order_limits.Severity:
        """How severe the severest limit is that this order goes past."""
        return self.hits[0].severity if self.hits else order_limits.Severity.WITHIN


def weighed(person_id: Id, chart: PersonChart, now: datetime) -> tuple[Fact, dose.DoseWeights]:
    """Return today's usable weight and the dose weights that follow from it.

    Raises
    ------
    Refused
        When weight (no older than the gate's row says) or height is missing or waits for confirmation.
    """
    rules = rules_in_force(now)
    weight, height = chart.latest("weight_kg", now, weight_holds_for(rules)), chart.latest("height_cm", now)
    if weight is None:
        lately = weighed_lately(rules)
        raise Refused("weight", f"No usable weight from {lately}. Weigh the patient, or confirm the weight.")
    if height is None:
        raise Refused("weight", "No usable height. Measure it, or confirm it.")
    for name, known in (("weight_kg", weight), ("height_cm", height)):
        if (asked := chart.asked_since(name, known)) is not None:
            of = f"{name.partition('_')[0]} of {plain(asked.value)} {name.partition('_')[2]}"
            raise Refused("weight", f"A newer {of} waits: confirm or strike it first.")
    sex = Person.objects.get(pk=person_id).sex_at_birth
    return weight, dose.dose_weights(weight.value, height.value, sex, rules.dose_weight)


def propose(person_id: Id, wanted: Wanted, act: Act) -> Proposal:
    """Work out an order for somebody who reads orders, and hold it against the limits; nothing is stored."""
    act.permit(Permission.READ_ORDERS)
    return worked_out(person_id, wanted, act.now)


def worked_out(person_id: Id, wanted: Wanted, now: datetime) -> Proposal:
    """Work out an order and hold it against the limits: for a workflow, or a door, that has asked."""
    rules = rules_in_force(now)
    if wanted.protocol not in rules.protocols:
        raise Malformed("Choose a protocol from the list.")
    protocol = rules.protocols[wanted.protocol]
    if not protocol.outpatient:
        raise Refused("protocol", f"{protocol.id} needs a ward: it cannot be run in a clinic without beds.")
    chart = chart_store.person_chart(person_id)
    weight, weights = weighed(person_id, chart, now)
    order = _worked(wanted, protocol, weights.of(wanted.weight_basis), rules)
    stands = treatment_of(person_id, now, chart)
    around = circumstances_of(stands, protocol, weights.actual_kg, wanted.weight_basis, now)
    return Proposal(
        wanted=wanted,
        protocol=protocol,
        infusion_number=len(stands.ran) + 1,
        weight=weight,
        weights=weights,
        order=order,
        hits=order_limits.limit_hits(order, around, rules),
        stands=stands,
        before=around.before,
        allergic=against_the_bag(chart, rules),
    )


def _worked(wanted: Wanted, protocol: Protocol, dose_weight_kg: Decimal, rules: Knowledge) -> dose.PumpOrder:
    """Work the order out as its protocol doses: by mg/kg, or by rate under a cap."""
    last = (dose_weight_kg, wanted.duration_min, wanted.concentration_mg_per_ml, rules.standard)
    if protocol.rate_mg_per_kg_per_h is None:
        if wanted.dose_mg_per_kg is None:
            raise Malformed("Enter the dose in mg/kg.")
        return dose.pump_order(wanted.dose_mg_per_kg, *last)
    if wanted.rate_mg_per_kg_per_h is None:
        raise Malformed("Enter the rate in mg/kg/h.")
    if wanted.cap_mg_per_h is None and protocol.cap_mg_per_h is not None:
        raise Malformed(f"Enter the cap of the rate: {protocol.id} has one, {plain(protocol.cap_mg_per_h)} mg/h.")
    return dose.rate_order(wanted.rate_mg_per_kg_per_h, wanted.cap_mg_per_h, *last)


def indication_of(person_id: Id, chart: PersonChart) -> str:
    """Return what a person is treated for: as last decided, or as registered."""
    return chart.decisions[-1].event.indication if chart.decisions else Person.objects.get(pk=person_id).indication


def protocols_for(indication: str, rules: Knowledge) -> tuple[Protocol, ...]:
    """Return the protocols of an indication, those that need a ward too; every one for an unknown indication."""
    found = rules.protocols.values()
    return tuple(each for each in found if indication in each.indications or indication not in rules.indications)


def sign_order(person_id: Id, wanted: Wanted, reason: str, expected_seq: int, act: Act) -> int:
    """Sign an order and return its entry in the person's stream; one that was not used by then is replaced by it.

    Raises
    ------
    Refused
        When the person is not decided eligible, or not since the last course ended, the course waits for something,
        the protocol is another than the course's or not for what the person is treated for, an absolute limit is
        passed, or a soft or hard one without its reason or second signer. The first order under a protocol opens its
        course in the same act.
    """
    act.permit(Permission.SIGN_ORDER)
    with chart_store.in_turn():
        before = chart_store.place_of(act.key, act.by.username)
        if before is not None:
            return before
        demand_not_joined(person_id)
        chart = chart_store.person_chart(person_id)
        if not chart.decisions or chart.decisions[-1].event.decision is not ev.Decision.ELIGIBLE:
            raise Refused("candidacy", "A prescriber has not decided that this person is eligible.")
        proposal = propose(person_id, wanted, act)
        indication = indication_of(person_id, chart)
        refuse_out_of_course(proposal.stands, proposal.protocol, indication, rules_in_force(act.now))
        _refuse_past_limits(proposal, reason, act)
        weighed = weigh(DecisionKind.ORDER, person_id, proposal.stands.read, reason, act)
        borne = in_sight(DecisionKind.ORDER, person_id, proposal.stands.read).borne
        stream = chart_store.person_stream(person_id)
        news = [New(stream=stream, event=_order(proposal, reason, act), at=act.now, expected_seq=expected_seq)]
        news.append(New(stream=stream, event=_shown(stream, proposal, borne), at=act.now))
        news += [New(stream=stream, event=each, at=act.now) for each in weighed]
        news += _openings(proposal.stands, proposal.protocol, indication, stream, act)
        written = chart_store.append(news, act.writing())
    return written[0].stream_seq


def raise_offered(protocol: Protocol, stands: Treatment) -> tuple[Decimal | None, Decimal | None]:
    """Return the dose of the last infusion and the higher one its protocol allows now, None where it allows none.

    It does after a recorded non-response to a dose that was tolerated, one step at a time, up to its own limit.
    """
    last, course = stands.ran[-1].plan if stands.ran else None, stands.course
    under_way = course is not None and course.standing is not Standing.ENDED and course.protocol.id == protocol.id
    if last is None or last.protocol != protocol.id or not under_way or protocol.titration is None:
        return None, None
    dose_mg_per_kg, titration = last.dose_mg_per_kg, protocol.titration
    if not stands.grounds_to_raise or dose_mg_per_kg >= titration.up_to_mg_per_kg:
        return dose_mg_per_kg, None
    return dose_mg_per_kg, min(dose_mg_per_kg + titration.step_mg_per_kg, titration.up_to_mg_per_kg)


def refuse_out_of_course(stands: Treatment, protocol: Protocol, indication: str, rules: Knowledge) -> None:
    """Raise Refused where the course does not let another infusion of this protocol be ordered."""
    if protocol not in protocols_for(indication, rules):
        title = rules.indications[indication].title
        raise Refused("protocol", f"{protocol.id} is not a protocol for {title[:1].lower()}{title[1:]}.")
    _refuse_what_waits(stands)
    course = stands.course
    if course is not None and course.standing is not Standing.ENDED and course.protocol.id != protocol.id:
        raise Refused("course", f"A course of {course.protocol.id} is under way. End it before another is ordered.")


def _refuse_what_waits(stands: Treatment) -> None:
    """Raise Refused where the next infusion waits for something: an order is neither signed nor checked until then."""
    anew = stands.before_another
    for wait in (*stands.waits, *((anew,) if anew else ()), *stands.asked_anew):
        raise Refused(wait.rule, wait.reason)


def _openings(stands: Treatment, protocol: Protocol, indication: str, stream: str, act: Act) -> list[New]:
    """Return the entry that opens the course with its first order; an older one is opened as of when it began."""
    course = stands.course
    if course is not None and course.entry is not None and course.standing is not Standing.ENDED:
        return []
    began = course.opened_at if course is not None and course.entry is None and course.opened_at else act.now
    return [New(stream=stream, event=opening(protocol.id, indication, rules_in_force(act.now)), at=began)]


def _refuse_past_limits(proposal: Proposal, reason: str, act: Act) -> None:
    typed = no_reason(reason)
    if proposal.allergic:
        words = f"ALLERGY to what is in the bag: {'; '.join(proposal.allergic)}."
        if not is_reason(reason):
            raise Refused("allergy", f"{words} Write why it is ordered all the same; a second person signs.{typed}")
        act.second_person(TwoPersonAct.ORDER_PAST_HARD_LIMIT, "allergy")
    severest = proposal.severest
    words = proposal.hits[0].words if proposal.hits else ""
    if severest is order_limits.Severity.ABSOLUTE:
        raise Refused("limits", f"{words} is past the absolute limit. It cannot be ordered.")
    if severest is not order_limits.Severity.WITHIN and not is_reason(reason):
        raise Refused("limits", f"{words} is past a {severest} limit. Write the reason, in a few words.{typed}")
    if severest is order_limits.Severity.HARD:
        act.second_person(TwoPersonAct.ORDER_PAST_HARD_LIMIT, "limits")


def _order(proposal: Proposal, reason: str, act: Act) -> ev.OrderSigned:
    order = proposal.order
    limits = tuple(
        ev.LimitTaken(limit=hit.limit.id, severity=hit.severity, value=str(hit.value), reason=reason)
        for hit in proposal.hits
    )
    if proposal.allergic:
        words = "; ".join(proposal.allergic)
        taken = ev.LimitTaken(limit=TICKED, severity=order_limits.Severity.HARD, value=words, reason=reason)
        limits = (taken, *limits)
    return ev.OrderSigned(
        protocol=proposal.protocol.id,
        protocol_version=proposal.protocol.version,
        knowledge_version=rules_in_force(act.now).version,
        infusion_number=proposal.infusion_number,
        weight_entry=proposal.weight.entry,
        measured_weight_kg=proposal.weight.value,
        dose_weight_kg=order.dose_weight_kg,
        weight_basis=proposal.wanted.weight_basis,
        dose_mg_per_kg=order.dose_mg_per_kg,
        dose_mg=order.dose_mg,
        concentration_mg_per_ml=order.concentration_mg_per_ml,
        volume_ml=order.volume_ml,
        rate_ml_per_h=order.rate_ml_per_h,
        duration_min=order.duration_min,
        limits=limits,
        rate_mg_per_kg_per_h=order.rate_mg_per_kg_per_h,
        cap_mg_per_h=order.cap_mg_per_h,
    )


def _shown(stream: str, proposal: Proposal, borne: tuple[Borne, ...]) -> ev.OrderShown:
    """Return what stands on the page beside an order that is about to be the next entry of its stream."""
    lines = (*known_lines(proposal.stands.last_time, borne), *numbers_lines(proposal.step_words, proposal.cap_words))
    return ev.OrderShown(order=chart_store.stream_end(stream) + 1, lines=lines)


def co_sign_order(person_id: Id, order: int, dose_mg: Decimal, rate_ml_per_h: Decimal, act: Act) -> None:
    """Co-sign an order after working out dose and rate oneself.

    Raises
    ------
    Refused
        When the order is not the live one, already co-signed, the signer's own, the typed numbers differ from it,
        something holds it that came since, or what it stands on was struck.
    """
    act.permit(Permission.CO_SIGN)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        found = demand_order(OrderAct.CO_SIGN, person_id, order, act).order
        stands = treatment_of(person_id, act.now)
        _refuse_what_waits(stands)
        weigh(DecisionKind.CO_SIGNATURE, person_id, stands.read, "", act)
        since = sign_anew(person_id, found, act.now)
        if since:
            raise Refused("limits", since)
        if found.signed.recorded_by == act.by.username:
            raise Refused("co-sign", "You signed this order. Another person must check it.")
        if (dose_mg, rate_ml_per_h) != (found.terms.dose_mg, found.terms.rate_ml_per_h):
            raise Refused(
                "co-sign",
                f"Your numbers differ from the order ({plain(dose_mg)} mg, {plain(rate_ml_per_h)} mL/h). Work it out "
                "together again.",
            )
        event = ev.OrderCoSigned(order=order, dose_mg=dose_mg, rate_ml_per_h=rate_ml_per_h)
        stream = chart_store.person_stream(person_id)
        chart_store.append([New(stream=stream, event=event, at=act.now)], act.writing())


def withdraw_order(person_id: Id, order: int, reason: str, act: Act) -> None:
    """Withdraw an order that was not used yet.

    Raises
    ------
    Refused
        When there is no such order, it was withdrawn before, or an infusion of it was run: then it is part of what
        happened.
    """
    act.permit(Permission.SIGN_ORDER)
    demand_word(reason, "Write why the order is withdrawn.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        demand_order(OrderAct.WITHDRAW, person_id, order, act)
        event = ev.OrderWithdrawn(order=order, reason=reason)
        stream = chart_store.person_stream(person_id)
        chart_store.append([New(stream=stream, event=event, at=act.now)], act.writing())
