"""Infusions that others gave, on papers that tell of infusions: as told, never as given by this clinic."""

from collections.abc import Sequence
from datetime import datetime

from sereniv.therapy.documents.model import Block, Bullets, Paragraph
from sereniv.therapy.documents.setting import Setting
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.elsewhere import infused_words, infusions_elsewhere


def given_elsewhere(setting: Setting, chart: PersonChart, here: Sequence[datetime]) -> tuple[Block, ...]:
    """Name every infusion that others gave, the first one first, nothing where there was none.

    Parameters
    ----------
    here
        When each infusion of this clinic began: what is told of such a day is that one.
    """
    found = infusions_elsewhere(chart, here)
    if not found:
        return ()
    said = tuple(
        f"{setting.day(each.event.given_on)}: {infused_words(each.event)}. {each.event.told_by}" for each in found
    )
    return (Paragraph(text="Given elsewhere, as told:"), Bullets(items=said))
