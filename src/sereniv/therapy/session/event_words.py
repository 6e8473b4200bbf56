"""Says one event of a session in words, without time or person."""

from collections.abc import Callable
from typing import assert_never

from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.observed import observation_words
from sereniv.therapy.session.read_words import read_words

VITAL_WORDS = {
    "heart_rate": "heart rate {} /min",
    "spo2": "SpO₂ {} %",
    "respiratory_rate": "breathing {} /min",
    "mean_pressure": "mean pressure {} mmHg",
    "etco2": "EtCO₂ {} mmHg",
    "temperature": "temperature {} °C",
}


def _vitals_words(event: ev.VitalsCharted) -> str:
    words = (
        [f"blood pressure {plain(event.systolic)}/{plain(event.diastolic)} mmHg"]
        if event.systolic is not None and event.diastolic is not None
        else []
    )
    words += [
        form.format(plain(value)) for name, form in VITAL_WORDS.items() if (value := getattr(event, name)) is not None
    ]
    if event.oxygen_flow is not None:
        words.append(f"oxygen {plain(event.oxygen_flow)} L/min" if event.oxygen_flow else "on room air")
    if event.rhythm:
        words.append(f"rhythm: {event.rhythm}")
    source = " from the monitor" if event.samples else ""
    doubt = " (to be confirmed)" if event.questions else ""
    sentence = ", ".join(words)
    return f"{sentence[:1].upper()}{sentence[1:]}{source}{doubt}"


LATE_WORDS = VITAL_WORDS | {
    "pulse_rate": "pulse {} /min",
    "systolic": "systolic pressure {} mmHg",
    "diastolic": "diastolic pressure {} mmHg",
}


def late_words(event: ev.MonitorSentLate) -> str:
    """Say a value that a monitor sent late, with its unit."""
    words = LATE_WORDS.get(event.signal, f"{spaced(event.signal)} {{}}").format(plain(event.value))
    return f"{words[:1].upper()}{words[1:]}"


def told_words(told: ev.AlertTold) -> str:
    """Say who was told of which prompts, by which way, and what did not go."""
    names = ", ".join(map(spaced, told.alerts))
    if not told.told:
        return f"Prompt could be told to nobody ({told.rung}): {names}"
    ways = ", ".join(telling_words(each) for each in told.told)
    return f"Prompt told ({told.rung}): {names}; {ways}"


def telling_words(telling: ev.Telling) -> str:
    """Say whom one telling reached and by which way, or why it did not go."""
    to = telling.way if telling.who == telling.way else f"{telling.who} by {telling.way}"
    return f"{to} NOT told: {telling.failure}" if telling.failure else to


def medicine_words(event: ev.MedicineGiven) -> str:
    """Say what was given: medicine, dose, way, and why."""
    why = f" for {event.indication}" if event.indication else ""
    clock = "" if event.effect is ev.Effect.NEITHER else f" ({event.effect}: the stay is prolonged)"
    against = f"; QUESTIONED: {'; '.join(event.questions)}" if event.questions else ""
    return f"Given: {event.medicine} {plain(event.dose)} {event.unit} {event.route}{why}{clock}{against}"


def screen_words(event: ev.IntervalScreened) -> str:
    """Say what the questions about the time since the last visit found."""
    found = ", ".join(spaced(name) for name in event.found) or "nothing new"
    words = f"; {event.words}" if event.words else ""
    return f"Asked {len(event.asked)} questions since last time: {found}; suicidal thoughts {event.suicidality}{words}"


def spaced(name: str) -> str:
    """Write a name of ours with spaces."""
    return name.replace("-", " ").replace("_", " ")


