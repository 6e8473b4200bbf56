"""What a prompt asks for, in words that fit where the session stands: nobody stops a pump that stands still."""

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.monitoring.pump import VOLUME_DIFFERS
from sereniv.therapy.session.alerts import Alert
from sereniv.therapy.session.chart import FINISHED, RUNNING, Phase

OVER = "The patient is no longer at this chair. Write what was done: the note shows it."
NO_LONGER = "No longer so. Say what was done about it."
PAUSE, LEAVE_PAUSED = "Pause the pump", "Leave the pump paused"
"""What a prompt that is no row asks for first, and what it asks of whoever has paused the pump already."""
AT_REST = {VOLUME_DIFFERS: "The account of the drug and the note ask for the rest."}
"""What a prompt that is no row of the card asks for where no pump runs."""


def words_now(alert: Alert, phase: Phase, knowledge: Knowledge) -> str:
    """Say what a prompt asks for in this phase; as it was raised where no row says otherwise."""
    if phase in FINISHED:
        return OVER
    if alert.presence == "latched":
        return NO_LONGER
    raised = alert.raised.event
    row = knowledge.alerts.get(raised.alert)
    if row is not None:
        return row.asks(runs=phase is Phase.INFUSING, paused=phase is Phase.PAUSED)
    if phase in RUNNING:
        return raised.message.replace(PAUSE, LEAVE_PAUSED) if phase is Phase.PAUSED else raised.message
    return AT_REST.get(raised.alert, "") or raised.message
