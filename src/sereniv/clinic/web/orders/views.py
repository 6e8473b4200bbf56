"""Pages that order an infusion, co-sign it, and seat the patient."""

import uuid
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.accounts import staff
from sereniv.clinic.records import chart_store, queries
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.chair.prediction import Panel, panel
from sereniv.clinic.web.orders.forms import CoSignForm, OrderForm, SeatForm
from sereniv.clinic.web.shell.acts import Caution, Sheet, act_of, form_for, sheet, why_refused
from sereniv.clinic.web.shell.form_parts import ReasonForm
from sereniv.clinic.workflows.calendar import calendar
from sereniv.clinic.workflows.chair import seating, sessions
from sereniv.clinic.workflows.course import treatment, weighing
from sereniv.clinic.workflows.orders import order_state, orders
from sereniv.clinic.workflows.person import reach
from sereniv.clinic.workflows.shell.acting import Act, names_of_staff
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import rows
from sereniv.knowledge.rows import DecisionKind, OrderAct, Protocol
from sereniv.pharmacology import Dosing
from sereniv.therapy.candidacy.signed_over import SignedOver, of_order, signed_over
from sereniv.therapy.correction.reach import Touched
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.treatment.course import Standing


@require_http_methods(["GET", "POST"])
def order(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Work out an order, show what it comes to and which limits it passes, and sign it."""
    who = get_object_or_404(Person, pk=person_id)
    chart = chart_store.person_chart(person_id)
    try:
        weight, weights = orders.weighed(person_id, chart, clock.now())
    except (Refused, Malformed) as no:
        asked = {"person": who, "reason": str(no), "open_questions": chart.open_questions}
        return render(request, "orders/no_order.html", asked, status=409)
    stands = treatment.treatment_of(person_id, clock.now(), chart)
    offered = orders.protocols_for(orders.indication_of(person_id, chart), rules_in_force(clock.now()))
    protocol = _protocol(request, stands, offered)
    if protocol is None:
        reason = "No protocol for what this person is treated for can be run here."
        return render(request, "orders/no_order.html", {"person": who, "reason": reason}, status=409)
    last, raise_to = orders.raise_offered(protocol, stands)
    initial = (
        {"weight_basis": weights.preselected, "expected_seq": chart.head}
        | _prefilled(protocol, stands)
        | _raised(request, raise_to)
    )
    form = form_for(request, OrderForm, initial=initial, by_rate=protocol.rate_mg_per_kg_per_h is not None)
    previewing = request.method == "POST" and "preview" in request.POST
    context: dict[str, Any]
    proposal, cannot = _proposal(request, person_id, form, initial)
    context = {
        "person": who,
        "weight": weight,
        "weights": weights,
        "proposal": proposal,
        "panel": _panel(who, proposal),
        "cannot": cannot if previewing else "",
        "open_questions": chart.open_questions,
        "protocol": protocol,
        "offered": offered,
        "stands": stands,
        "signed_over": _signed_over(who, chart),
        "in_sight": weighing.in_sight(DecisionKind.ORDER, person_id, stands.read),
        "last_mg_per_kg": last,
        "replaces": order_state.live_order(person_id, act_of(request)),
        # The live order that it replaces has its own words above.
        "touched": [each for each in _touched(who) if each.what is not rows.Standing.ORDERS],
        "raise_to": raise_to,
        "last_time": stands.last_time,
        "too_soon": stands.too_soon(protocol),
        "decided": bool(chart.decisions and chart.decisions[-1].event.decision is pe.Decision.ELIGIBLE),
    }
    shown = request.POST.get("shown", "")
    if request.method == "POST" and not previewing and shown and proposal and shown != _shown(proposal):
        # What is signed is what was looked at: a number changed after the look is worked out first.
        previewing, context["cannot"] = True, "You changed a number. Look at what it comes to now, then sign."
    context["shown"] = _shown(proposal) if proposal else ""
    if previewing:
        return render(request, "orders/order.html", {"form": form, **context})

    def sign(valid: OrderForm, act: Act) -> str:
        data = valid.cleaned_data
        orders.sign_order(person_id, _wanted(data), data["reason"], data["expected_seq"] or 0, act)
        return "Order signed. Another person co-signs it."

    words = Sheet(
        title="Order", button="Sign order", back=reverse("person", args=[person_id]),
        template="orders/order.html", context=context,
    )  # fmt: skip
    return sheet(request, form, words, sign, lambda: chart_store.person_chart(person_id).head)


def _signed_over(who: Person, chart: PersonChart) -> tuple[SignedOver, ...]:
    """Return what the decision that an order rests on was made in spite of."""
    return signed_over(chart, who.registered, clock.now(), rules_in_force(clock.now()))


def _touched(who: Person) -> tuple[Touched, ...]:
    return reach.of_person("order_changed", who.pk, clock.now(), doses=True)


def _protocol(request: HttpRequest, stands: treatment.Treatment, offered: tuple[Protocol, ...]) -> Protocol | None:
    """Return the protocol asked for; else the one of the course under way, else the first that can be run here."""
    here = {each.id: each for each in offered if each.outpatient}
    asked = request.POST.get("protocol") or request.GET.get("protocol") or ""
    course = stands.course
    under_way = course.protocol.id if course is not None and course.standing is not Standing.ENDED else ""
    return here.get(asked) or here.get(under_way) or next(iter(here.values()), None)


def _prefilled(protocol: Protocol, stands: treatment.Treatment) -> dict[str, Any]:
    """Return what the protocol orders; in a course under way what its last infusion was ordered as, time and cap too.

    A dose carried over without its time would be given faster than it ever was.
    """
    last = stands.ran[-1].plan if stands.ran and stands.ran[-1].plan.protocol == protocol.id else None
    course = stands.course
    found = {
        "protocol": protocol.id,
        "dose_mg_per_kg": protocol.dose_mg_per_kg,
        "rate_mg_per_kg_per_h": protocol.rate_mg_per_kg_per_h,
        "cap_mg_per_h": protocol.cap_mg_per_h,
        "duration_min": protocol.duration_min,
        "concentration_mg_per_ml": protocol.concentration_mg_per_ml,
    }
    if last is None or course is None or course.standing is Standing.ENDED:
        return found
    return found | {
        "dose_mg_per_kg": last.dose_mg_per_kg,
        "rate_mg_per_kg_per_h": last.rate_mg_per_kg_per_h or protocol.rate_mg_per_kg_per_h,
        "cap_mg_per_h": last.cap_mg_per_h or protocol.cap_mg_per_h,
        "duration_min": last.duration_min,
        "weight_basis": last.weight_basis,
    }


def _raised(request: HttpRequest, raise_to: Decimal | None) -> dict[str, Any]:
    """Return the higher dose where somebody asked for exactly what is offered."""
    asked = request.GET.get("dose", "")
    return {"dose_mg_per_kg": raise_to} if raise_to is not None and asked == plain(raise_to) else {}


def _panel(who: Person, proposal: orders.Proposal | None) -> Panel | None:
    """Return the predicted curve of what is in the form."""
    if proposal is None:
        return None
    dosing = Dosing.infusion(proposal.order.dose_mg, over_min=proposal.order.duration_min)
    return panel(dosing, who, proposal.weight.value, clock.now().date(), "plan")


def _shown(proposal: orders.Proposal) -> str:
    """Name what the page showed, so that signing can tell whether it is still that."""
    worked = proposal.order
    dose = f"{plain(worked.dose_mg)} mg, {plain(worked.volume_ml)} mL"
    return f"{dose}, {plain(worked.rate_ml_per_h)} mL/h, {worked.duration_min} min"


def _proposal(
    request: HttpRequest, person_id: uuid.UUID, form: OrderForm, initial: dict[str, Any]
) -> tuple[orders.Proposal | None, str]:
    """Work the order out; where that cannot be done, say why."""
    data = form.cleaned_data if form.is_bound and form.is_valid() else None if form.is_bound else initial
    if data is None:
        return None, ""
    try:
        return orders.propose(person_id, _wanted(data), act_of(request)), ""
    except (Malformed, Refused) as no:
        return None, str(no)


def _wanted(data: dict[str, Any]) -> orders.Wanted:
    return orders.Wanted(
        protocol=data["protocol"],
        dose_mg_per_kg=data.get("dose_mg_per_kg"),
        rate_mg_per_kg_per_h=data.get("rate_mg_per_kg_per_h"),
        cap_mg_per_h=data.get("cap_mg_per_h"),
        duration_min=int(data["duration_min"]),
        concentration_mg_per_ml=data["concentration_mg_per_ml"],
        weight_basis=pe.WeightBasis(data["weight_basis"]),
    )


def _dead_order(request: HttpRequest, who: Person, entry: int, asked: OrderAct) -> HttpResponse | None:
    """Show where an order stands that does not allow what is asked, with the live one beside; None where it does.

    Only for a look: what is sent goes to the workflow, which refuses in the same words and keeps what was typed.
    """
    act = act_of(request)
    found = order_state.order_now(who.pk, entry, act)
    if found is None:
        raise Http404
    if request.method != "GET" or rules_in_force(act.now).order_steps[asked].allows(found.state):
        return None
    context = {"person": who, "reason": found.words(names_of_staff()), "live": order_state.live_order(who.pk, act)}
    return render(request, "orders/dead_order.html", context, status=409)


@require_http_methods(["GET", "POST"])
def co_sign(request: HttpRequest, person_id: uuid.UUID, order_entry: int) -> HttpResponse:
    """Let a second person check an order: as the signed-in user, or by PIN on the same tablet."""
    who = get_object_or_404(Person, pk=person_id)
    dead = _dead_order(request, who, order_entry, OrderAct.CO_SIGN)
    if dead is not None:
        return dead
    found = chart_store.person_chart(person_id).order_numbered(order_entry)
    by = found.signed.recorded_by if found is not None else ""
    stands = treatment.treatment_of(person_id, clock.now())
    rules = rules_in_force(clock.now())
    form = form_for(request, CoSignForm, signer=staff.named(by))

    def check(valid: CoSignForm, act: Act) -> str:
        data = valid.cleaned_data
        checker = Act(by=act.co_signer or act.by, now=act.now, key=act.key)
        orders.co_sign_order(person_id, order_entry, data["dose_mg"], data["rate_ml_per_h"], checker)
        return f"Co-signed by {checker.by}."

    words = Sheet(
        title="Co-sign the order",
        button="Co-sign",
        back=reverse("person", args=[person_id]),
        template="orders/co_sign.html",
        context={
            "person": who,
            "order": found,
            "stands": stands,
            "last_time": stands.last_time,
            "too_soon": stands.too_soon(rules.protocols.get(found.terms.protocol) if found else None),
            "live": order_state.live_instead(person_id, found, act_of(request)),
            "sign_anew": order_state.sign_anew(person_id, found, clock.now()),
            "otherwise": order_state.otherwise_since(person_id, found, clock.now()),
            "signed_over": (*_signed_over(who, stands.chart), *of_order(found, rules)),
            "in_sight": weighing.in_sight(DecisionKind.CO_SIGNATURE, person_id, stands.read),
        },
    )
    return sheet(request, form, words, check)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, person_id: uuid.UUID, order_entry: int) -> HttpResponse:
    """Withdraw an order that was not used."""
    who = get_object_or_404(Person, pk=person_id)
    dead = _dead_order(request, who, order_entry, OrderAct.WITHDRAW)
    if dead is not None:
        return dead
    form = form_for(request, ReasonForm)

    def take_back(valid: ReasonForm, act: Act) -> str:
        orders.withdraw_order(person_id, order_entry, valid.cleaned_data["reason"], act)
        live = order_state.live_order(person_id, act)
        if live is None:
            return "Order withdrawn."
        return Caution(f"Order withdrawn. Another one is live: {plain(live.order.terms.dose_mg)} mg. It stands.")

    act = act_of(request)
    found = order_state.order_now(person_id, order_entry, act)
    other = order_state.live_instead(person_id, found.order if found else None, act)
    words = Sheet(
        title="Withdraw the order",
        button="Withdraw",
        back=reverse("person", args=[person_id]),
        intro=found.words(names_of_staff()) if found and other else "",
        context={"person": who, "touched": _touched(who)},
    )
    return sheet(request, form, words, take_back)


@require_http_methods(["GET", "POST"])
def seat(request: HttpRequest, person_id: uuid.UUID, order_entry: int) -> HttpResponse:
    """Open a session at a free chair, then go to its gate."""
    who = get_object_or_404(Person, pk=person_id)
    dead = _dead_order(request, who, order_entry, OrderAct.SEAT)
    if dead is not None:
        return dead
    found = chart_store.person_chart(person_id).order_numbered(order_entry)
    free = queries.free_chairs()
    booked = {row.person_id: row.chair for row in calendar.coming_up(clock.now()).values()}.get(person_id, "")
    first = booked if booked in free else (free[0] if free else "")
    form = form_for(request, SeatForm, chairs=free, initial={"chair": first})
    opened: list[uuid.UUID] = []

    def sit(valid: SeatForm, act: Act) -> None:
        opened.append(sessions.open_session(person_id, order_entry, valid.cleaned_data["chair"], act))

    words = Sheet(
        title="Seat for the infusion",
        button="Open session",
        back=reverse("person", args=[person_id]),
        why_not=why_refused(seating.demand_not_seated, person_id) or ("" if free else "No chair is free."),
        template="orders/seat.html",
        context={
            "person": who,
            "home_now": clock.now(),
            "live": order_state.live_instead(person_id, found, act_of(request)),
        },
    )
    response = sheet(request, form, words, sit)
    return redirect("session_gate", session_id=opened[0]) if opened else response
