"""How a request can be turned down: a clinical no, input nobody could mean, and a question asked back."""

from dataclasses import dataclass


class Refused(Exception):  # noqa: N818  a refusal is a decision, not an error
    """A clinical no, shown to the user as it is: which rule, and why."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason


class Malformed(ValueError):  # noqa: N818  the field's word for it
    """Input that cannot be anybody's value; the message says how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer that may be meant: what a form sends for it, and its words."""

    value: str
    words: str


class Unsure(Exception):  # noqa: N818  a question, not an error
    """A fact that cannot be taken as it was typed: the question about it, and the answers to choose from.

    Nothing is refused: what is chosen is kept.
    """

    def __init__(self, question: str, choices: tuple[Choice, ...]) -> None:
        super().__init__(question)
        self.question = question
        self.choices = choices
