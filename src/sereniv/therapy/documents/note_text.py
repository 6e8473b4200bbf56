"""The session note writes itself from the chart: the same entries, in sentences, in the order of the day."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from functools import partial

from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.time_words import clock_words
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.recording.unread import MAY_LACK, unread_words
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.delivered import delivered
from sereniv.therapy.session.departure import how_it_ended
from sereniv.therapy.session.entry_words import entry_words
from sereniv.therapy.session.event_words import screen_words
from sereniv.therapy.session.not_theirs import is_of_this_patient
from sereniv.therapy.session.placing import NOT_COUNTED
from sereniv.therapy.session.reached import doubt_words
from sereniv.therapy.treatment.dose import reckoning

TIME_NOT_CONFIRMED = "its time, before the session, is not confirmed: not counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who the note is about, and how to write times, people and gate lines in it."""

    name: str
    born: str
    zone: tzinfo
    name_of: Callable[[str], str]
    title_of: Callable[[str], str]
    day: date | None = None
    """The day whose times are written without their date; None writes a date with each."""
    signed_over: tuple[str, ...] = ()
    """What the infusion went on in spite of, each in one line."""
    shown: tuple[str, ...] = ()
    """What stood before whoever signed the order, each in one line."""
    allergies: str = ""
    """What is known of allergies, in a line; empty where the note is about a session alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and its sentences."""

    heading: str
    lines: tuple[str, ...]


def note(chart: SessionChart, subject: Subject, gaps: tuple[str, ...] = ()) -> tuple[Section, ...]:
    """Write the note of a session from its chart; a signed one is what was signed, whatever we would write today.

    `gaps` says where charted rates, pump and account differ.
    """
    if chart.signed is not None:
        return sections_of(chart.signed.event.text)
    subject = replace(subject, day=chart.opened.at.astimezone(subject.zone).date() if chart.opened else None)
    sections = (
        Section(heading="Patient", lines=_patient(subject)),
        Section(heading="Order", lines=_order(chart)),
        Section(heading="Shown when the order was signed", lines=subject.shown),
        Section(heading="Signed over", lines=subject.signed_over),
        Section(heading="Before the start", lines=_gate(chart, subject)),
        Section(heading="Course", lines=_course(chart, subject)),
        Section(heading="Drug", lines=(*_drug(chart, subject), *(f"▲ {gap}" for gap in gaps))),
        Section(heading="Deviations and struck entries", lines=_deviations(chart, subject)),
        Section(heading="Recovery and discharge", lines=_recovery(chart, subject)),
    )
    return tuple(section for section in sections if section.lines)


def _patient(subject: Subject) -> tuple[str, ...]:
    said = f"{subject.allergies[:1].upper()}{subject.allergies[1:]}."
    return (f"{subject.name}, born {subject.born}.", *((said,) if subject.allergies else ()))


def addenda(chart: SessionChart, subject: Subject) -> tuple[str, ...]:
    """Write what was charted after the note was signed, each with its date: it stands below, never in the note."""
    signed, subject = chart.signed, replace(subject, day=None)
    if signed is None:
        return ()
    later = [each for each in chart.entries if each.stream_seq > signed.stream_seq]
    return tuple(_line(chart, each, subject) for each in later)


def text(sections: tuple[Section, ...]) -> str:
    """Return the note as plain text, a line for each sentence; its SHA-256 is what a signature binds to."""
    written = []
    for section in sections:
        # What somebody typed over several lines is one sentence here.
        written += [section.heading, *(f"  {' '.join(line.split())}" for line in section.lines)]
    return "\n".join(written)


def sections_of(written: str) -> tuple[Section, ...]:
    """Read a note's text back into its sections; the inverse of `text`."""
    found: list[Section] = []
    for line in written.splitlines():
        if line.startswith("  "):
            found[-1] = Section(heading=found[-1].heading, lines=(*found[-1].lines, line[2:]))
        else:
            found.append(Section(heading=line, lines=()))
    return tuple(found)


def digest(sections: tuple[Section, ...]) -> str:
    """Return the SHA-256 of the note's text."""
    return hashlib.sha256(text(sections).encode()).hexdigest()


def _order(chart: SessionChart) -> tuple[str, ...]:
    plan = chart.plan
    return (
        f"{plan.protocol}, infusion {plan.infusion_number}. Racemic ketamine (base), intravenous, off-label.",
        f"{reckoning(plan)} ({plan.weight_basis} weight) = {plan.dose_mg} mg = "
        f"{plan.volume_ml} mL of {plan.concentration_mg_per_ml} mg/mL at {plan.rate_ml_per_h} mL/h "
        f"over {plan.duration_min} min, volume limit {plan.volume_ml} mL.",
    )


