"""How often a key says that it has signed: a count that does not go on may be a copy's (WebAuthn 2, 6.1.1).

Synced passkeys do not count and always say 0. Of a key that counts each answer is above the one before; an equal or
lower one is refused, for one of the two that sign is not the one that was added.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.db import transaction

COUNT = "sign_count"


def goes_on(key: Authenticator, credential: dict[str, Any]) -> bool:
    """Say whether a checked answer's count goes on from the last one, and keep it where it does."""
    said = auth.parse_authentication_response(credential).response.authenticator_data.counter
    with transaction.atomic():
        kept = Authenticator.objects.select_for_update().get(pk=key.pk)
        last = kept.data.get(COUNT)
        if last is None:
            last = kept.wrap().authenticator_data.counter
        if (said or last) and said <= last:
            return False
        if said != kept.data.get(COUNT):
            kept.data = {**kept.data, COUNT: said}
            kept.save(update_fields=["data"])
    return True
