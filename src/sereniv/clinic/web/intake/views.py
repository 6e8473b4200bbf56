"""Pages of intake: consent, history lists, measurements, pregnancy."""

import uuid
from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.intake import walk
from sereniv.clinic.web.intake.forms import (
    AllergiesForm,
    ConsentForm,
    HistoryForm,
    MeasureForm,
    PregnancyForm,
    ReferrerForm,
    SubstanceForm,
)
from sereniv.clinic.web.intake.person_sheet import person_sheet
from sereniv.clinic.web.shell.acts import Caution, act_of
from sereniv.clinic.web.shell.form_parts import ActForm, ConfirmForm
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.person import referring
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.documents.consent import claims
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.allergies import unread_allergies
from sereniv.therapy.person.consent import ConsentState
from sereniv.therapy.person.consent import consent as standing
from sereniv.therapy.person.elsewhere import origins
from sereniv.therapy.person.medicines import nearest_name
from sereniv.therapy.person.referrer import referrer_words

HISTORY_TITLES = {
    pe.HistoryList.SUBSTANCE_USE: "Substance use",
    pe.HistoryList.ALLERGIES: "Allergies",
}


@require_http_methods(["GET", "POST"])
def referrer(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Record who referred a person; what stood before stays on this page."""
    found = chart_store.person_chart(person_id).all(pe.ReferrerRecorded)

    def act_on(valid: ReferrerForm, act: Act) -> str:
        referring.record_referrer(person_id, valid.referrer(), act)
        return "Recorded. The course summary is addressed to them." if valid.referrer().name else "Recorded."

    words = {
        "title": "Who referred them",
        "button": "Record",
        "template": "intake/referrer.html",
        "context": {"before": [(referrer_words(each.event), each) for each in reversed(found)]},
    }
    initial = {}
    if found:
        said = asdict(found[-1].event)
        initial = {"sent": "referred" if said["name"] or said["place"] else "alone", **said}
    return person_sheet(request, person_id, ReferrerForm, words, act_on, initial=initial)


@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show the text that is signed today, and record that it was."""
    leaflet, now = knowledge().leaflets["consent_form"], clock.now()

    def act_on(valid: ConsentForm, act: Act) -> str:
        data = valid.cleaned_data
        said = {name: data[name] for name in ("relation", "signed_on", "interpreter_name", "works_here", "form")}
        signer, by = pe.Signer(data["signer"]), (data["signer_name"], data["witness_name"])
        intake.record_consent(person_id, data["version"], *by, act, signer=signer, **said)
        stands = standing(chart_store.person_chart(person_id), now, rules_in_force(now).consent)
        if stands.state is not ConsentState.HOLDS or stands.signed is None or stands.signed.at < now:
            return Caution(f"Recorded. What counts is what was signed or taken back last. {stands.words()}")
        if stands.signed.event.version != leaflet.version:
            signed = stands.signed.event.version
            return Caution(f"Consent recorded, of version {signed}. Today's text is {leaflet.version}.")
        return "Consent recorded."

    words = {
        "title": "Consent",
        "button": "Record consent",
        "template": "intake/consent.html",
        "context": {
            "leaflet": leaflet,
            "sections": [claims(section) for section in leaflet.sections],
            "stands": standing(chart_store.person_chart(person_id), now, rules_in_force(now).consent),
        },
    }
    initial = {"version": leaflet.version, "signed_on": now.date()}
    return person_sheet(request, person_id, ConsentForm, words, act_on, initial=initial)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _history_list(which: str) -> pe.HistoryList:
    if which not in set(HISTORY_TITLES):
        raise Http404
    return pe.HistoryList(which)


@require_http_methods(["GET", "POST"])
def history(request: HttpRequest, person_id: uuid.UUID, which: str) -> HttpResponse:
    """Record the entries of one history list."""
    chosen = _history_list(which)
    is_substances = chosen is pe.HistoryList.SUBSTANCE_USE
    form_class: type[ActForm] = SubstanceForm if is_substances else AllergiesForm

    def act_on(valid: HistoryForm, act: Act) -> str:
        entries = _lines(valid.cleaned_data["entries"])
        uses = tuple(pe.SubstanceUse(use) for use in valid.cleaned_data.get("substance_use", ()))
        intake.record_history(person_id, chosen, entries, uses, act)
        return _not_placed(person_id, chosen) or f"{HISTORY_TITLES[chosen]} recorded."

    words = {
        "title": HISTORY_TITLES[chosen],
        "button": "Record",
        "template": "intake/history.html",
        "context": {"which": chosen, **_before(person_id, chosen)},
    }
    return person_sheet(request, person_id, form_class, words, act_on, initial=_stands(person_id, chosen))


def _before(person_id: uuid.UUID, which: pe.HistoryList) -> dict[str, Any]:
    """Return what recording none would take away, and whose record it came from where nobody here has asked."""
    chart = chart_store.person_chart(person_id)
    last = chart.history(which)
    if last is None:
        return {}
    return {"drops": last.event.entries, "from_elsewhere": origins(chart).get(last.stream_seq)}


def _not_placed(person_id: uuid.UUID, which: pe.HistoryList) -> Caution | None:
    """Say which of the allergies nobody could place, with the name that each may be a slip of."""
    rules = rules_in_force(clock.now())
    waiting = unread_allergies(chart_store.person_chart(person_id), rules) if which is pe.HistoryList.ALLERGIES else ()
    if not waiting:
        return None
    meant = ((each, nearest_name(each, rules.medicines)) for each in waiting)
    lines = "; ".join(f"“{each}”{f' (is it {name}?)' if name else ''}" for each, name in meant)
    end = "Write it again by its name, or a prescriber reads it before a start."
    return Caution(f"Recorded. Not known to our tables: {lines}. {end}")


def _stands(person_id: uuid.UUID, which: pe.HistoryList) -> dict[str, Any]:
    """Return what stands in a list, so that recording it again adds to it and drops nothing in silence."""
    last = chart_store.person_chart(person_id).history(which)
    if last is None:
        return {}
    return {"entries": "\n".join(last.event.entries), "substance_use": list(last.event.substance_use)}


@require_POST
def none_of_these(request: HttpRequest, person_id: uuid.UUID, which: str) -> HttpResponse:
    """Close a history list by one recorded tap."""
    who = get_object_or_404(Person, pk=person_id)
    intake.record_history(person_id, _history_list(which), (), (), act_of(request, request.POST.get("key", "")))
    return redirect(walk.onward(request, who))


@require_http_methods(["GET", "POST"])
def measure(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Record measurements; implausible values are kept and questioned."""

    def act_on(valid: MeasureForm, act: Act) -> str:
        event = intake.record_measurements(person_id, valid.cleaned_data, act, valid.happened_at())
        if event.questions:
            return Caution("Stored. Please confirm: " + " ".join(event.questions.values()))
        return "Measurements recorded."

    words = {"title": "Measurements", "button": "Record", "intro": "Leave blank what was not measured."}
    return person_sheet(request, person_id, MeasureForm, words, act_on)


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, person_id: uuid.UUID, entry: int, field: str) -> HttpResponse:
    """Confirm a questioned value."""
    questions = chart_store.person_chart(person_id).open_questions()
    asked = next((each for each in questions if (each.entry, each.field) == (entry, field)), None)
    if asked is None:
        raise Http404

    def act_on(valid: ConfirmForm, act: Act) -> str:
        intake.confirm_value(person_id, entry, field, valid.cleaned_data["remark"], act)
        return "Confirmed."

    words = {"title": "Is this value right?", "button": "It is right", "intro": asked.question}
    return person_sheet(request, person_id, ConfirmForm, words, act_on)


@require_http_methods(["GET", "POST"])
def pregnancy(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Record pregnancy status."""

    def act_on(valid: PregnancyForm, act: Act) -> str:
        status = pe.Pregnancy(valid.cleaned_data["status"])
        breastfeeding = valid.cleaned_data["breastfeeding"] == "yes"
        intake.record_pregnancy(person_id, status, valid.cleaned_data["basis"], act, breastfeeding=breastfeeding)
        return "Pregnancy status recorded."

    words = {"title": "Pregnancy", "button": "Record"}
    return person_sheet(request, person_id, PregnancyForm, words, act_on)
