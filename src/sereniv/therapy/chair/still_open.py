"""What stands open at a chair that nobody may start an infusion over, or leave behind by closing the session."""

from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session.chart import FINISHED, Phase, SessionChart
from sereniv.therapy.session.events import AlertKind, AlertRaised


def is_urgent(chart: SessionChart) -> bool:
    """Say whether help is called or an emergency stands, of a session that is not over."""
    return chart.phase not in FINISHED and (chart.help_open_since is not None or chart.emergencies.stands)


def demand_nothing_urgent(chart: SessionChart) -> None:
    """Raise Refused while an emergency stands or a call for help is open: nothing runs, and nobody leaves, over it."""
    if (since := chart.emergencies.since) is not None:
        raise Refused(
            "emergency", f"The emergency of {since:%H:%M} at this chair stands: say first what it was and how it ended."
        )
    if chart.help_open_since is not None:
        called = f"Help was called at {chart.help_open_since:%H:%M}"
        raise Refused("emergency", f"{called}, and nobody has said who came: say so first.")


def demand_nothing_left(chart: SessionChart) -> None:
    """Raise Refused while an emergency, a call for help or a prompt about the patient waits for somebody.

    Closed with the session, nobody would ever act on it.
    """
    demand_nothing_urgent(chart)
    waiting = [each.raised.event for each in chart.open_alerts if each.raised.event.kind is not AlertKind.TECHNICAL]
    if waiting:
        names = ", ".join(_named(each) for each in waiting)
        raise Refused("prompts", f"Nobody has acted on: {names}. Say first what you did.")


def demand_closable_unused(chart: SessionChart) -> None:
    """Raise Refused unless nothing was infused here, its drug is accounted for, and nothing waits for somebody."""
    if chart.phase not in {Phase.PREPARING, Phase.READY} or chart.started_at is not None:
        raise Refused("session", f"Only a session that never ran can be closed so; this one is {chart.phase}.")
    if chart.is_unaccounted:
        raise Refused("custody", "Drug was drawn for this session. Account for it with a witness first.")
    demand_nothing_left(chart)


def _named(prompt: AlertRaised) -> str:
    title, read = prompt.title.rstrip("?"), ", ".join(prompt.read.values())
    return f"{title} ({read})" if read else title