def describe(event: ev.SessionEvent, title_of: Callable[[str], str]) -> str:
    """Say one event in words, without time or person; `title_of` gives the title of a gate line."""
    match event:
        case ev.SessionOpened(chair=chair, label=label):
            return f"Session opened at {chair}{f' ({label})' if label else ''}"
        case ev.GateLineAttested(line=line, holds=holds):
            return f"{'Confirmed' if holds else 'NOT so'} before the start: {title_of(line)}"
        case ev.GateLineOverridden(line=line, reason=reason):
            return f"Passed by the prescriber before the start: {title_of(line)}; {reason}"
        case ev.DrugPrepared(drawn_mg=mg, vial=vial, corrects=None):
            return f"Drug drawn: {plain(mg)} mg from vial {vial}"
        case ev.DrugPrepared(drawn_mg=mg, vial=vial, reason=reason):
            return f"Draw corrected: {plain(mg)} mg from vial {vial}; {reason}"
        case ev.GatePassed():
            return "Gate passed"
        case ev.InfusionStarted(rate_ml_per_h=rate):
            return f"Infusion started at {rate} mL/h"
        case ev.InfusionFoundRunning(rate_ml_per_h=rate, deviation=words):
            return f"Infusion found running at {rate} mL/h; deviation: {words}"
        case ev.RateChanged(rate_ml_per_h=rate, reason=reason):
            return f"Rate changed to {rate} mL/h: {reason}"
        case ev.RateFound(rate_ml_per_h=rate, deviation=words):
            return f"Pump found at {rate} mL/h; deviation: {words}"
        case ev.InfusionPaused(reason=reason):
            return f"Pump paused{f': {reason}' if reason else ''}"
        case ev.InfusionResumed(rate_ml_per_h=rate):
            return f"Infusion resumed at {rate} mL/h"
        case ev.InfusionStopped(reason=reason):
            return f"Pump stopped{f': {reason}' if reason else ''}"
        case ev.VolumeRead(volume_ml=volume):
            return f"Pump shows {plain(volume)} mL infused"
        case ev.MonitorConnected(device=device, interval_s=seconds):
            return f"{device} connected, sends every {seconds} s"
        case ev.MonitorDisconnected(device=device, ended=ended):
            return f"{device} was off from here on, before it was charted so" if ended else f"{device} taken off"
        case ev.MonitorDataAssigned(device=device, named=named, messages=count):
            of = f", which named {named}," if named else ""
            return f"{count} {'message' if count == 1 else 'messages'} of {device}{of} found to be this patient's"
        case ev.MonitorSentLate(device=device):
            return f"{late_words(event)}: {device} sent it too late to prompt anybody"
        case ev.VitalsCharted():
            return _vitals_words(event)
        case ev.ValueConfirmedInSession(entry=number, field=field):
            return f"Entry {number}: {spaced(field)} confirmed"
        case ev.ObservationCharted(observation=what, grade=grade, remark=remark):
            return f"{observation_words(what, grade)}{f', {remark}' if remark else ''}"
        case ev.InterventionCharted(what=what):
            return f"Done: {what}"
        case ev.MedicineGiven():
            return medicine_words(event)
        case ev.IntervalScreened():
            return screen_words(event)
        case ev.RemarkCharted(text=words):
            return f"Remark: {words}"
        case ev.EntryStruck(entry=number, reason=reason):
            return f"Entry {number} struck: {reason}"
        case ev.AlertRaised(title=title, read=read, rule=rule):
            return f"Prompt: {title} ({'; '.join(filter(None, (read_words(read), rule)))})"
        case ev.AlertEnded(alert=name):
            return f"Prompt ended: {spaced(name)}"
        case ev.AlertReplaced(alert=name, by=graver):
            return f"Prompt gave way: {spaced(name)}; {spaced(graver)} stands for it"
        case ev.AlertWithdrawn(alert=name, entry=number):
            return f"Prompt withdrawn: {spaced(name)}; entry {number}, which it read, was struck"
        case ev.AlertAcknowledged(alert=name, action=action):
            return f"Prompt noticed: {spaced(name)}{f'; {action}' if action else ''}"
        case ev.AlertTold():
            return told_words(event)
        case ev.AlertSeen(alerts=names):
            return f"Prompt seen: {', '.join(map(spaced, names))}"
        case ev.SoundTurnedOff(alerts=names, minutes=minutes, reason=reason):
            return f"Sound off for {minutes} minutes: {', '.join(map(spaced, names))}; {reason}"
        case ev.HelpTold(told=told):
            ways = ", ".join(telling_words(each) for each in told)
            return f"Call for help told: {ways}" if told else "Call for help could be told to nobody"
        case ev.HelpComing():
            return "On the way to the call for help"
        case ev.EmergencyOpened():
            return "Emergency opened"
        case ev.EmergencyClosed(words=words, was_none=was_none):
            return f"{'Opened by mistake, no emergency' if was_none else 'Emergency over'}: {words}"
        case ev.HelpCalled():
            return "Help called"
        case ev.HelpAnswered(who=who):
            return f"Help answered: {who}"
        case ev.LeftUnseen(last_seen=seen):
            return f"Left unseen; last seen: {seen}"
        case ev.Died(words=words):
            return f"Died: {words}"
        case ev.DrugSpilt(volume_ml=volume, words=words, corrects=wrong):
            said = f"Spilt {plain(volume)} mL from the bag" if volume > 0 else "Nothing spilt from the bag"
            return f"{said}{'' if wrong is None else ', corrected'}: {words}"
        case ev.LineResited(site=site, reason=reason):
            return f"Line now at {site}: {reason}"
        case ev.TransferredOut(where=where, reason=reason):
            return f"Transferred to {where}: {reason}"
        case ev.DrugReconciled(given_mg=given, wasted_mg=wasted):
            return f"Drug accounted for: {plain(given)} mg given, {plain(wasted)} mg wasted"
        case ev.RecoveryScored():
            return f"Recovery: Aldrete {event.aldrete}, MOAA/S {event.moaas}"
        case ev.Discharged(handed_to=name, way=way):
            return f"Discharged with {name}" if way is ev.Departure.AS_PLANNED else f"Left {way}"
        case ev.SessionClosedUnused(reason=reason):
            return f"Session closed, nothing infused: {reason}"
        case ev.NoteSigned(head_seq=seq):
            return f"Note signed at ledger entry {seq}"
        case _:
            assert_never(event)
