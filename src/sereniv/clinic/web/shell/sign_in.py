"""What happens when somebody signs in: the device learns them, the audit keeps it; a demo shows its sign-ins."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from sereniv.clinic import clock
from sereniv.clinic.accounts import idle
from sereniv.clinic.accounts.chairside import device_of
from sereniv.clinic.accounts.models import Enrolment, Staff
from sereniv.clinic.home import Kind
from sereniv.clinic.records.house_events import SignInAudited
from sereniv.clinic.workflows.house import record_house_event, served_home


@receiver(user_logged_in)
def enrol(sender: object, request: HttpRequest, user: Staff, **_: Any) -> None:
    """Remember that somebody signed in on this device, so that their PIN works here."""
    del sender
    idle.begin(request.session, clock.real_now())
    device = device_of(request) or getattr(request, "new_device", "")
    known = [user]
    if served_home().kind is Kind.DEMO:
        # The demo's made-up staff share one tablet, so that PINs can be tried at once.
        known = list(Staff.objects.filter(is_active=True))
    for each in known:
        Enrolment.objects.get_or_create(device=device, staff=each, defaults={"at": clock.real_now()})
    event = SignInAudited(staff=user.username, act="signed in", device=device[:12])
    record_house_event("audit", event, clock.now())


@receiver(user_logged_out)
def left(sender: object, request: HttpRequest, user: Staff | None, **_: Any) -> None:
    """Audit a sign-out."""
    del sender
    if user is not None:
        event = SignInAudited(staff=user.username, act="signed out", device=device_of(request)[:12])
        record_house_event("audit", event, clock.now())


@receiver(user_login_failed)
def failed(sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """Audit a failed sign-in; what is nobody's user name may be a password, and the ledger never forgets."""
    del sender
    tried = Staff.objects.filter(username__iexact=str(credentials.get("username", ""))).first()
    device = device_of(request)[:12] if request is not None else ""
    event = SignInAudited(staff=tried.username if tried else "", act="failed to sign in", device=device)
    record_house_event("audit", event, clock.now())


class StaffLoginForm(LoginForm):  # type: ignore[misc]  # allauth is untyped
    """Sign-in by user name, without placeholders."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["login"].label = "User name"
        self.fields.pop("remember", None)

    def clean(self) -> dict[str, Any] | None:
        """Answer somebody who was deactivated as a wrong password is answered, so that nothing is given away."""
        cleaned: dict[str, Any] | None = super().clean()
        user = getattr(self, "user", None)
        if user is not None and not user.is_active:
            credentials = {"username": user.username}
            user_login_failed.send(sender=type(self), credentials=credentials, request=self.request)
            raise get_adapter(self.request).validation_error("username_password_mismatch")
        return cleaned
