"""The forms of keys: adding one, and signing in by a passkey alone."""

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError

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


class PasskeyForm(LoginWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """Whose passkey it is, where its owner still works here and waits for no first code."""

    def clean_credential(self) -> Authenticator:
        """Answer everything that is wrong in the same words, and let the audit keep it."""
        whose = ""
        try:
            found: Authenticator = super().clean_credential()
            whose = found.user.username
            if not found.user.is_active or found.user.first_until is not None:
                raise get_adapter().validation_error("incorrect_code")
        except ValidationError as error:
            user_login_failed.send(sender=type(self), credentials={"username": whose}, request=context.request)
            raise ValidationError(LETS_NOBODY_IN) from error
        return found
