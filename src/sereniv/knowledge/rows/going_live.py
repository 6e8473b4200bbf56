"""Rows about going live: what a clinic has before it treats anybody."""

from dataclasses import dataclass

from sereniv.knowledge.rows.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class GoingLiveRow(Row):
    """One thing a clinic has before it goes live: `needed` where it is refused without, because of what.

    `is_step` where it is a step of setting up; stock and its standard ask for themselves elsewhere.
    """

    needed: bool
    because: str
    is_step: bool = True

    def __post_init__(self) -> None:
        """Refuse a row without a reason."""
        if not self.because.strip():
            raise ValueError("say why a clinic cannot, or can, go live without it")
