"""How allauth's sign-in behaves here: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Staff are added by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: there is no self-registration."""
        del request
        return False
