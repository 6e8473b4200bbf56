"""Pages that gather what candidacy reads, and the intake walk that leads through them."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sereniv.clinic import clock
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.intake import screening_forms, walk
from sereniv.clinic.web.intake.forms import WithdrawalForm
from sereniv.clinic.web.intake.person_sheet import person_sheet
from sereniv.clinic.web.intake.work_up_forms import WorkUpForm
from sereniv.clinic.web.shell.acts import act_of, staff_of
from sereniv.clinic.web.shell.form_parts import ReasonForm
from sereniv.clinic.workflows.intake import intake as intake_acts
from sereniv.clinic.workflows.intake import screening
from sereniv.clinic.workflows.person import people, reach
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.candidacy import work_up as work_up_so_far
from sereniv.therapy.candidacy.inclusion import diagnosis_of
from sereniv.therapy.person import events as pe
from sereniv.therapy.person import trials as trials_so_far
from sereniv.therapy.person.diagnoses import standing
from sereniv.therapy.person.referrer import referrer_of, referrer_words
from sereniv.therapy.safety import suicide


@require_GET
def intake(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show every step of intake with where it stands; it can be left and taken up again at any time."""
    who = get_object_or_404(Person, pk=person_id)
    me = staff_of(request)
    found = walk.places(who, me, clock.now())
    waiting = [place for place in found if not place.is_done]
    unasked = suicide.waiting(chart_store.person_chart(person_id), rules_in_force(clock.now()))
    referred = referrer_of(chart_store.person_chart(person_id))
    context = {
        "person": who,
        "indication": knowledge().indications[who.indication],
        "places": found,
        "referrer": None if referred is None else referrer_words(referred),
        "left": len(waiting),
        "onward": next((place for place in waiting if place.address), None),
        "unasked": unasked if me.may(Permission.READ_ANSWERS) else (),
        "something_unasked": bool(unasked) and not me.may(Permission.READ_ANSWERS),
    }
    return render(request, "intake/intake.html", context)


