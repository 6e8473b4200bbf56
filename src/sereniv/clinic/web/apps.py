"""Connects the pages' signal receivers."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The pages."""

    name = "sereniv.clinic.web"

    def ready(self) -> None:
        """Listen for sign-ins."""
        from sereniv.clinic.web.shell import sign_in  # noqa: F401  its receivers register themselves
