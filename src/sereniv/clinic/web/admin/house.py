"""Pages about the house: rules, ledger, stock of time in the demo, switching who holds the tablet, going live."""

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.accounts import idle, staff
from sereniv.clinic.accounts.chairside import is_known_on
from sereniv.clinic.records import chart_store, checked, queries
from sereniv.clinic.web.admin.house_forms import ClockForm, GoLiveForm, SwitchForm
from sereniv.clinic.web.admin.setup_steps import before_going_live
from sereniv.clinic.web.shell.acts import SEEN_SHAPE, Sheet, form_for, perform, sheet
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.web.shell.lock import noted
from sereniv.clinic.web.shell.sign_in import TAKES_OVER
from sereniv.clinic.web.shell.way_back import way_back
from sereniv.clinic.workflows.admin import backups, going_live
from sereniv.clinic.workflows.ledger import seen
from sereniv.clinic.workflows.shell import this_clinic
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.opening_hours import opening_hours
from sereniv.therapy.recording.refusal import Refused

log = logging.getLogger(__name__)

SHOWN_ENTRIES = 100
JUMPS = {"jump10": 10, "jump60": 60, "jump1440": 1440, "jump10080": 10080}
RATES = {"freeze": 0.0, "x1": 1.0, "x60": 60.0}


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Show every clinical row with its source and how sure it is."""
    known = rules_in_force(clock.now())
    hours = opening_hours()
    tables = {
        "Criteria of candidacy": list(known.criteria.values()),
        "Conditions": [*known.lists.values(), *known.conditions.values()],
        "Medicines and what they mean": [
            *known.interactions.values(), known.medicines.names, *known.medicines.equivalents.values(),
        ],
        "Entry rules by indication": list(known.entry_rules.values()),
        "Work-up, earlier treatments, consent and entered scores": [
            *known.work_up.values(), *known.trials, known.consent, *known.entered_scores.values(),
        ],
        "Limits on an order": list(known.limits.values()),
        "Protocols": list(known.protocols.values()),
        "Course, maintenance and appointments": [*known.course.values(), known.appointment],
        "Prompts at the chair": [*known.alerts.values(), known.denied, *known.said.values()],
        "Gate": list(known.gate),
        "Monitoring, recovery and dosing": [
            known.schedule, known.pain_schedule, known.observations, known.feed, known.volume,
            known.capnography,
            known.acknowledgement, known.reaching, known.discharge, known.sedated_stay, known.dose_weight,
            known.standard,
        ],
        "After a session": list(known.aftercare.rows()),
        "The controlled drug": list(known.custody.rows()),
        "Who is let in, and erasure": [*known.access.rows(), known.sign_in, known.care_teams],
        "Standing orders at the chair": list(known.standing_orders.values()),
        "Suicide items, hours and words for patients": [
            known.suicide_item, known.take_up, *known.risk.values(), known.open_items, hours,
            known.guide.crisis, *known.wording.values(),
        ],
        **{
            f"What patients read: {leaflet.title}": [*leaflet.own]
            for leaflet in known.leaflets.values()
        },
        "Plausible values": list(known.plausible.values()),
        "Scales": list(known.scales.values()),
    }  # fmt: skip
    return render(request, "rules/rules.html", {"tables": tables, "knowledge": known, "hours": hours.statement})


@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """Show the newest entries; the page then asks for the check of all of them, which takes longer with every year."""
    content = {
        "head": chart_store.head(),
        "entries": queries.newest_entries(SHOWN_ENTRIES),
        "backups": backups.standing(clock.real_now()),
        "readers": staff.everybody(),
    }
    return render(request, "ledger/ledger.html", content)


@require_GET
def ledger_check(request: HttpRequest) -> HttpResponse:
    """Check what was written since the last signed check, or the whole ledger where that is asked for."""
    home, now = this_clinic.served_home(), clock.real_now()
    found = checked.whole(home, now) if "whole" in request.GET else checked.go_on(home, now)
    return render(request, "ledger/check.html", {"report": found.report, "before": found.went_on_from})


@require_http_methods(["POST"])
def ledger_seen(request: HttpRequest) -> HttpResponse:
    """Say whether the ledger has an entry as a device saw it: 204 where it has, else why not."""
    seq, begins = request.POST.get("seq", ""), request.POST.get("hash", "")
    if not SEEN_SHAPE.fullmatch(seq) or not seen.SEEN_HASH.fullmatch(begins):
        return HttpResponse(status=400)
    found = seen.why_not_as_seen(int(seq), begins)
    if found is None:
        return HttpResponse(status=204)
    if not found.admitted:
        log.error("A device saw entry %s otherwise than the ledger has it.", seq)
    return JsonResponse({"words": found.words, "admitted": found.admitted}, status=409)


@require_http_methods(["GET", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """Hand the tablet to somebody else without signing out: PIN or password."""
    back = way_back(request)
    form = form_for(request, SwitchForm)
    words = Sheet(
        title="Switch user",
        button="Switch",
        back=back,
        intro="Who takes over? A PIN works where you have signed in with your password before.",
        context={"next": back},
    )

    def take_over(valid: SwitchForm, act: Act) -> str | None:
        del act
        person = valid.cleaned_data["second_person"]
        if settings.IS_CLINIC and not is_known_on(person, valid.device):
            raise Refused("switch", f"{person} has not signed in here yet: sign out, and let them sign in once.")
        setattr(request, TAKES_OVER, request.session.get(idle.SIGNED_IN) or "")
        login(request, person, backend="django.contrib.auth.backends.ModelBackend")
        return f"Signed in as {person}."

    answer = sheet(request, form, words, take_over)
    wanted = form.cleaned_data.get("second_person") if form.is_bound and form.errors else None
    if wanted is not None:
        noted(wanted, "failed to take over", request)
    return answer


@require_POST
def demo_clock(request: HttpRequest) -> HttpResponse:
    """Freeze, hurry or jump the injected clock; a clinic's home has none."""
    ticking = clock.clock()
    form = form_for(request, ClockForm)
    if not isinstance(ticking, clock.InjectedClock):
        return HttpResponse("This home runs on real time.", status=409, content_type="text/plain")

    def turn(valid: ClockForm, act: Act) -> str | None:
        del act
        chosen = valid.cleaned_data["act"]
        if chosen in JUMPS:
            ticking.jump(timedelta(minutes=JUMPS[chosen]))
        else:
            ticking.run(RATES[chosen])
        return None

    if not perform(request, form, turn):
        messages.warning(request, "The clock was not set. Press one of its buttons.")
    return redirect(way_back(request))


