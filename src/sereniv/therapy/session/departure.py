"""How a session ended, in words, whichever way: every page that names it asks here."""

from datetime import datetime

from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events.incidents import Departure


def how_it_ended(chart: SessionChart) -> str:
    """Say how a session ended, "" while it is open."""
    if chart.closed_unused:
        return "closed, nothing infused"
    if chart.died:
        return "died"
    if chart.transferred:
        return f"transferred to {chart.transferred.event.where}"
    if chart.left_unseen:
        return "left unseen"
    if chart.discharged is None:
        return ""
    left = chart.discharged.event
    if left.way is not Departure.AS_PLANNED:
        return f"left {left.way}"
    return "discharged by exception" if left.exception else "discharged"


def ended_at(chart: SessionChart) -> datetime | None:
    """Return when a session ended, None while it is open."""
    ends = (chart.closed_unused, chart.died, chart.transferred, chart.left_unseen, chart.discharged)
    return next((each.at for each in ends if each is not None), None)
