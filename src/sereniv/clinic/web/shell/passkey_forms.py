"""The forms of keys: adding one, and signing in by a passkey alone."""

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError

from sereniv.clinic import clock
from sereniv.clinic.accounts import sign_counts
from sereniv.clinic.workflows.shell.notices import note_for

COPIED = "This key has signed more often than it says: it may have been copied. Use another, and remove it."
WENT_BACK = "this key said that it had signed less often than before. It may have been copied: remove it, add another"
LETS_NOBODY_IN = "That passkey lets nobody in here. Sign in with your user name and password."


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """A key by a name; a passkey where it signs in alone."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["name"].label = "Name"
        self.fields["passwordless"].label = "A passkey: sign in with it alone"
        self.fields["passwordless"].help_text = (
            "It then asks for your fingerprint, your face or its PIN, and no password. On a device of your own only: "
            "whoever unlocks a shared tablet could sign in as you."
        )


class KeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """A key after the password, whose count goes on."""

    def clean_credential(self) -> Authenticator:
        """Refuse a key of which a copy may sign."""
        sent = self.cleaned_data["credential"]
        return _counted(super().clean_credential(), sent)


class KeyOnceMoreForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """The same, asked for once more."""

    def clean_credential(self) -> Authenticator:
        """Refuse a key of which a copy may sign."""
        sent = self.cleaned_data["credential"]
        return _counted(super().clean_credential(), sent)


def _counted(key: Authenticator, sent: dict[str, Any]) -> Authenticator:
    """Return a key whose count goes on; raises ValidationError, and tells its owner, where it went back."""
    if not sign_counts.goes_on(key, sent):
        note_for(key.user, f"{key.wrap().name}: {WENT_BACK}", clock.now())
        raise ValidationError(COPIED)
    return key


class PasskeyForm(LoginWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """Whose passkey it is, where its owner still works here and waits for no first code."""

    def clean_credential(self) -> Authenticator:
        """Answer everything that is wrong in the same words, and let the audit keep it."""
        whose = ""
        try:
            sent = self.cleaned_data["credential"]
            found: Authenticator = super().clean_credential()
            whose = found.user.username
            if not found.user.is_active or found.user.first_until is not None:
                raise get_adapter().validation_error("incorrect_code")
            _counted(found, sent)
        except ValidationError as error:
            user_login_failed.send(sender=type(self), credentials={"username": whose}, request=context.request)
            raise ValidationError(LETS_NOBODY_IN) from error
        return found
