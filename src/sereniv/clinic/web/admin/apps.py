"""Pages about other programs that read the records or send to them: let in by two, limited, let in no more."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records.house_events import AppEntered
from sereniv.clinic.web.shell.acts import Sheet, form_for, sheet
from sereniv.clinic.web.shell.form_parts import ReasonForm, SecondPersonMixin
from sereniv.clinic.workflows.admin import apps
from sereniv.clinic.workflows.admin.app_keys import LONGEST
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.exchange.fhir.names import RECEIVED, TYPES
from sereniv.exchange.fhir.scopes import CDS_HOOKS

EVERYTHING = "system/*.rs"
ADVICE = "Asks for advice while somebody views, orders or books there (CDS Hooks)"
LONGEST_ISSUER = 200
CHOICES = [
    (EVERYTHING, "Everything that this server gives"),
    *((f"system/{name}.rs", name) for name in TYPES),
    *((f"system/{name}.c", f"Sends {name} into the inbox of a person") for name in RECEIVED),
    (CDS_HOOKS, ADVICE),
]


def _keys() -> forms.CharField:
    return forms.CharField(
        max_length=LONGEST,
        label="Its public keys",
        help_text="As the app's maker sends them: a JWKS, one JWK, or a PEM that begins with -----BEGIN PUBLIC "
        "KEY-----. Never a private key.",
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
    )


def _scopes() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="What it may read and send",
        help_text="No more than it needs. What it sends waits in the inbox until somebody here takes it over.",
        choices=CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing that the app may read or send."},
    )


class AppForm(SecondPersonMixin, ReasonForm):
    """An app that is let in."""

    second_for = TwoPersonAct.APP_LET_IN
    name = forms.CharField(max_length=apps.LONGEST_NAME, label="Name", help_text="As staff call it: Hospital record.")
    keys = _keys()
    issuer = forms.CharField(
        required=False,
        max_length=LONGEST_ISSUER,
        label="How it names itself when it asks for advice",
        help_text="The iss of what it signs for CDS Hooks, an address such as https://record.example. Blank where it "
        "uses the id that it is given here.",
    )
    scopes = _scopes()
    field_order = ("name", "keys", "scopes", "issuer", "reason")


class LimitForm(SecondPersonMixin, ReasonForm):
    """What an app may read, said anew."""

    second_for = TwoPersonAct.APP_LET_IN
    second_asked = "Needed where it is to read more than before."
    scopes = _scopes()
    field_order = ("scopes", "reason")


class KeysForm(SecondPersonMixin, ReasonForm):
    """Other keys of an app."""

    second_for = TwoPersonAct.APP_LET_IN
    keys = _keys()
    field_order = ("keys", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppLine:
    """One app as the page shows it."""

    app: AppEntered
    reads: str


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Show every app that is, or was, let in."""
    words: dict[str, str] = dict(CHOICES)
    lines = [
        AppLine(app=each, reads=", ".join(words.get(scope, scope) for scope in each.scopes)) for each in apps.apps()
    ]
    address = request.build_absolute_uri("/fhir")
    return render(request, "admin/apps.html", {"lines": lines, "address": address})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Let an app in."""

    def let_in(valid: AppForm, act: Act) -> str | None:
        typed: dict[str, Any] = valid.cleaned_data
        wanted = apps.Wanted(
            name=typed["name"], keys=typed["keys"], scopes=tuple(typed["scopes"]), reason=typed["reason"],
            issuer=typed["issuer"],
        )  # fmt: skip
        app_id = apps.register(wanted, act)
        return f"{typed['name']} is let in. Its id, which its maker needs, is {app_id}."

    words = Sheet(
        title="Let an app in",
        button="Let it in",
        back=reverse("setup_apps"),
        intro="Another program of yours, such as the hospital's record, reads what you choose here. It shows by its "
        "key who it is; each time it comes, and whose record it reads, is kept in the audit.",
    )
    return sheet(request, form_for(request, AppForm), words, let_in)


@require_http_methods(["GET", "POST"])
def limit(request: HttpRequest, app_id: str) -> HttpResponse:
    """Say anew what an app may read."""
    app = _active(app_id)

    def change(valid: LimitForm, act: Act) -> str | None:
        apps.limit(app_id, tuple(valid.cleaned_data["scopes"]), valid.cleaned_data["reason"], act)
        return f"What {app.name} may read is changed, from its next request on."

    words = Sheet(title=f"What {app.name} may read", button="Save", back=reverse("setup_apps"))
    return sheet(request, form_for(request, LimitForm, initial={"scopes": list(app.scopes)}), words, change)


@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest, app_id: str) -> HttpResponse:
    """Give an app other keys."""
    app = _active(app_id)

    def change(valid: KeysForm, act: Act) -> str | None:
        apps.change_keys(app_id, valid.cleaned_data["keys"], valid.cleaned_data["reason"], act)
        return f"{app.name} has other keys. What was given to the old ones has ended."

    words = Sheet(
        title=f"Keys of {app.name}",
        button="Save the keys",
        back=reverse("setup_apps"),
        intro="These take the place of the keys that it has. To change without a gap, paste the old and the "
        "new together.",
    )
    return sheet(request, form_for(request, KeysForm), words, change)


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, app_id: str) -> HttpResponse:
    """Let an app in no more."""
    app = _active(app_id)

    def end(valid: ReasonForm, act: Act) -> str | None:
        apps.revoke(app_id, valid.cleaned_data["reason"], act)
        return f"{app.name} is let in no more."

    words = Sheet(
        title=f"Revoke {app.name}",
        button="Revoke",
        back=reverse("setup_apps"),
        intro="It is shut out at once, in the middle of whatever it reads. To let it in again is to register it anew.",
        dangerous=True,
    )
    return sheet(request, form_for(request, ReasonForm), words, end)


def _active(app_id: str) -> AppEntered:
    app = apps.app(app_id)
    if app is None or not app.is_active:
        raise Http404
    return app
