"""What happens when somebody signs in: the device learns them, the audit keeps it, and they learn what was changed."""

import re
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.mfa import signals as mfa
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from sereniv.clinic import clock
from sereniv.clinic.accounts import idle, staff
from sereniv.clinic.accounts.chairside import device_of, enrol_here, is_known_on
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.home import Kind
from sereniv.clinic.records.house_events import SignInAudited
from sereniv.clinic.workflows.shell import failed_sign_ins
from sereniv.clinic.workflows.shell.notices import note_for
from sereniv.clinic.workflows.shell.this_clinic import record_house_event, served_home

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator

COMPUTER = re.compile(r"\(([^()]*)\)")

FACTORS = {"totp": "authenticator", "webauthn": "security key", "recovery_codes": "recovery codes"}


BY = "signed_in_by"
"""The attribute of a request that says by what somebody comes in other than a password, in the words of the audit."""

CAME_BY = "came_by"
"""What a session keeps of whoever came from another house's service, for the second factor may be asked meanwhile."""

TAKES_OVER = "takes_over"
"""The attribute of a request that hands the device on: when the session that it goes on with began."""


@receiver(user_logged_in)
def enrol(sender: object, request: HttpRequest, user: Staff, **_: Any) -> None:
    """Remember that somebody signed in on this device, so that their PIN works here, and tell them what changed."""
    del sender
    since = getattr(request, TAKES_OVER, "")
    first = user.first_until is not None
    if first:
        _use_up_first_code(request, user)
    idle.begin(request.session, clock.real_now(), since)
    device = device_of(request) or getattr(request, "new_device", "")
    request.session[idle.DEVICE] = device[:12]
    request.session[idle.BROWSER] = _computer(request.headers.get("User-Agent", ""))
    if not since or not is_known_on(user, device):
        known = [user]
        if served_home().kind is Kind.DEMO:
            # The demo's made-up staff share one tablet, so that PINs can be tried at once.
            known = list(staff.working_here())
        for each in known:
            enrol_here(each, device)
    record_house_event(
        "audit", SignInAudited(staff=user.username, act=_how(request, since, first), device=device[:12]), clock.now()
    )
    _tell(request, user)


def _how(request: HttpRequest, since: str, first: bool) -> str:
    """Return how somebody came in, as the audit keeps it."""
    if since:
        return "took over"
    if first:
        return "signed in with a first code"
    return f"signed in{request.session.pop(CAME_BY, '') or getattr(request, BY, '')}"


@receiver(mfa.authenticator_used)
def factor_used(sender: object, request: HttpRequest, passwordless: bool, **_: Any) -> None:
    """Note that whoever comes in does so by a passkey alone, for the audit."""
    del sender
    if passwordless:
        setattr(request, BY, " with a passkey")


def _computer(browser: str) -> str:
    """Return what a browser says of the computer it runs on, as its owner may know it again."""
    found = COMPUTER.search(browser)
    return " ".join(found[1].split())[:60] if found else ""


def _use_up_first_code(request: HttpRequest, user: Staff) -> None:
    """Let a first code let in once: from here on only its owner's own password does."""
    user.set_unusable_password()
    user.first_until = None
    user.save(update_fields=["password", "first_until"])
    update_session_auth_hash(request, user)
    request.session[idle.SETS_PASSWORD] = True


def _tell(request: HttpRequest, user: Staff) -> None:
    """Tell somebody, once, what was changed of their way in since they were here."""
    for each in staff.notices_for(user):
        messages.warning(request, each.words, fail_silently=True)


def _audit_factor(request: HttpRequest, user: Staff, act: str) -> None:
    event = SignInAudited(staff=user.username, act=act, device=device_of(request)[:12])
    record_house_event("audit", event, clock.now())


@receiver(mfa.authenticator_added)
@receiver(mfa.authenticator_removed)
@receiver(mfa.authenticator_reset)
def factor_changed(
    sender: object, request: HttpRequest, user: Staff, authenticator: "Authenticator", signal: object, **_: Any
) -> None:
    """Audit that a second factor was made, taken away or made anew, and tell its owner when they next sign in."""
    del sender
    done = "added" if signal is mfa.authenticator_added else "renewed"
    done = "taken away" if signal is mfa.authenticator_removed else done
    what = f"second factor {done}: {FACTORS.get(authenticator.type, authenticator.type)}"
    _audit_factor(request, user, what)
    note_for(user, what.capitalize(), clock.now())


@receiver(mfa.authentication_failed)
def factor_failed(sender: object, request: HttpRequest, user: Staff, **_: Any) -> None:
    """Audit a wrong code of a second factor."""
    del sender
    _audit_factor(request, user, "wrong code of the second factor")


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
    tried = staff.typed_as(str(credentials.get("username", "")))
    device = device_of(request)[:12] if request is not None else ""
    if tried is None:
        failed_sign_ins.failed_to_sign_in(device, clock.now())
        return
    event = SignInAudited(staff=tried.username, act="failed to sign in", device=device)
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
        """Answer who was deactivated, or comes with a first code too late, as a wrong password is answered."""
        cleaned: dict[str, Any] | None = super().clean()
        user = getattr(self, "user", None)
        late = user is not None and user.first_until is not None and user.first_until <= clock.now()
        if user is not None and (late or not user.is_active):
            credentials = {"username": user.username}
            user_login_failed.send(sender=type(self), credentials=credentials, request=self.request)
            raise get_adapter(self.request).validation_error("username_password_mismatch")
        return cleaned
