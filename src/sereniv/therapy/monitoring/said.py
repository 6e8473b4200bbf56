"""Words in free text at the chair that name a red flag: they ask whether it is there, and chart nothing.

Words match whole; what is said not to be there asks nothing (row `denied`). A question too many costs a tap.
"""

from collections.abc import Iterable

from sereniv.knowledge.rows import AlertRule, DenialRow, Knowledge, SaidRow
from sereniv.therapy.monitoring.alert_limits import CHARTED_FIELDS, charted_for, graded_for, holds, inputs_for
from sereniv.therapy.monitoring.condition import Condition
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.phrases import Words, found, is_denied, words_in
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import RUNNING, SessionChart

SAID = "said-"
"""How the name of such a prompt begins; the id of the alert it asks about follows."""
SHOWN = 120
"""Letters of what was written that the prompt repeats; the whole stands in the log."""


def signs_said(text: str, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the ids of the alerts whose signs a text names as there."""
    words = words_in(text)
    return tuple(row.id for row in knowledge.said.values() if _is_named(row, words, knowledge.denied))


def names_suicide(text: str, knowledge: Knowledge) -> bool:
    """Say whether a text names thoughts of suicide as there."""
    return _is_named(knowledge.said_of_suicide, words_in(text), knowledge.denied)


def asked_about(chart: SessionChart, knowledge: Knowledge) -> Iterable[Condition]:
    """Ask about each sign that was named in words and has not been charted since, as there or as not."""
    for name, source in _newest_that_names(chart, knowledge).items():
        rule = knowledge.alerts[name]
        if rule.only_while_running and chart.phase not in RUNNING:
            continue
        if holds(rule, inputs_for(rule, chart)) or _charted_since(rule, source, chart):
            continue
        words = written_by_hand(source.event)
        yield Condition(
            alert=f"{SAID}{name}",
            kind=ev.AlertKind.CONFIRM,
            priority=rule.priority,
            title=f"{rule.title}?",
            message=f"Charted in words: “{shortened(words)}”. Look and ask now, then chart whether it is there.",
            rule=f"said v{knowledge.said[name].version}",
            read={},
            read_at=source.at,
            read_entry=source.stream_seq,
            latching=False,
            repeat_within_min=rule.repeat_within_min,
        )


def written_by_hand(event: ev.SessionEvent) -> str:
    """Return what somebody wrote about the patient in their own words, "" where a kind of entry has none."""
    match event:
        case ev.RemarkCharted(text=words) | ev.InterventionCharted(what=words):
            return words
        case ev.ObservationCharted(remark=words) | ev.IntervalScreened(words=words) | ev.VitalsCharted(rhythm=words):
            return words
        case ev.InfusionPaused(reason=words) | ev.InfusionStopped(reason=words) | ev.RateChanged(reason=words):
            return words
        case ev.RateFound(deviation=words) | ev.InfusionFoundRunning(deviation=words):
            return words
        case ev.MedicineGiven(indication=words) | ev.GateLineAttested(detail=words):
            return words
        case ev.AlertAcknowledged(alert=alert, action=words) if not alert.startswith(SAID):
            return words
    return ""


def _newest_that_names(chart: SessionChart, knowledge: Knowledge) -> dict[str, Recorded[ev.SessionEvent]]:
    found: dict[str, Recorded[ev.SessionEvent]] = {}
    for each in chart.entries:
        if each.stream_seq not in chart.struck:
            found |= dict.fromkeys(signs_said(written_by_hand(each.event), knowledge), each)
    return found


def _charted_since(rule: AlertRule, source: Recorded[ev.SessionEvent], chart: SessionChart) -> bool:
    """Say whether the sign was looked at since it was named, or at the time it was named for."""
    read = charted_for(rule, chart) if rule.reads[0] in CHARTED_FIELDS else graded_for(rule, chart)
    return any(each.stream_seq > source.stream_seq or each.at >= source.at for each in read)


def shortened(text: str) -> str:
    """Return what of somebody's words a prompt repeats."""
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= SHOWN else f"{one_line[:SHOWN].rstrip()}…"


def _is_named(row: SaidRow, words: Words, denial: DenialRow) -> bool:
    return any(not is_denied(words, place, denial) for place in found(row.words, words))
