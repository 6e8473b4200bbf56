"""Pages of the clinic's own numbers: packaged and own side by side, who would notice, and the signature of two."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.rules import forms as own_forms
from sereniv.clinic.web.rules.noticing import notice
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet, staff_of
from sereniv.clinic.web.today.clinic_now import Clinic
from sereniv.clinic.workflows.rules import own_rules as numbers
from sereniv.clinic.workflows.rules.deviations import DECIDED, counted_by_version, decided
from sereniv.clinic.workflows.rules.own_groups import groups, sign_group, waiting
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force, tables_by_version
from sereniv.clinic.workflows.shell.lists import words_of_behind
from sereniv.clinic.workflows.shell.unread_entries import lacking
from sereniv.knowledge import knowledge
from sereniv.knowledge.own_rules import thresholds
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.recording.typed_values import plain

UNPROCESSABLE = 422
ON_A_PAGE = 50


def _standing(name: str) -> numbers.Standing:
    found = numbers.standings(clock.now()).get(name)
    if found is None:
        raise Http404
    return found


@require_GET
def own_rules(request: HttpRequest) -> HttpResponse:
    """List every number that the clinic may set: packaged and own side by side."""
    now = clock.now()
    found = groups(now)
    context = {
        "groups": found,
        "own": [each for group in found for each in group.numbers if each.is_own or each.coming],
        "waiting": waiting(now),
        "rules": rules_in_force(now),
        "packaged": knowledge(),
    }
    return render(request, "rules/own_rules.html", context)


@require_GET
def own_rule(request: HttpRequest, threshold: str) -> HttpResponse:
    """Show one number: packaged, own, what reads it, and everything that was ever signed of it."""
    return render(request, "rules/own_rule.html", {"each": _standing(threshold)})


@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, threshold: str) -> HttpResponse:
    """Show who would notice another number; the signature stands under what was shown, and signs that number."""
    standing = _standing(threshold)
    # Nothing is signed that was not looked at: without its number, a signature is told to enter one.
    looks = bool(request.GET) or request.method == "POST"
    asked = own_forms.OwnNumberForm(request.GET if looks else None)
    if not asked.is_valid():
        return _ask(request, standing, asked)
    now, value = clock.now(), asked.cleaned_data["value"]
    try:
        after = numbers.tables_with(threshold, value, now)
    except (Malformed, Refused) as no:
        asked.add_error("value", str(no))
        return _ask(request, standing, asked)
    form = form_for(request, own_forms.SignOwnNumberForm, initial={"effective_from": standing.today})
    words = Sheet(
        title=f"{standing.packaged.title}: {plain(value)}",
        button="Sign together",
        back=reverse("own_rule", args=[threshold]),
        template="rules/own_rule_sign.html",
        context={
            "each": standing,
            "value": value,
            "notice": notice(threshold, rules_in_force(now), after, Clinic(staff_of(request), now)),
        },
    )

    def go(valid: own_forms.SignOwnNumberForm, act: Act) -> str | None:
        data = valid.cleaned_data
        number = numbers.OwnNumber(
            threshold=threshold,
            value=value,
            effective_from=data["effective_from"],
            source=data["source"],
            reason=data["reason"],
        )
        numbers.sign_own(number, act)
        return f"Signed: {plain(value)} from {data['effective_from']:%d %b %Y}."

    return sheet(request, form, words, go)


@require_http_methods(["GET", "POST"])
def sign_together(request: HttpRequest, group: str) -> HttpResponse:
    """Show everything of one group with what it governs; one signature of two stands under all that waits in it."""
    stands = next((each for each in groups(clock.now()) if each.group.name == group), None)
    if stands is None:
        raise Http404
    form = form_for(request, own_forms.SignGroupForm, initial={"version": knowledge().version})
    words = Sheet(
        title=stands.group.title,
        button="Sign together as they are",
        back=reverse("own_rules"),
        template="rules/own_group_sign.html",
        context={"stands": stands},
    )

    def go(valid: own_forms.SignGroupForm, act: Act) -> str | None:
        count = sign_group(group, valid.cleaned_data["version"], valid.cleaned_data["reason"], act)
        return f"Signed as packaged: {count} of {stands.group.title}." if count else None

    return sheet(request, form, words, go)


def _ask(request: HttpRequest, standing: numbers.Standing, asked: own_forms.OwnNumberForm) -> HttpResponse:
    status = UNPROCESSABLE if asked.is_bound else 200
    return render(request, "rules/own_rule_ask.html", {"each": standing, "form": asked}, status=status)


@require_GET
def version(request: HttpRequest, version: str) -> HttpResponse:
    """Say what the rules of one version were: packaged, or with which numbers of the clinic's own."""
    found = tables_by_version().get(version)
    context: dict[str, object] = {"version": version, "found": found is not None, "packaged": knowledge()}
    if found is not None:
        rules, since = found
        packaged = thresholds(knowledge())
        own = thresholds(rules)
        context |= {
            "since": since,
            "changed": [(packaged[name], own[name]) for name in packaged if packaged[name].value != own[name].value],
            "standard": rules.standard if rules.standard != knowledge().standard else None,
        }
    if staff_of(request).may(Permission.READ_CANDIDACY):
        page = Paginator(decided(version, clock.now()), ON_A_PAGE).get_page(request.GET.get("page", ""))
        context |= {"page": page, "total": page.paginator.count, "behind": words_of_behind(DECIDED, clock.now())}
        context["lacking"] = lacking(clock.now())
    return render(request, "rules/rules_version.html", context)


@require_GET
def versions(request: HttpRequest) -> HttpResponse:
    """List every version of the rules, the newest first: since when it held, and how much was decided under it."""
    now = clock.now()
    counts, known = counted_by_version(now), tables_by_version()
    found = [(version, since, counts.pop(version, 0)) for version, (_, since) in reversed(known.items())]
    context = {
        "versions": found,
        "others": sorted(counts.items()),
        "in_force": rules_in_force(now).version,
        "behind": words_of_behind(DECIDED, now),
    }
    return render(request, "rules/rules_versions.html", context)
