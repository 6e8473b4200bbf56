"""The two ways a request can be turned down: a clinical no, and input nobody could mean."""


class Refused(Exception):  # noqa: N818  a refusal is a decision, not an error
    """A clinical no, shown to the user as it is: which rule, and why."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason


class Malformed(ValueError):  # noqa: N818  the field's word for it
    """Input that cannot be anybody's value; the message says how to mend it."""
