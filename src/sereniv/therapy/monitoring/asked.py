"""What a prompt asks for, in words that fit where the session stands: nobody stops a pump that does not run."""

from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.monitoring.pump import VOLUME_DIFFERS
from sereniv.therapy.session.alerts import Alert
from sereniv.therapy.session.chart import FINISHED, RUNNING, Phase

OVER = "The patient is no longer at this chair. Write what was done: the note shows it."
NO_LONGER = "No longer so. Say what was done about it."
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
    if phase in RUNNING:
        return row.message if row is not None else raised.message
    at_rest = row.message_at_rest or row.message if row is not None else AT_REST.get(raised.alert, "")
    return at_rest or raised.message
