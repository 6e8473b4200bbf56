"""When somebody at a chair was last given what sedates or reverses a sedation."""

import re
from datetime import datetime

from sereniv.knowledge.rows import SedatedStay
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import Effect


def sedated_at(chart: SessionChart, rule: SedatedStay) -> datetime | None:
    """Return when a sedative or reversal agent was last given, by its effect or by a name found in free words."""
    given = [
        each.at
        for each in chart.medicines
        if each.event.effect is not Effect.NEITHER or _names_one(each.event.medicine, rule)
    ]
    given += [each.at for each in chart.interventions if _names_one(each.event.what, rule)]
    return max(given, default=None)


def _names_one(words: str, rule: SedatedStay) -> bool:
    return not set(re.findall(r"[a-z]+", words.casefold())).isdisjoint(rule.names)
