"""A limit that an order went past, in words: what the limit is about, and by what number with its unit."""

from decimal import Decimal, InvalidOperation

from sereniv.knowledge import Knowledge
from sereniv.therapy.person.allergies import TICKED
from sereniv.therapy.person.events import LimitTaken
from sereniv.therapy.recording.typed_values import plain

YES_OR_NO = "flag"


def limit_title(taken: LimitTaken, knowledge: Knowledge) -> str:
    """Name the limit as its row does; one of an older table by its name in words."""
    if taken.limit == TICKED:
        return knowledge.conditions[TICKED].title
    row = knowledge.limits.get(taken.limit)
    return row.title if row else taken.limit.replace("_", " ")


def limit_value(taken: LimitTaken, knowledge: Knowledge) -> str:
    """Write the value that went past it with its unit; what was found where it is no number, "" for a yes or no."""
    row = knowledge.limits.get(taken.limit)
    if row is not None and row.unit == YES_OR_NO:
        return ""
    try:
        number = plain(Decimal(taken.value))
    except InvalidOperation:
        return taken.value
    return f"{number} {row.unit}" if row else number


def limit_words(taken: LimitTaken, knowledge: Knowledge) -> str:
    """Write both."""
    value = limit_value(taken, knowledge)
    return f"{limit_title(taken, knowledge)}{f': {value}' if value else ''}"