def _gate(chart: SessionChart, subject: Subject) -> tuple[str, ...]:
    said = [
        f"{subject.title_of(line)}: {'confirmed' if each.event.holds else 'NOT so'}"
        f"{f', {each.event.detail}' if each.event.detail else ''} ({_who(each, subject)})."
        for line, each in chart.attested.items()
    ]
    passed = [
        f"{subject.title_of(line)}, passed by {subject.name_of(each.recorded_by)}: {each.event.reason}"
        for line, each in chart.overridden.items()
    ]
    return (*said, *_since_last_time(chart, subject), *passed)


def _since_last_time(chart: SessionChart, subject: Subject) -> tuple[str, ...]:
    asked = (chart.screened, chart.suicide_screened)
    told = {each.stream_seq: each for each in asked if each is not None}
    title = subject.title_of("interval_history")
    return tuple(f"{title}: {screen_words(each.event)} ({_who(each, subject)})." for each in told.values())


def _course(chart: SessionChart, subject: Subject) -> tuple[str, ...]:
    kinds = (
        ev.InfusionStarted,
        ev.InfusionFoundRunning,
        ev.RateChanged,
        ev.RateFound,
        ev.InfusionPaused,
        ev.InfusionResumed,
        ev.InfusionStopped,
        ev.MonitorSentLate,
        ev.VitalsCharted,
        ev.ValueConfirmedInSession,
        ev.ObservationCharted,
        ev.InterventionCharted,
        ev.MedicineGiven,
        ev.RemarkCharted,
        ev.DrugSpilt,
        ev.LineResited,
        ev.AlertRaised,
        ev.AlertReplaced,
        ev.AlertWithdrawn,
        ev.AlertAcknowledged,
        ev.AlertTold,
        ev.AlertSeen,
        ev.SoundTurnedOff,
        ev.HelpTold,
        ev.HelpComing,
        ev.HelpCalled,
        ev.EmergencyOpened,
        ev.EmergencyClosed,
        ev.HelpAnswered,
    )
    nothing = ("Nothing was infused.",) if chart.started_at is None and how_it_ended(chart) else ()
    told = [each for each in chart.entries if isinstance(each.event, kinds) and each.stream_seq not in chart.struck]
    told = [each for each in told if is_of_this_patient(chart, each)]
    doubts = {step.entry: NOT_COUNTED for step in chart.misplaced} | dict.fromkeys(chart.outside, TIME_NOT_CONFIRMED)
    in_order = sorted(told, key=lambda each: (each.at, each.stream_seq))
    return (*nothing, *(_line(chart, each, subject, doubts.get(each.stream_seq, "")) for each in in_order))


def _drug(chart: SessionChart, subject: Subject) -> tuple[str, ...]:
    lines = [
        _bag(chart, entry, entry.event, subject) for entry in chart.entries if isinstance(entry.event, ev.DrugPrepared)
    ]
    if chart.started_at and chart.stopped_at:
        total = delivered(chart, chart.stopped_at)
        minutes = total.infused / timedelta(minutes=1)
        lines.append(
            f"Delivered by charted rates: {total.volume_ml:.1f} mL = {total.mg:.1f} mg in {minutes:.0f} minutes."
        )
    doubt = doubt_words(chart, chart.stopped_at, partial(_at, subject=subject)) if chart.stopped_at else ""
    if doubt:
        lines.append(f"Of this, {doubt}.")
    shown = chart.volume_shown
    if shown:
        volume = plain(shown.event.volume_ml)
        lines.append(f"{_at(shown.at, subject)} pump showed {volume} mL infused, {_who(shown, subject)}.")
    lines += [
        _accounted(chart, entry, entry.event, subject)
        for entry in chart.entries
        if isinstance(entry.event, ev.DrugReconciled)
    ]
    return tuple(lines)


def _bag(chart: SessionChart, entry: Recorded[ev.SessionEvent], drawn: ev.DrugPrepared, subject: Subject) -> str:
    stock = f"{plain(drawn.stock_ml)} mL of {drawn.strength_mg_per_ml} mg/mL"
    why = f" {drawn.reason.rstrip('.')}." if drawn.reason else ""
    no_longer = "" if any(bag.stream_seq == entry.stream_seq for bag in chart.bags) else " Corrected below."
    return (
        f"Drawn {plain(drawn.drawn_mg)} mg ({stock}) from vial {drawn.vial} into {drawn.final_volume_ml} mL, "
        f"{_who(entry, subject)}.{why}{no_longer}"
    )


def _accounted(chart: SessionChart, entry: Recorded[ev.SessionEvent], done: ev.DrugReconciled, subject: Subject) -> str:
    explained = f" Difference {plain(done.difference_mg)} mg: {done.explanation}" if done.difference_mg else ""
    if done.explanation and not done.difference_mg:
        explained = f" {done.explanation.rstrip('.')}."
    instead = f" In the place of the account before: {done.reason.rstrip('.')}." if done.corrects else ""
    counts = chart.reconciled is not None and chart.reconciled.stream_seq == entry.stream_seq
    return (
        f"Given {plain(done.given_mg)} mg, wasted {plain(done.wasted_mg)} mg ({done.method}), "
        f"{_who(entry, subject)}.{explained}{instead}{'' if counts else ' Corrected below.'}"
    )


