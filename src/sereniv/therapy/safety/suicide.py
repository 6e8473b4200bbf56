"""What a record says of suicide: which items are open, what was found in person, and what an infusion waits for.

An item is an answer to whichever question of whichever scale asks about suicide (`safety_item` of the scale's row), a
check-in that heard of such thoughts or did not ask, new or worse thoughts heard at the gate, such a side effect, or
free text that names them, wherever it was written. Anything but a clear zero opens one: a question to be asked in
person, never a risk. It closes when it was taken up and what the level of risk asks for stands (rows `risk`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sereniv.knowledge.rows import Knowledge, Phase, Scale
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.concern import NOT_MET, Finding, Result, Verdict, unknown
from sereniv.therapy.person.deaths import died
from sereniv.therapy.person.events import (
    AdverseEventRecorded,
    CheckInRecorded,
    LevelOfCare,
    LevelOfCareDecided,
    PersonEvent,
    SafetyAsked,
    ScaleAnswered,
    ThoughtsHeard,
)
from sereniv.therapy.person.events.suicidality import Suicidality
from sereniv.therapy.person.written import FREE_TEXT
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.phrases import shortened
from sereniv.therapy.safety.closing import left
from sereniv.therapy.safety.suicide_written import written_items

LEFT_WORDS = {
    "done": "write what was done",
    "safety_plan": "say how it stands with the safety plan",
    "told": "tell somebody",
    "next_contact": "say when they are next heard from",
    "prescriber_told": "tell a prescriber",
    "level_of_care": "a prescriber decides the level of care",
}
"""What is still to do before an item closes, by the name it has in `closes_with`."""


Source = Recorded[PersonEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One entry that asks to be taken up in person, what it said, and how far that went; `left` is still to do."""

    source: Source
    title: str
    said: str
    answer: int | None
    is_high: bool
    asked: Recorded[SafetyAsked] | None
    left: tuple[str, ...] = ()
    is_over: bool = False
    """True where the person died: nobody can be asked."""
    is_upper_half: bool = False
    """True where the answer lies in the upper half of what its item has."""

    @property
    def entry(self) -> int:
        """Return the number of the entry in the person's stream."""
        return self.source.stream_seq

    @property
    def total(self) -> str:
        """Say the total of the form that it stands on, "" where there is none to say."""
        event = self.source.event
        if not isinstance(event, ScaleAnswered) or self.is_high or len(event.answers) == 1:
            return ""
        return "no total (blank items)" if event.total is None else f"total {event.total}"

    @property
    def from_whom(self) -> str:
        """Say who answered."""
        match self.source.event:
            case ScaleAnswered(answered_by=who) | CheckInRecorded(by_whom=who):
                return who
            case ThoughtsHeard(in_words=written):
                return "written at the chair" if written else "patient, at the chair"
            case AdverseEventRecorded():
                return "recorded as a side effect"
        return f"written by {self.source.recorded_by}"

    @property
    def is_closed(self) -> bool:
        """True when it was taken up, and nothing is left that its level of risk asks for, or nobody can be asked."""
        return self.is_over or (self.asked is not None and not self.left)

    @property
    def is_unknown(self) -> bool:
        """True when nobody knows what the person thinks: left blank, or not asked."""
        return self.answer is None and not self.is_high

    @property
    def about(self) -> str:
        """Say which item it is, by what it stands on and when."""
        return f"{self.title}, {self.source.at:%d %b %H:%M}"

    def words(self) -> str:
        """Say in a sentence what waits."""
        about = f"{self.about}: {self.said}"
        if self.asked is None:
            return f"{about}. Ask in person first, and write down what you find."
        left = ", ".join(LEFT_WORDS[each] for each in self.left)
        risk = self.asked.event.risk.replace("_", " ")
        return f"{about}; asked {self.asked.at:%d %b %H:%M}, risk {risk}. Still to do: {left}."


def opened(chart: PersonChart, knowledge: Knowledge) -> tuple[Opened, ...]:
    """Return every item that a person's record has opened, in the order recorded, closed ones included."""
    found = (
        *_of_scales(chart, knowledge),
        *_of_check_ins(chart, knowledge),
        *_of_the_chair(chart, knowledge),
        *_of_side_effects(chart, knowledge),
        *_of_words(chart, knowledge),
    )
    over = died(chart) is not None
    return tuple(replace(each, is_over=over) for each in sorted(found, key=lambda each: each.entry))


