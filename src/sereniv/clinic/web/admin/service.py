"""Pages about the service of another house by which staff sign in: the clinic's, and each one's own link to it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sereniv.clinic.accounts.chairside import (
    NOT_THEIRS,
    TRIES_USED_UP,
    TooManyTries,
    proven_by_password,
    proven_far_from_home,
)  # fmt: skip
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.second_factor import lacks_second_factor, with_second_factor
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.web.admin.forms import SureForm
from sereniv.clinic.web.shell import outside
from sereniv.clinic.web.shell.acts import UNPROCESSABLE, Sheet, form_for, sheet, staff_of
from sereniv.clinic.web.shell.form_parts import ActForm, ReasonForm, SecondPersonMixin
from sereniv.clinic.workflows.admin import sign_in_service
from sereniv.clinic.workflows.admin.sign_in_service import LONGEST_ADDRESS, LONGEST_NAME
from sereniv.clinic.workflows.shell.acting import Act

LONGEST_SECRET = 500


class ServiceForm(SecondPersonMixin, ReasonForm):
    """The service, as the other house runs it."""

    second_for = TwoPersonAct.SERVICE_TAKEN
    name = forms.CharField(max_length=LONGEST_NAME, label="Name", help_text="As staff call it: Hospital sign-in.")
    issuer = forms.CharField(
        max_length=LONGEST_ADDRESS,
        label="Issuer",
        help_text="As the service writes it, letter for letter: https://login.hospital.example/realms/staff",
    )
    client_id = forms.CharField(max_length=LONGEST_ADDRESS, label="Client id")
    secret = forms.CharField(
        max_length=LONGEST_SECRET,
        required=False,
        label="Client secret",
        help_text="Kept sealed and never shown. Blank leaves the one that is kept.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    shows_second_factor = forms.BooleanField(
        required=False,
        label="It asks everybody for a second factor",
        help_text="Only then is none asked here. Leave it empty where you do not know.",
    )
    field_order = ("name", "issuer", "client_id", "secret", "shows_second_factor", "reason")


class LinkForm(ActForm):
    """Password and second factor of whoever links themselves."""

    password = forms.CharField(
        max_length=128, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    code = forms.CharField(
        max_length=20,
        required=False,
        label="Code of your second factor",
        help_text="From your authenticator app, or a recovery code.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def __init__(self, *arguments: object, owner: Staff, **keywords: object) -> None:
        super().__init__(*arguments, **keywords)  # type: ignore[arg-type]
        self.owner = owner
        self.has_factor = owner.pk in with_second_factor() or lacks_second_factor(owner)
        if not self.has_factor:
            del self.fields["code"]

    def clean(self) -> dict[str, object]:
        """Ask for both, as one try, within the limit of wrong tries."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        password, code = str(cleaned.get("password", "")), str(cleaned.get("code", ""))
        try:
            right = (
                proven_far_from_home(self.owner, password, code, self.device)
                if self.has_factor
                else proven_by_password(self.owner, password, self.device)
            )
        except TooManyTries:
            raise forms.ValidationError(TRIES_USED_UP.format(whom=self.owner)) from None
        if not right:
            what = "That is not your password, or the code is not of now." if self.has_factor else None
            raise forms.ValidationError(what or NOT_THEIRS.format(whom=self.owner))
        return cleaned


@require_http_methods(["GET", "POST"])
def my_service(request: HttpRequest) -> HttpResponse:
    """Say whether one is linked to the service, and link oneself: password and second factor first, then there."""
    me, service = staff_of(request), sign_in_service.service()
    form = form_for(request, LinkForm, owner=me)
    is_linked = sign_in_service.link_of(me.username) is not None
    if form.is_bound and service is not None and not is_linked and form.is_valid():
        return outside.lead_on(request, service, link_for=me.pk, then=reverse("my_service"))
    content = {"service": service, "is_linked": is_linked, "form": form}
    return render(request, "admin/my_service.html", content, status=UNPROCESSABLE if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def my_service_unlink(request: HttpRequest) -> HttpResponse:
    """Take one's own link away."""
    if sign_in_service.link_of(staff_of(request).username) is None:
        messages.info(request, "You are not linked.")
        return redirect("my_service")

    def end(valid: SureForm, act: Act) -> str | None:
        del valid
        sign_in_service.unlink(act)
        return "You are not linked any more."

    words = Sheet(
        title="Take your link away",
        button="Take it away",
        back=reverse("my_service"),
        intro="From then on you sign in here alone, as before. You can link yourself again.",
    )
    return sheet(request, form_for(request, SureForm), words, end)


@require_http_methods(["GET", "POST"])
def staff_unlink(request: HttpRequest, staff_id: int) -> HttpResponse:
    """End somebody's link to the service, theirs alone."""
    person = get_object_or_404(Staff, pk=staff_id)

    def end(valid: ReasonForm, act: Act) -> str | None:
        sign_in_service.end_one_link(staff_id, valid.cleaned_data["reason"], act)
        return f"{person} signs in here alone from now on."

    words = Sheet(
        title=f"End the link of {person}",
        button="End the link",
        back=reverse("setup"),
        intro="The service lets them in here no more; user name and password do. Where they are signed in stays so: "
        "end that under Sign-ins. They are told of it with your reason, and can link themselves again.",
        why_not="" if staff_id in sign_in_service.linked() else f"{person} is not linked to a service.",
    )
    return sheet(request, form_for(request, ReasonForm), words, end)


@require_http_methods(["GET", "POST"])
def setup_service(request: HttpRequest) -> HttpResponse:
    """Take a service, or change how it stands."""
    stands = sign_in_service.service()
    initial = (
        {name: getattr(stands, name) for name in ("name", "issuer", "client_id", "shows_second_factor")}
        if stands is not None
        else {}
    )

    def take(valid: ServiceForm, act: Act) -> str | None:
        names = ("name", "issuer", "client_id", "secret", "shows_second_factor", "reason")
        sign_in_service.set_service(sign_in_service.Wanted(**{name: valid.cleaned_data[name] for name in names}), act)
        return f"Staff who link themselves sign in with {valid.cleaned_data['name']}, too."

    words = Sheet(
        title="Sign-in by another house",
        button="Save",
        back=reverse("setup"),
        intro="Staff sign in at a service of yours, such as a hospital's, by OpenID Connect. It makes nobody staff: "
        "whoever works here links themselves once, with their password and second factor. User name and password go "
        "on working, also when the service is down.",
        template="admin/service.html",
        context={"stands": stands, "address_back": outside.address_back(request)},
    )
    return sheet(request, form_for(request, ServiceForm, initial=initial), words, take)


@require_http_methods(["GET", "POST"])
def setup_service_end(request: HttpRequest) -> HttpResponse:
    """Let nobody in by the service any more."""
    stands = sign_in_service.service()
    if stands is None:
        messages.info(request, "No service is taken.")
        return redirect("setup_service")

    def end(valid: ReasonForm, act: Act) -> str | None:
        sign_in_service.end_service(valid.cleaned_data["reason"], act)
        return f"{stands.name} lets nobody in here any more."

    words = Sheet(
        title=f"End the sign-in with {stands.name}",
        button="End it",
        back=reverse("setup_service"),
        intro="At once. Who is signed in stays so; end that under Sign-ins of each. Its secret is forgotten here.",
        dangerous=True,
    )
    return sheet(request, form_for(request, ReasonForm), words, end)
