"""When a sign-in ends by itself, by the clinic's own numbers."""

from datetime import datetime

from sereniv.clinic import clock
from sereniv.clinic.accounts import idle
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import queries
from sereniv.clinic.workflows.shell.in_force import rules_in_force


def has_ended(kept: idle.Kept, real: datetime, staff: Staff) -> bool:
    """Say whether a session has ended: for good, or because nobody touched it.

    A screen that shows the chairs rings their prompts: one left untouched stays while somebody sits at one.
    """
    rule = rules_in_force(clock.now()).sign_in
    if idle.is_over(kept, real, rule):
        return True
    return idle.is_left(kept, real, rule) and not (
        staff.may(Permission.READ_SESSIONS) and queries.open_sessions().exists()
    )
