"""What speaks against holding a time for an infusion: asked, answered in words, and in sight; never refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sereniv.knowledge.rows import ConsentRule, Knowledge
from sereniv.therapy.followup.aftercare import red_answers_open
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.consent import ConsentState, consent
from sereniv.therapy.person.deaths import died
from sereniv.therapy.person.events import (
    CandidacyDecided,
    CheckInRecorded,
    CourseEnded,
    CourseInterrupted,
    CourseOpened,
    CourseResumed,
    CourseReviewed,
    Decision,
    LevelOfCare,
    LevelOfCareDecided,
    OrderSigned,
    PersonEvent,
    Purpose,
)
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.safety import suicide
from sereniv.therapy.scheduling.calendar import Appointment

ASK = "A prescriber can say why."
OFF = "cancel and tell them"
MOVE_IT = f"Move it, or {OFF}."
CANCEL_IT = "Cancel it."
"""Of somebody who died: there is nobody to tell."""
OR_DECIDE = f"{OFF.capitalize()}, or decide anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainstBooking:
    """One thing that speaks against an infusion: as the record has it, and as the desk is told it.

    The desk books and calls, and reads no more of the record than that takes: that it holds, and whom to ask.
    """

    words: str
    at_the_desk: str
    ends_by: str = OR_DECIDE
    """What somebody does about it: the booking is off, or what speaks against it is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundLost:
    """An act that took away what an infusion was booked on: the ledger's entry that records it, and what it says."""

    entry: int
    said: AgainstBooking

    @property
    def words(self) -> str:
        """What it says, as the record has it."""
        return self.said.words


def as_it_is(words: str, ends_by: str = OR_DECIDE) -> AgainstBooking:
    """Return what is told everybody in the same words."""
    return AgainstBooking(words=words, at_the_desk=words, ends_by=ends_by)


def what_ends_it(against: Iterable[AgainstBooking]) -> str:
    """Say what somebody does about all that speaks against a visit."""
    found = dict.fromkeys(each.ends_by for each in against)
    return CANCEL_IT if CANCEL_IT in found else " ".join(found)


def doubts(chart: PersonChart, purpose: Purpose, now: datetime, rules: Knowledge) -> tuple[AgainstBooking, ...]:
    """Say what speaks against a visit of this person, the gravest first: a death against any, the rest an infusion."""
    if purpose is not Purpose.INFUSION:
        dead = _of_death(chart)
        return (dead[1],) if dead is not None else ()
    decide = as_it_is("Nobody has decided yet whether they are eligible.", f"Decide first, or {OFF}.")
    undecided = () if chart.last(CandidacyDecided) else (decide,)
    lost = tuple(each.said for each in grounds_lost(chart, now, rules))
    return (*undecided, *_of_suicide_item(chart, rules), *_of_red_answer(chart, rules), *lost)


def grounds_lost(chart: PersonChart, now: datetime, rules: Knowledge) -> tuple[GroundLost, ...]:
    """Return every act that took the ground from this person's infusions and was not undone by a later one."""
    found = (
        _of_death(chart),
        _of_decision(chart),
        _of_level_of_care(chart),
        _of_consent(chart, now, rules.consent),
        _of_interruption(chart),
        _of_ending(chart),
    )
    return tuple(GroundLost(entry=entry, said=said) for entry, said in filter(None, found))


def ground_lost_since(
    chart: PersonChart, booked: Appointment, now: datetime, rules: Knowledge
) -> tuple[GroundLost, ...]:
    """Return what took the ground from an infusion after it was booked.

    One that somebody booked, or moved, in spite of it, with a reason, is to be held: whoever comes must know how to
    prepare. A move without one, or another name for the chair, answers nothing that speaks against it.
    """
    if booked.purpose is not Purpose.INFUSION:
        return ()
    return tuple(each for each in grounds_lost(chart, now, rules) if each.entry > booked.answered)


def undecided_since(chart: PersonChart, moment: datetime) -> bool:
    """Say whether nobody has decided on this person, reviewed the course or signed an order after a moment."""
    found = (chart.last(kind) for kind in (CandidacyDecided, CourseReviewed, OrderSigned))
    return not any(each is not None and each.recorded_at > moment for each in found)