def _deviations(chart: SessionChart, subject: Subject) -> tuple[str, ...]:
    charted = {each.stream_seq: each for each in chart.entries}
    struck = [
        f"{_at(charted[number].at, subject)} {_said(chart, charted[number], subject)}, "
        f"{_who(charted[number], subject)}; struck by {subject.name_of(each.recorded_by)}: {each.event.reason}"
        for number, each in chart.struck.items()
        if number in charted
    ]
    stood = [charted[number] for number in chart.reopened]
    reopened = [f"{_at(each.at, subject)} {_who(each, subject)}: {_said(chart, each, subject)}." for each in stood]
    unread = [f"▲ {unread_words(each, subject.name_of, subject.zone)} {MAY_LACK}" for each in chart.unread]
    return (*unread, *chart.deviations, *struck, *reopened)


def _recovery(chart: SessionChart, subject: Subject) -> tuple[str, ...]:
    lines = [
        f"{_at(each.at, subject)} Aldrete {each.event.aldrete}, MOAA/S {each.event.moaas}, dissociation "
        f"{each.event.dissociation}, nausea {each.event.nausea}, {_who(each, subject)}."
        for each in chart.recoveries
    ]
    if chart.discharged:
        lines += _discharged(chart.discharged, subject)
    if chart.transferred:
        gone = chart.transferred.event
        lines.append(
            f"{_at(chart.transferred.at, subject)} Transferred to {gone.where}, not discharged: "
            f"{gone.reason.rstrip('.')}. {_who(chart.transferred, subject)}."
        )
    if chart.left_unseen:
        unseen = chart.left_unseen.event
        lines.append(
            f"{_at(chart.left_unseen.at, subject)} Left unseen, not discharged. "
            f"Last seen: {unseen.last_seen.rstrip('.')}. Done: {unseen.done.rstrip('.')}. "
            f"{_who(chart.left_unseen, subject)}."
        )
    if chart.died:
        death = chart.died.event
        lines.append(
            f"{_at(chart.died.at, subject)} Died: {death.words.rstrip('.')}. Told: {death.told.rstrip('.')}. "
            f"{_who(chart.died, subject)}."
        )
    if chart.closed_unused:
        closed = chart.closed_unused
        lines.append(
            f"{_at(closed.at, subject)} Closed, nothing infused: {closed.event.reason.rstrip('.')}. "
            f"{_who(closed, subject)}."
        )
    return tuple(lines)


def _discharged(gone: Recorded[ev.Discharged], subject: Subject) -> list[str]:
    left, advice = gone.event, "written advice given" if gone.event.advice_given else "WITHOUT written advice"
    with_whom = f"with {left.handed_to}{' (identity checked)' if left.identity_checked else ''}"
    how = {
        ev.Departure.AS_PLANNED: f"Left {with_whom}",
        ev.Departure.AGAINST_ADVICE: f"Left AGAINST ADVICE{f', {with_whom}' if left.handed_to else ', alone'}",
        ev.Departure.WITHOUT_ESCORT: "Left WITHOUT AN ESCORT",
    }[left.way]
    told = f" {left.told.rstrip('.')}." if left.told else ""
    exception = f" Exception signed: {left.exception.rstrip('.')}." if left.exception else ""
    lines = [f"{_at(gone.at, subject)} {how}, {advice}, {_who(gone, subject)}.{told}{exception}"]
    return lines + [f"Did not hold: {line.rstrip('.')}." for line in left.not_holding]


def _line(chart: SessionChart, entry: Recorded[ev.SessionEvent], subject: Subject, doubt: str = "") -> str:
    late = f" (charted {_at(entry.recorded_at, subject)})" if entry.charted_late else ""
    said = f"{_at(entry.at, subject)} {_said(chart, entry, subject)}{late}, {_who(entry, subject)}"
    return f"{said}; {doubt}." if doubt else f"{said}."


def _said(chart: SessionChart, entry: Recorded[ev.SessionEvent], subject: Subject) -> str:
    return entry_words(chart, entry, subject.title_of, partial(_at, subject=subject))


def _at(moment: datetime, subject: Subject) -> str:
    return clock_words(moment.astimezone(subject.zone), subject.day)


def _who(entry: Recorded[ev.SessionEvent] | Recorded[object], subject: Subject) -> str:
    second = f" with {subject.name_of(entry.co_signed_by)}" if entry.co_signed_by else ""
    return f"{subject.name_of(entry.recorded_by)}{second}"
