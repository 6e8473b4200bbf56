"""The steps of setting a clinic up, and where each is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from sereniv.clinic.workflows.admin.going_live import SetupFacts, done
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import GoingLiveRow

PAGES = {
    "two_signers": "roles", "second_factor": "setup", "chair": "setup_chair_new", "hours": "setup_hours",
    "on_call": "setup_on_call_new", "standard": "stock_standard", "stock": "stock",
    "numbers": "own_rules", "backups": "ledger",
    **dict.fromkeys(("clinic_named", "crisis_number", "on_call_number", "help_words"), "setup_clinic"),
}  # fmt: skip
"""Where each step is done; all others on the page that adds somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStep:
    """One step of setting a clinic up, done or not; `needed` where a clinic cannot go live without, because."""

    title: str
    why: str
    address: str
    done: bool
    needed: bool
    because: str


def setup_steps(facts: SetupFacts) -> tuple[SetupStep, ...]:
    """Judge every step of setting a clinic up, in the order in which they are best done."""
    return tuple(each for row, each in _judged(facts) if row.is_step)


def before_going_live(facts: SetupFacts) -> tuple[SetupStep, ...]:
    """Return what is missing before going live: what safety needs first."""
    missing = [each for _, each in _judged(facts) if not each.done]
    return tuple(sorted(missing, key=lambda each: not each.needed))


def _judged(facts: SetupFacts) -> list[tuple[GoingLiveRow, SetupStep]]:
    has = done(facts)
    return [(row, _step(row, has[row.id], facts)) for row in knowledge().going_live.values()]


def _step(row: GoingLiveRow, is_done: bool, facts: SetupFacts) -> SetupStep:
    whose = f"Not yet: {some(facts.without_second_factor)}. " if row.id == "second_factor" else ""
    return SetupStep(
        title=row.title,
        why=f"{whose}{row.statement}",
        address=reverse(PAGES.get(row.id, "setup_staff_new")),
        done=is_done,
        needed=row.needed,
        because=row.because,
    )


def some(names: Sequence[str]) -> str:
    """Write the first few names and how many more there are."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