@require_http_methods(["GET", "POST"])
def go_live(request: HttpRequest) -> HttpResponse:
    """End commissioning, signed by medical director and administrator."""
    form = form_for(request, GoLiveForm, initial={"expected_seq": chart_store.stream_end("home")})
    missing = before_going_live(going_live.setup_facts(clock.now()))
    words = Sheet(
        title="Go live",
        button="Sign and go live",
        back=reverse("board"),
        intro=(
            f"This clinic is in {this_clinic.state()} mode. Going live is one-way. The medical director and the "
            f"administrator sign the rules of version {rules_in_force(clock.now()).version} together."
        ),
        template="admin/go_live.html",
        context={"missing": missing, "cannot": any(each.needed for each in missing)},
    )

    def sign(valid: GoLiveForm, act: Act) -> str | None:
        going_live.go_live(act, valid.cleaned_data["expected_seq"])
        return "This home is live."

    return sheet(request, form, words, sign, lambda: chart_store.stream_end("home"))


@require_http_methods(["GET", "POST"])
def live_prediction(request: HttpRequest) -> HttpResponse:
    """Let the medical director turn the predicted curve on the live page on or off."""
    shown = this_clinic.prediction_on_live_page()
    form = form_for(request, ActForm)
    words = Sheet(
        title="Predicted curve on the live page",
        button="Turn it off" if shown else "Turn it on",
        back=reverse("board"),
        intro=(
            f"It is {'on' if shown else 'off'}. It is a population model, not a measurement: never a dosing, rate or "
            "discharge prompt, and no alert reads it. On the plan and on the note it is always shown."
        ),
    )

    def turn(valid: ActForm, act: Act) -> None:
        del valid
        this_clinic.switch_live_prediction(not shown, act)

    return sheet(request, form, words, turn)