Found = tuple[int, AgainstBooking] | None
"""The entry of the ledger that records an act, and what it says; None where it does not stand."""


def _of_death(chart: PersonChart) -> Found:
    dead = died(chart)
    return (dead[0], as_it_is(dead[1], CANCEL_IT)) if dead else None


def _of_decision(chart: PersonChart) -> Found:
    last = chart.last(CandidacyDecided)
    if last is None:
        return None
    when, why = f"{last.at:%d %b %Y}", last.event.reason.strip().rstrip(".")
    titles = {Decision.DECLINED: "Declined", Decision.NEEDS_EVALUATION: "Needs evaluation first"}
    title = titles.get(last.event.decision)
    if title is None:
        return None
    said = f"{title}, {when}{f': {why}' if why else ''}."
    return last.seq, AgainstBooking(words=said, at_the_desk=f"{title}, {when}. {ASK}")


def _of_suicide_item(chart: PersonChart, rules: Knowledge) -> tuple[AgainstBooking, ...]:
    at_the_desk = "Something is to be taken up in person first: ask a nurse or a prescriber."
    return tuple(
        AgainstBooking(words=each.words(), at_the_desk=at_the_desk, ends_by=f"Take it up in person first, or {OFF}.")
        for each in suicide.waiting(chart, rules)[:1]
    )


def _of_red_answer(chart: PersonChart, rules: Knowledge) -> tuple[AgainstBooking, ...]:
    """Return a red answer at a check-in of which nobody has written down who was told."""
    found = red_answers_open(chart)[:1]
    return tuple(
        AgainstBooking(
            words=f"{_asked(each, rules)} at the check-in of {each.at:%d %b %Y}. Nobody wrote who was told.",
            at_the_desk=f"Something said at the check-in of {each.at:%d %b %Y} is to be taken up first: ask a nurse.",
            ends_by=f"Write who was told, or {OFF}.",
        )
        for each in found
    )


def _asked(told: Recorded[CheckInRecorded], rules: Knowledge) -> str:
    return ", ".join(rules.aftercare.question_title(name) for name in told.event.red)


def _of_level_of_care(chart: PersonChart) -> Found:
    last = chart.last(LevelOfCareDecided)
    if last is None or last.event.level is LevelOfCare.OUTPATIENT:
        return None
    when = f"{last.at:%d %b %Y}"
    words = f"The level of care is {last.event.level} since {when}."
    return last.seq, AgainstBooking(words=words, at_the_desk=f"A prescriber decided on other care on {when}. {ASK}")


def _of_consent(chart: PersonChart, now: datetime, rule: ConsentRule) -> Found:
    stands = consent(chart, now, rule)
    if stands.state is not ConsentState.WITHDRAWN or stands.withdrawn is None:
        return None
    return stands.withdrawn.seq, as_it_is(stands.words(), f"{OFF.capitalize()}, or have consent signed again.")


def _of_interruption(chart: PersonChart) -> Found:
    last = chart.last(CourseInterrupted)
    if last is None or _after(chart, last.seq, CourseResumed, CourseEnded):
        return None
    since = f"The course is interrupted since {last.at:%d %b %Y}"
    words = f"{since}: {last.event.reason.rstrip('.')}."
    ends_by = f"{OFF.capitalize()}, or resume the course."
    return last.seq, AgainstBooking(words=words, at_the_desk=f"{since}. {ASK}", ends_by=ends_by)


def _of_ending(chart: PersonChart) -> Found:
    """Return how the last course ended, until somebody is decided on anew or another course begins."""
    last = chart.last(CourseEnded)
    if last is None or _after(chart, last.seq, CandidacyDecided, CourseOpened):
        return None
    ended = f"The course ended on {last.at:%d %b %Y}"
    return last.seq, AgainstBooking(words=f"{ended} ({last.event.outcome}).", at_the_desk=f"{ended}. {ASK}")


def _after(chart: PersonChart, entry: int, *kinds: type[PersonEvent]) -> bool:
    found = (chart.last(kind) for kind in kinds)
    return any(each is not None and each.seq > entry for each in found)
