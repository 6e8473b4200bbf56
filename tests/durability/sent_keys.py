"""Under which key the ledger keeps what a form does, worked out beside the page that sent it."""

from collections.abc import Mapping

from sereniv.clinic.web.shell.form_parts import NOT_TYPED
from sereniv.clinic.workflows.shell.acting import key_of_sent

SECRETS = frozenset({"second_secret"})
"""What is typed and no part of a key."""


def key_in_ledger(form: Mapping[str, str]) -> str:
    """Return the key of what a form of these fields does: of its page, and of what was typed."""
    # A box that is ticked is read as what it means, before anything is made of it.
    typed = [
        (name, "True" if value == "on" else value)
        for name, value in sorted(form.items())
        if value and name not in NOT_TYPED | SECRETS
    ]
    return key_of_sent(form["key"], typed)
