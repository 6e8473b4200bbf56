"""Pages of care teams: which there are, who works in each, and to which somebody belongs."""

import uuid
from collections import Counter
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic import clock
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet, staff_of
from sereniv.clinic.web.shell.form_parts import ActForm, ReasonForm
from sereniv.clinic.workflows.person import care_teams
from sereniv.clinic.workflows.person.care_teams import LONGEST_NAME
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.teams_now import teams_now
from sereniv.therapy.person.access import CareTeam, may_open, teams_of
from sereniv.therapy.person.names import birth_words

ON_A_PAGE = 50
RULE = "care_teams.restricts"


class TeamForm(ActForm):
    """A team's name, and who works in it."""

    name = forms.CharField(max_length=LONGEST_NAME, label="Name", help_text="As everybody calls it: Evenings.")
    members = forms.MultipleChoiceField(
        label="Who works in it",
        widget=forms.CheckboxSelectMultiple,
        help_text="Somebody who orders and somebody who runs infusions at least. The front desk, too, where it reads "
        "what intake asks.",
    )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["members"].choices = [  # type: ignore[attr-defined]
            (each.username, f"{each.full_name}, {', '.join(each.roles)}") for each in care_teams.possible_members()
        ]


class ChangeTeamForm(TeamForm):
    """The same of a team that there is, and why it changes."""

    reason = forms.CharField(max_length=300, label="Why", help_text="Such as: Ada left for the mornings.")


class ChooseForm(ActForm):
    """To which teams somebody belongs."""

    teams = forms.MultipleChoiceField(label="Care teams", widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(
        max_length=300, required=False, label="Why", help_text="Where they belonged to another before."
    )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        named = sorted(teams_now(clock.now()).named.values(), key=lambda each: each.name)
        self.fields["teams"].choices = [(each.id, each.name) for each in named]  # type: ignore[attr-defined]


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Show every team with who works in it, whether charts are kept to them, and who belongs to none."""
    now = clock.now()
    teams = teams_now(now)
    belonging = Counter(team for theirs in care_teams.chosen().values() for team in theirs)
    waiting = Paginator(care_teams.in_no_team(now), ON_A_PAGE)
    content = {
        "restricts": teams.restricts,
        "rule": RULE,
        "lines": [
            {"team": each, "people": belonging[each.id], "lacks": care_teams.lacks(each)}
            for each in sorted(teams.named.values(), key=lambda each: each.name)
        ],
        "page": waiting.get_page(request.GET.get("page")),
        "total": waiting.count,
    }
    return render(request, "person/care_teams.html", content)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Name a team."""

    def act_on(valid: TeamForm, act: Act) -> str:
        care_teams.found_team(valid.cleaned_data["name"], valid.cleaned_data["members"], act)
        return f"{valid.cleaned_data['name']} is a care team."

    words = Sheet(title="A new care team", button="Name it", back=reverse("care_teams"))
    return sheet(request, form_for(request, TeamForm), words, act_on)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, team: str) -> HttpResponse:
    """Give a team another name, or say who works in it."""
    stands = _team(team)
    form = form_for(request, ChangeTeamForm, initial={"name": stands.name, "members": stands.members})

    def act_on(valid: ChangeTeamForm, act: Act) -> str:
        data = valid.cleaned_data
        care_teams.change_team(team, data["name"], data["members"], data["reason"], act)
        return f"{data['name']} is changed."

    words = Sheet(
        title=f"Care team {stands.name}",
        button="Save",
        back=reverse("care_teams"),
        intro="Whoever joins reads the charts of everybody who belongs to it, where charts are kept to the team.",
    )
    return sheet(request, form, words, act_on)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, team: str) -> HttpResponse:
    """End a team to which nobody belongs."""
    stands = _team(team)

    def act_on(valid: ReasonForm, act: Act) -> str:
        care_teams.end_team(team, valid.cleaned_data["reason"], act)
        return f"{stands.name} has ended."

    words = Sheet(
        title=f"End the care team {stands.name}", button="End it", back=reverse("care_teams"), dangerous=True,
        intro="Nobody may belong to it any more: choose another team for them first.",
    )  # fmt: skip
    return sheet(request, form_for(request, ReasonForm), words, act_on)


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Say to which care teams somebody belongs."""
    who = get_object_or_404(Person, pk=person_id, erased_at=None)
    now = clock.now()
    chart, teams = chart_store.person_chart(care_teams.read_in_record(person_id)), teams_now(now)
    theirs = [each.id for each in teams_of(chart, teams)]
    mine = staff_of(request)

    def act_on(valid: ChooseForm, act: Act) -> str:
        care_teams.choose(person_id, valid.cleaned_data["teams"], valid.cleaned_data["reason"], act)
        return f"The care team of {who} is chosen."

    back = reverse("person", args=[person_id]) if may_open(chart, mine.username, now, teams) else reverse("people")
    words = Sheet(
        title="Care team",
        button="Save",
        back=back,
        intro=f"{who}, born {birth_words(who.born)}. "
        + ("Whoever works in one of these teams opens the chart; anybody else says why." if teams.restricts else ""),
        why_not="" if teams.named else "There is no care team yet. Whoever restricts records names one.",
    )
    return sheet(request, form_for(request, ChooseForm, initial={"teams": theirs}), words, act_on)


def _team(team: str) -> CareTeam:
    found = teams_now(clock.now()).named.get(team)
    if found is None:
        raise Http404
    return found
