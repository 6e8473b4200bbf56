"""How allauth's sign-in behaves here: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from sereniv.clinic.accounts.chairside import device_of, place_of_tries
from sereniv.clinic.accounts.models import Staff

FACTOR_SHOWN = "factor_shown"
"""The attribute of a request that says who has just shown a second factor elsewhere, where the clinic takes that."""


class FactorStage(AuthenticateStage):  # type: ignore[misc]  # allauth is untyped
    """Asks for the second factor, unless it has just been shown at a service whose word the clinic takes."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if getattr(request, FACTOR_SHOWN, None) == self.login.user.pk:
            return False
        return bool(super()._should_handle(request))


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Staff are added by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: there is no self-registration."""
        del request
        return False

    def get_login_stages(self) -> list[str]:
        """Ask for the second factor as this clinic does."""
        stages: list[str] = super().get_login_stages()
        own = f"{__name__}.{FactorStage.__name__}"
        return [own if each.endswith("AuthenticateStage") else each for each in stages]

    def respond_user_inactive(self, request: HttpRequest, user: Staff) -> HttpResponse:
        """Lead whoever works here no more to the sign-in, as a wrong password does."""
        del request, user
        return redirect("account_login")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """Name what failed sign-ins are counted under: account and device, whatever the host header says."""
        typed = credentials.get("username", "")
        staff = Staff.objects.filter(username__iexact=typed).first()
        return place_of_tries(staff, device_of(request)) if staff else f"nobody:{typed.lower()}"