def waiting(chart: PersonChart, knowledge: Knowledge) -> tuple[Opened, ...]:
    """Return the items that nobody has taken up yet, or not as far as their level of risk asks."""
    return tuple(each for each in opened(chart, knowledge) if not each.is_closed)


def not_asked(chart: PersonChart, knowledge: Knowledge) -> tuple[Opened, ...]:
    """Return the items about which nobody has asked in person."""
    return tuple(each for each in waiting(chart, knowledge) if each.asked is None)


def holds(chart: PersonChart, knowledge: Knowledge) -> tuple[str, ...]:
    """Say in words why no infusion is ordered, co-signed or started now; empty where nothing of this stands."""
    care = chart.last(LevelOfCareDecided)
    elsewhere = care is not None and care.event.level is not LevelOfCare.OUTPATIENT
    decided = (
        (f"Level of care, decided {care.at:%d %b %H:%M}: {care.event.level}. An infusion here is for outpatients.",)
        if care is not None and elsewhere
        else ()
    )
    return (*(each.words() for each in waiting(chart, knowledge)), *decided)


def answer_of(scale: Scale, event: ScaleAnswered) -> int | None:
    """Return what the suicide item was answered, None for blank; a total of before it was entered beside it is none.

    That somebody else says no for the patient is no answer; what they say above zero is heard.
    """
    place = scale.safety_place
    answer = None if place is None or place >= len(event.answers) else event.answers[place]
    return None if event.by_somebody_else and answer == 0 else answer


def asks(scale: Scale | None, event: ScaleAnswered) -> bool:
    """Say whether these answers hold one about suicide, blank or not."""
    place = None if scale is None else scale.safety_place
    return place is not None and place < len(event.answers)


def _of_scales(chart: PersonChart, knowledge: Knowledge) -> Iterator[Opened]:
    for each in chart.scores:
        scale = knowledge.scales.get(each.event.scale)
        if scale is not None and _is_low_enough(scale, each.event) and not _answered_since(chart, each, knowledge):
            yield _opened(chart, each, scale, each.event.answers[0], knowledge)
        if scale is None or not asks(scale, each.event):
            continue
        answer = answer_of(scale, each.event)
        if answer != 0:
            yield _opened(chart, each, scale, answer, knowledge)


def _is_low_enough(scale: Scale, event: ScaleAnswered) -> bool:
    return bool(event.answers) and scale.asks_in_person(event.answers[0])


def _answered_since(chart: PersonChart, low: Recorded[ScaleAnswered], knowledge: Knowledge) -> bool:
    """Say whether a person was asked about suicide after an answer that did not ask it: then that one speaks."""
    if _asked(chart, low.stream_seq) is not None:
        return False
    later = (each for each in chart.scores if each.seq > low.seq)
    scales = ((knowledge.scales.get(each.event.scale), each.event) for each in later if each.at >= low.at)
    return any(scale is not None and answer_of(scale, event) is not None for scale, event in scales)


def _opened(
    chart: PersonChart, source: Recorded[ScaleAnswered], scale: Scale, answer: int | None, knowledge: Knowledge
) -> Opened:
    high = answer is not None and scale.safety_high_from is not None and answer >= scale.safety_high_from
    worded = next((each.text for each in scale.answers if not scale.items and each.value == answer), str(answer))
    title = scale.title if scale.safety_place in {0, None} else f"{scale.title} item {scale.safety_item}"
    asked = _asked(chart, source.stream_seq)
    return Opened(
        source=source,
        title=title,
        said=f"{'answered for the patient' if source.event.by_somebody_else else 'left blank'}: unknown"
        if answer is None
        else f"answered {worded}",
        answer=answer,
        is_high=high,
        asked=asked,
        left=left(asked, chart, knowledge, is_high=high),
        is_upper_half=answer is not None and answer * 2 > _highest_answer(scale),
    )


def _highest_answer(scale: Scale) -> int:
    range_of_it = scale.safety_range or scale.range
    return range_of_it[1] if range_of_it else max(each.value for each in scale.answers)


