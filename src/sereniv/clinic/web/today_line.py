"""What a line of the Today list is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that waits: what, where it is done, and whether it presses."""

    what: str
    address: str
    detail: str = ""
    pressing: bool = False
