"""Whether somebody has the second factor that a clinic's own home demands."""

from django.conf import settings

from sereniv.clinic.accounts.models import Staff


def lacks_second_factor(staff: Staff) -> bool:
    """Say whether this is a clinic's home and the person has set no second factor up."""
    if not settings.IS_CLINIC:
        return False
    from allauth.mfa.utils import is_mfa_enabled

    return not is_mfa_enabled(staff)


def is_second_factor(staff: Staff, code: str) -> bool:
    """Say whether a code is this person's now: from their authenticator, or one of their recovery codes.

    A security key cannot be asked for here; whoever has only one signs in on the device once instead.
    """
    from allauth.mfa.models import Authenticator

    kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    found = Authenticator.objects.filter(user=staff, type__in=kinds).order_by("-type")
    return bool(code.strip()) and any(each.wrap().validate_code(code.strip()) for each in found)


def with_second_factor() -> frozenset[int]:
    """Return the keys of all who have a second factor of any kind."""
    from allauth.mfa.models import Authenticator

    return frozenset(Authenticator.objects.values_list("user_id", flat=True))
