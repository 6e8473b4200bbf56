"""A line of the gate is passed over by words of its own: one text may speak of two lines, not of every one."""

from collections.abc import Sequence

from sereniv.knowledge.rows import GateLine
from sereniv.therapy.recording.hollow import words_in
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session.chart import SessionChart

LINES_OF_ONE_TEXT = 2
"""Ours (default): *all vital signs normal when repeated* may well speak of two lines."""


def demand_own_words(line: str, reason: str, chart: SessionChart, rows: Sequence[GateLine]) -> None:
    """Refuse a reason whose words passed other lines of this session already.

    Raises
    ------
    Refused
        When two other lines were passed over by the same words, whatever their capitals and signs.
    """
    titles = {row.id: row.title for row in rows}
    same = [
        titles.get(other, other)
        for other, each in chart.overridden.items()
        if other != line and words_in(each.event.reason) == words_in(reason)
    ]
    if len(same) >= LINES_OF_ONE_TEXT:
        passed = "; ".join(same)
        raise Refused("gate", f"The same words passed {passed}. Write what is so of this line: {titles[line]}.")
