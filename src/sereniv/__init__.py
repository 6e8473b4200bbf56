"""Sereniv runs ketamine infusion therapy: candidacy, course, infusion, recovery and response."""

__version__ = "0.2.0"