def _of_check_ins(chart: PersonChart, knowledge: Knowledge) -> Iterator[Opened]:
    for each in chart.all(CheckInRecorded):
        heard = each.event.suicidality
        if not each.event.reached or heard not in {Suicidality.WORSE, Suicidality.NOT_ASKED}:
            continue
        asked = _asked(chart, each.stream_seq)
        # A later call asks what an earlier one had not; new or worse thoughts are taken up by a person.
        if asked is None and heard is Suicidality.NOT_ASKED and _asked_in_a_later_call(chart, each):
            continue
        yield Opened(
            source=each,
            title="Check-in",
            said=f"suicidal thoughts {heard}",
            answer=None,
            is_high=False,
            asked=asked,
            left=left(asked, chart, knowledge, is_high=False),
        )


def _of_the_chair(chart: PersonChart, knowledge: Knowledge) -> Iterator[Opened]:
    for each in chart.all(ThoughtsHeard):
        asked = _asked(chart, each.stream_seq)
        yield Opened(
            source=each,
            title="Written at the chair" if each.event.in_words else "Asked at the gate",
            said=_heard(each.event),
            answer=None,
            is_high=False,
            asked=asked,
            left=left(asked, chart, knowledge, is_high=False),
        )


def _heard(event: ThoughtsHeard) -> str:
    if event.in_words:
        return f"words that name thoughts of suicide: “{shortened(event.said)}”"
    return f"suicidal thoughts new or worse{f', {event.said}' if event.said else ''}"


def _of_words(chart: PersonChart, knowledge: Knowledge) -> Iterator[Opened]:
    """Ask about the newest words that name such thoughts; older ones speak of the same, and asking answers all."""
    for source, words in written_items(chart, knowledge):
        asked = _asked(chart, source.stream_seq)
        yield Opened(
            source=source,
            title=f"Written under {FREE_TEXT[type(source.event)].title}",
            said=f"words that name thoughts of suicide: “{shortened(words)}”",
            answer=None,
            is_high=False,
            asked=asked,
            left=left(asked, chart, knowledge, is_high=False),
        )


def _of_side_effects(chart: PersonChart, knowledge: Knowledge) -> Iterator[Opened]:
    for each in chart.all(AdverseEventRecorded):
        term = knowledge.aftercare.terms.get(each.event.term)
        if term is None or not term.opens_suicide_item:
            continue
        asked = _asked(chart, each.stream_seq)
        yield Opened(
            source=each,
            title="Side effect",
            said=f"{term.title[:1].lower()}{term.title[1:]}{f', {each.event.words}' if each.event.words else ''}",
            answer=None,
            is_high=False,
            asked=asked,
            left=left(asked, chart, knowledge, is_high=False),
        )


def _asked_in_a_later_call(chart: PersonChart, entry: Recorded[CheckInRecorded]) -> bool:
    return any(
        later.seq > entry.seq and later.at >= entry.at and later.event.suicidality is not Suicidality.NOT_ASKED
        for later in chart.all(CheckInRecorded)
    )


def _asked(chart: PersonChart, entry: int) -> Recorded[SafetyAsked] | None:
    """Return the latest word on an item: what was left is written down by asking once more."""
    found = [each for each in chart.all(SafetyAsked) if each.event.entry == entry]
    return found[-1] if found else None


def suicide_findings(chart: PersonChart, phase: Phase, now: datetime, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Return the concern that items are open: met while anything holds, unknown where nobody has asked of late."""
    row = knowledge.open_items
    if phase not in row.phase:
        return ()
    found = holds(chart, knowledge)
    grounds = tuple(each.about for each in waiting(chart, knowledge))
    last = last_asked(chart, knowledge)
    read = {str(number): each for number, each in enumerate(found, 1)}
    if last is not None:
        read["last asked"] = f"{last:%d %b %Y}"
    if found:
        verdict = Verdict(result=Result.MET, action=row.action, grounds=grounds)
    elif phase is Phase.SCREEN and (last is None or now - last > row.asked_within):
        # At the gate suicidal thoughts are asked about on the day, by a line of its own.
        verdict = unknown("suicide_item")
    else:
        verdict = NOT_MET
    return (Finding(row=row, verdict=verdict, read=read),)


def last_asked(chart: PersonChart, knowledge: Knowledge) -> datetime | None:
    """Return when an answer about suicide was last given, by any scale, at a check-in or in person."""
    answered = [
        each.at
        for each in chart.scores
        if (scale := knowledge.scales.get(each.event.scale)) is not None and answer_of(scale, each.event) is not None
    ]
    called = [each.at for each in chart.all(CheckInRecorded) if each.event.suicidality is not Suicidality.NOT_ASKED]
    return max((*answered, *called, *(each.at for each in chart.all(SafetyAsked))), default=None)
