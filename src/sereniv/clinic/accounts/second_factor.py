"""Whether somebody has the second factor that a clinic's own home demands."""

from django.conf import settings

from sereniv.clinic.accounts.models import Staff


def lacks_second_factor(staff: Staff) -> bool:
    """Say whether this is a clinic's home and the person has set no second factor up."""
    if not settings.IS_CLINIC:
        return False
    from allauth.mfa.utils import is_mfa_enabled

    return not is_mfa_enabled(staff)