@require_http_methods(["GET", "POST"])
def indication(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Consider a person for another indication."""
    who = get_object_or_404(Person, pk=person_id)

    def act_on(valid: screening_forms.IndicationForm, act: Act) -> str:
        people.change_indication(person_id, valid.cleaned_data["indication"], valid.cleaned_data["reason"], act)
        return "Indication changed. A decision made for the former one does not carry over."

    doses = staff_of(request).may(Permission.READ_ORDERS)
    words = {
        "title": "Change the indication",
        "button": "Change indication",
        "intro": f"Now: {knowledge().indications[who.indication].title}. Intake asks what the new one needs.",
        "context": {"touched": reach.of_person("considered_for_another", person_id, clock.now(), doses=doses)},
    }
    initial = {"indication": who.indication}
    return person_sheet(request, person_id, screening_forms.IndicationForm, words, act_on, initial=initial)


@require_http_methods(["GET", "POST"])
def withdraw_consent(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Record that the patient took their consent back."""

    def act_on(valid: WithdrawalForm, act: Act) -> str:
        intake_acts.withdraw_consent(person_id, valid.cleaned_data["reason"], act)
        return "Consent withdrawn. No infusion starts until a new one is signed."

    doses = staff_of(request).may(Permission.READ_ORDERS)
    words = {
        "title": "Withdraw consent",
        "button": "Record the withdrawal",
        "intro": "The patient may take consent back at any time, without giving a reason.",
        "context": {"touched": reach.of_person("consent_withdrawn", person_id, clock.now(), doses=doses)},
    }
    return person_sheet(request, person_id, WithdrawalForm, words, act_on)


@require_http_methods(["GET", "POST"])
def diagnosis(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Record the diagnosis behind the person's indication, or one that stands beside it."""
    who = get_object_or_404(Person, pk=person_id)
    row = knowledge().indications[who.indication]
    chart = chart_store.person_chart(person_id)
    here = reverse("person_diagnosis", args=[person_id])
    context = {"standing": standing(chart), "beside": "beside" in request.GET, "here": here, "indication": row}
    if context["beside"]:
        return _other_diagnosis(request, person_id, context)

    def act_on(valid: screening_forms.DiagnosisForm, act: Act) -> str:
        screening.record_diagnosis(person_id, valid.diagnosis(who.indication), act)
        return "Diagnosis recorded."

    words = {
        "title": "Diagnosis",
        "button": "Record diagnosis",
        "intro": f"{row.title}: {row.statement}.",
        "template": "intake/diagnosis.html",
        "context": context,
    }
    found = diagnosis_of(chart, who.indication)
    initial = screening_forms.as_recorded(found.event) if found else {}
    return person_sheet(
        request,
        person_id,
        screening_forms.DiagnosisForm,
        words,
        act_on,
        indication=who.indication,
        initial=initial,
    )


def _other_diagnosis(request: HttpRequest, person_id: uuid.UUID, context: dict[str, Any]) -> HttpResponse:
    """Record a diagnosis beside the one that infusions are considered for; it takes the place of none."""

    def act_on(valid: screening_forms.OtherDiagnosisForm, act: Act) -> str:
        screening.record_diagnosis(person_id, valid.diagnosis(), act)
        return "Diagnosis added. It replaces none."

    words: dict[str, Any] = {
        "title": "Another diagnosis",
        "button": "Add diagnosis",
        "intro": "It stands beside the others, and every rule that asks about it reads it.",
        "template": "intake/diagnosis.html",
        "context": context,
        "onward": lambda: context["here"],
    }
    return person_sheet(request, person_id, screening_forms.OtherDiagnosisForm, words, act_on)


@require_http_methods(["GET", "POST"])
def trials(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show earlier treatments with their adequacy and why, and add one."""
    get_object_or_404(Person, pk=person_id)
    chart, criteria = chart_store.person_chart(person_id), knowledge().trials
    listed = trials_so_far.listed(chart)
    happened = [each.event for each in listed]
    left, out = trials_so_far.left_unknown(chart), trials_so_far.left_out(chart)

    def act_on(valid: screening_forms.TrialForm, act: Act) -> str:
        is_last: bool = valid.cleaned_data["is_last"]
        screening.record_trial(person_id, valid.trial(), act, is_last=is_last)
        return f"{valid.cleaned_data['treatment']} added{', and the list is complete' if is_last else ''}."

    here = f"{reverse('person_trials', args=[person_id])}{walk.query(request)}"
    words: dict[str, Any] = {
        "title": "Earlier treatments",
        "button": "Add treatment",
        "template": "intake/trials.html",
        "context": {
            "listed": [
                (
                    each,
                    [trials_so_far.judge(each.event, row) for row in criteria],
                    left.get(each.stream_seq),
                    trials_so_far.is_unsure(each.event, criteria),
                )
                for each in listed
            ],
            "counts": [(row, trials_so_far.n_adequate(happened, row, left_unknown=out)) for row in criteria],
            "in_episode": [trials_so_far.n_adequate(happened, row, in_current_episode=True) for row in criteria],
            "criteria": criteria,
            "closed": trials_so_far.is_closed(chart),
            "chart": chart,
        },
    }
    if not request.POST.get("is_last"):
        words["onward"] = lambda: here
    return person_sheet(request, person_id, screening_forms.TrialForm, words, act_on)


@require_POST
def close_trials(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Say in one tap that there are no others, or none at all."""
    who = get_object_or_404(Person, pk=person_id)
    screening.close_trials(person_id, act_of(request, request.POST.get("key", "")))
    return redirect(walk.onward(request, who))


@require_http_methods(["GET", "POST"])
def trial_unknown(request: HttpRequest, person_id: uuid.UUID, entry: int) -> HttpResponse:
    """Let a prescriber say that what is missing of an earlier treatment cannot be found out."""
    chart = chart_store.person_chart(person_id)
    found = next((each for each in trials_so_far.listed(chart) if each.stream_seq == entry), None)
    if found is None:
        raise Http404

    def act_on(valid: ReasonForm, act: Act) -> str:
        screening.leave_trial_unknown(person_id, entry, valid.cleaned_data["reason"], act)
        return f"{found.event.treatment} stays unknown, and counts for nothing."

    words: dict[str, Any] = {
        "title": f"Nobody can find out: {found.event.treatment}",
        "button": "Leave it unknown",
        "intro": "The treatment stays on the list and counts for nothing. Where too few others count, you may still "
        "decide, with your reason. Write whom you asked and why it cannot be found out.",
        "onward": lambda: reverse("person_trials", args=[person_id]),
    }
    return person_sheet(request, person_id, ReasonForm, words, act_on)


@require_http_methods(["GET", "POST"])
def substances(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Go through every substance."""

    def act_on(valid: screening_forms.SubstancesForm, act: Act) -> str:
        screening.record_substances(person_id, valid.asked(), act)
        return "Substance use recorded."

    words = {
        "title": "Substance use",
        "button": "Record answers",
        "intro": "For each: was use ever a problem, or a disorder? Ask without judging; every line needs an answer.",
        "template": "intake/substances.html",
    }
    return person_sheet(request, person_id, screening_forms.SubstancesForm, words, act_on)


@require_http_methods(["GET", "POST"])
def score(request: HttpRequest, person_id: uuid.UUID, scale_id: str) -> HttpResponse:
    """Enter the total of a score that was worked out elsewhere."""
    row = knowledge().entered_scores.get(scale_id)
    if row is None:
        raise Http404

    def act_on(valid: screening_forms.ScoreForm, act: Act) -> str:
        data = valid.cleaned_data
        screening.enter_score(person_id, scale_id, data["total"], data["scored_by"], act, valid.happened_at())
        return f"{row.title} {data['total']} recorded."

    intro = f"Only the total is entered here: worked out on paper, in a letter, or by a clinician. {row.note}"
    words = {"title": row.title, "button": "Record score", "intro": intro}
    initial = {"scored_by": staff_of(request).full_name}
    return person_sheet(request, person_id, screening_forms.ScoreForm, words, act_on, limits=row.range, initial=initial)


@require_http_methods(["GET", "POST"])
def work_up(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Record items of the work-up, each beside where it stands."""
    who = get_object_or_404(Person, pk=person_id)
    now = clock.now()
    standing = work_up_so_far.standing(chart_store.person_chart(person_id), who.registered, now, rules_in_force(now))

    def act_on(valid: WorkUpForm, act: Act) -> str:
        done = valid.done()
        screening.record_work_up(person_id, done, act)
        return f"{len(done)} item{'s' if len(done) != 1 else ''} recorded."

    words = {
        "title": "Work-up",
        "button": "Record findings",
        "template": "intake/work_up.html",
        "context": {"standing": standing, "today": now.date()},
    }
    may_waive = staff_of(request).may(Permission.DECIDE_CANDIDACY)
    return person_sheet(request, person_id, WorkUpForm, words, act_on, may_waive=may_waive)


@require_http_methods(["GET", "POST"])
def level_of_care(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Decide where a person with suicidal thoughts is cared for."""

    def act_on(valid: screening_forms.LevelOfCareForm, act: Act) -> str:
        level = pe.LevelOfCare(valid.cleaned_data["level"])
        screening.decide_level_of_care(person_id, level, valid.cleaned_data["words"], act)
        return f"Level of care decided: {level}."

    row = rules_in_force(clock.now()).criteria["level_of_care"]
    words: dict[str, Any] = {"title": "Level of care", "button": "Sign the level of care", "intro": f"{row.statement}."}
    touched = reach.of_person("care_raised", person_id, clock.now(), doses=True)
    words["context"] = {"touched": touched, "touched_when": "What inpatient or day care touches"}
    return person_sheet(request, person_id, screening_forms.LevelOfCareForm, words, act_on)
