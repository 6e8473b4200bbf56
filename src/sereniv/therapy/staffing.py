"""How many are infusing at once and which nurses chart at the open chairs: shown beside what is attested, never judged.

Who is on duty is nowhere recorded. What is counted here is who has charted at the open chairs, and it says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sereniv.therapy.session.chart import RUNNING, SessionChart


@dataclass(frozen=True, slots=True, kw_only=True)
class ChairNow:
    """One other open chair: its name and its session."""

    name: str
    chart: SessionChart


def ratio_words(elsewhere: Sequence[ChairNow], nurses: Sequence[str]) -> str:
    """Write how many would be infusing with this one, which of them ask for a nurse alone, and who charts."""
    infusing = [each for each in elsewhere if each.chart.phase in RUNNING]
    count = len(infusing) + 1
    chairs = ", ".join(
        f"{each.name}{' (close watch)' if each.chart.plan.asks_close_watch else ''}" for each in infusing
    )
    now = f"Infusing now: {chairs}; {count} with this one." if infusing else "Nobody else is infusing; 1 with this one."
    who = f"{', '.join(nurses)} ({len(nurses)})" if nurses else "nobody yet"
    return f"{now} Nurses who have charted at the open chairs: {who}. Who else is on duty is not known here."
