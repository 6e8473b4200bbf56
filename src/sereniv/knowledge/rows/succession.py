"""Rows about succession: of which kinds of entry the newest holds, and so takes the place of what stood before."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sereniv.knowledge.rows.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessionRow(Row):
    """What is replaced by its successor: the newest of `events` about the same thing, or nothing is (`asks` is empty).

    `same` names the fields that two entries share where they are about the same thing; lists share what overlaps.
    `adds_up` gives, by field, the values with which an entry stands beside the others and replaces none. Whoever writes
    one of `asks` is shown a successor that they had not seen; `says` are the fields in which it is said.
    """

    events: tuple[str, ...]
    because: str
    asks: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    adds_up: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    says: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a row that names no kind, asks of a kind it does not name, or gives no reason."""
        strangers = [kind for kind in self.asks if kind not in self.events]
        if not self.events or strangers:
            raise ValueError(f"name the kinds of entry; asked of others: {', '.join(strangers)}")
        if not self.because.strip():
            raise ValueError("say why the newest holds, or why none replaces another")
