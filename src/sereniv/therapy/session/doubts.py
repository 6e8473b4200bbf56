"""Whether facts, charted for a moment, would count as what they say; if not, the question to whoever charts them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.time_words import clock_words
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase, SessionChart, extended
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.departure import ended_at, how_it_ended
from sereniv.therapy.session.placing import RateStep

TAKEN_FROM_A_PATIENT = (ev.VitalsCharted, ev.ObservationCharted, ev.RecoveryScored)
SEEN_RUNNING = (ev.InfusionFoundRunning, ev.RateFound)

NameOf = Callable[[str], str]


def doubt_about(chart: SessionChart, facts: Sequence[ev.SessionEvent], at: datetime, name_of: NameOf) -> str:
    """Return the question about facts charted for `at`, "" where they count as they say."""
    return next((doubt for fact in facts if (doubt := _doubt(chart, fact, at, name_of))), "")


def _doubt(chart: SessionChart, fact: ev.SessionEvent, at: datetime, name_of: NameOf) -> str:
    if isinstance(fact, TAKEN_FROM_A_PATIENT):
        return _left_already(chart, at)
    if isinstance(fact, ev.InfusionStopped | ev.InfusionPaused):
        asked = (_said_before(chart, fact, at, name_of), _comes_to_nothing(chart, fact, at))
        return " ".join(filter(None, asked))
    return _runs_again(chart, at, name_of) if isinstance(fact, SEEN_RUNNING) else ""


def _left_already(chart: SessionChart, at: datetime) -> str:
    """Ask about what was taken from a patient after the session ended for them, in whichever way."""
    over = ended_at(chart)
    if over is None or at <= over:
        return ""
    gone = "as having left" if chart.discharged or chart.transferred else f"as {how_it_ended(chart)}"
    return f"The patient is charted {gone} at {_at(over, at)}. Were these taken after that?"


def _said_before(
    chart: SessionChart, fact: ev.InfusionStopped | ev.InfusionPaused, at: datetime, name_of: NameOf
) -> str:
    """Say that the pump is charted as stopped or paused already, by whom and since when."""
    if chart.stopped_at is not None:
        step = next(each for each in chart.rates if each.stops and each.at == chart.stopped_at)
        words = "stopped"
    elif chart.phase is Phase.PAUSED and isinstance(fact, ev.InfusionPaused):
        step, words = chart.rates[-1], "paused"
    else:
        return ""
    who = _who(chart, step, name_of)
    return f"It is charted already as {words} at {_at(step.at, at)}, by {who}. Chart it once more?"


def _comes_to_nothing(chart: SessionChart, fact: ev.InfusionStopped | ev.InfusionPaused, at: datetime) -> str:
    """Say why a stop or pause would not count as one: it lies before the start, or before what ran later."""
    after = _with(chart, fact, at)
    said = "stopped" if isinstance(fact, ev.InfusionStopped) else "paused"
    if after.started_at is None:
        return (
            f"No start of the infusion is charted. Kept so, it would not count as {said}: "
            "chart first, under Pump discrepancy, since when the pump ran."
        )
    if at < after.started_at:
        return (
            f"The infusion is charted as started at {_at(after.started_at, at)}. Before that it would be kept and not "
            "count, and the milligrams would go on rising."
        )
    later = [step for step in after.rates if step.at > at and step.rate_ml_per_h > 0]
    if later and after.stopped_at is None and after.rates[-1].rate_ml_per_h > 0:
        return (
            f"A rate of {later[-1].rate_ml_per_h} mL/h is charted for {_at(later[-1].at, at)}, after that: "
            f"the pump would count as running again from then on, and not as {said}."
        )
    return _takes_back(chart, after, at, said)


def _takes_back(chart: SessionChart, after: SessionChart, at: datetime, said: str) -> str:
    """Say that milligrams already counted would be taken back: the pump is charted otherwise after that time."""
    last = chart.rates[-1]
    if last.at <= at:
        return ""
    before_mg, after_mg = delivered(chart, last.at).mg, delivered(after, last.at).mg
    if after_mg >= before_mg:
        return ""
    words = (
        f"at {plain(last.rate_ml_per_h)} mL/h" if last.rate_ml_per_h else "as stopped" if last.stops else "as paused"
    )
    return (
        f"The pump is charted {words} at {_at(last.at, at)}, after that. {said.capitalize()} at {_at(at, at)}, it gave "
        f"{plain(round(after_mg, 1))} mg until then, and not {plain(round(before_mg, 1))} mg. Was it so early?"
    )


def _runs_again(chart: SessionChart, at: datetime, name_of: NameOf) -> str:
    """Ask about a pump seen running before its charted start, or after its charted stop."""
    if chart.started_at is not None and at < chart.started_at:
        return f"The infusion is charted as started at {_at(chart.started_at, at)}. Did it run before that already?"
    if chart.stopped_at is None or at < chart.stopped_at:
        return ""
    step = next(each for each in chart.rates if each.stops and each.at == chart.stopped_at)
    accounted = " The drug is accounted for already." if chart.reconciled else ""
    return (
        f"It is charted as stopped at {_at(step.at, at)}, by {_who(chart, step, name_of)}.{accounted} "
        "Did it run again after that?"
    )


def _with(chart: SessionChart, fact: ev.SessionEvent, at: datetime) -> SessionChart:
    supposed = Recorded(
        seq=0, stream_seq=chart.head + 1, at=at, recorded_at=at, recorded_by="", co_signed_by="", event=fact
    )
    return extended(chart, [supposed])


def _who(chart: SessionChart, step: RateStep, name_of: NameOf) -> str:
    return next(name_of(each.recorded_by) for each in chart.entries if each.stream_seq == step.entry)


def _at(moment: datetime, beside: datetime) -> str:
    return clock_words(moment, beside.date())
