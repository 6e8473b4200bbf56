"""What a person's facts from a file become as entries, each with the rows it came from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from sereniv.exchange.incoming.contents import AllergicTo, DiagnosedThere, Fact, Infused, MeasuredThere, Scored, Takes
from sereniv.knowledge.rows import Knowledge
from sereniv.therapy.person import diagnoses
from sereniv.therapy.person import events as ev
from sereniv.therapy.person.medicines import medicine
from sereniv.therapy.recording.typed_values import question_about, question_about_first

NOON = time(12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One entry to be: what it says, when that was, and from which rows."""

    event: ev.PersonEvent
    at: datetime
    rows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What facts are turned into entries by: whose record they come from, the time, the zone and the rules."""

    told_by: str
    now: datetime
    zone: ZoneInfo
    knowledge: Knowledge
    before: Mapping[str, Decimal] = field(default_factory=dict)
    """By what is measured, the newest usable value that the record holds already."""

    def moment(self, day: date) -> datetime:
        """Return when something of a day counts from: its noon, or now where that has not come."""
        return min(datetime.combine(day, NOON, tzinfo=self.zone), self.now)


def entries_of(facts: Sequence[Fact], setting: Setting) -> tuple[Made, ...]:
    """Return the entries of one person's facts, in the order in which they happened."""
    made = (*_lists(facts, setting), *_scores(facts, setting), *_measured(facts, setting), *_others(facts, setting))
    return tuple(sorted(made, key=lambda each: each.at))


def _lists(facts: Iterable[Fact], setting: Setting) -> Iterator[Made]:
    """One list of medicines and one of allergies, as the other record had them when the file was made."""
    takes = [each for each in facts if isinstance(each, Takes)]
    if takes:
        known = setting.knowledge.medicines
        lines = tuple(medicine(each.written, each.daily_mg, each.as_needed, known) for each in takes if each.written)
        yield Made(event=ev.MedicinesListed(medicines=lines), at=setting.now, rows=_rows(takes))
    allergic = [each for each in facts if isinstance(each, AllergicTo)]
    if allergic:
        named = tuple(each.written for each in allergic if each.written)
        event = ev.HistoryRecorded(list=ev.HistoryList.ALLERGIES, entries=named)
        yield Made(event=event, at=setting.now, rows=_rows(allergic))


def _scores(facts: Iterable[Fact], setting: Setting) -> Iterator[Made]:
    """Return the scores; of each scale the newest alone with its answers, so that it is taken up what it says now.

    An older answer about suicide was asked about where it was given, or not; the newest is the one to ask about.
    """
    scored = [each for each in facts if isinstance(each, Scored)]
    newest = {each.scale: each for each in sorted(scored, key=lambda each: each.on)}
    for each in scored:
        answers = each.answers if newest[each.scale] is each else ()
        by = ", ".join(part for part in (each.scored_by, f"elsewhere: {setting.told_by}") if part)
        event = ev.ScaleAnswered(scale=each.scale, answers=answers, total=each.total, answered_by=by)
        yield Made(event=event, at=setting.moment(each.on), rows=each.row)


def _measured(facts: Iterable[Fact], setting: Setting) -> Iterator[Made]:
    """One entry for what was measured at one moment; an implausible value is questioned as if typed."""
    by_moment: dict[datetime, list[MeasuredThere]] = {}
    for each in facts:
        if isinstance(each, MeasuredThere):
            by_moment.setdefault(each.at, []).append(each)
    before = dict(setting.before)
    for at, found in sorted(by_moment.items()):
        values = {each.what: each.value for each in found}
        rows = setting.knowledge.plausible
        asked = {what: question_about(value, rows[what], before.get(what)) for what, value in values.items()}
        if "weight_kg" in values and "weight_kg" not in before and not asked["weight_kg"]:
            height = values.get("height_cm", before.get("height_cm"))
            asked["weight_kg"] = question_about_first(values["weight_kg"], height, rows["weight_kg"])
        before |= {what: value for what, value in values.items() if not asked[what]}
        questions = {what: question for what, question in asked.items() if question}
        yield Made(event=ev.Measured(**values, questions=questions), at=at, rows=_rows(found))


def _others(facts: Iterable[Fact], setting: Setting) -> Iterator[Made]:
    for each in facts:
        match each:
            case Infused():
                yield Made(event=_infused(each, setting.told_by), at=setting.moment(each.on), rows=each.row)
            case DiagnosedThere(icd10=code, written=written, since=since):
                event = ev.DiagnosisRecorded(
                    indication=diagnoses.BESIDE, icd10=code, words=written,
                    diagnosed_by=f"elsewhere: {setting.told_by}", since=since,
                )  # fmt: skip
                yield Made(event=event, at=setting.now, rows=each.row)


def _infused(fact: Infused, told_by: str) -> ev.InfusedElsewhere:
    return ev.InfusedElsewhere(
        given_on=fact.on, mg=fact.mg, weight_kg=fact.weight_kg, minutes=fact.minutes, treats=fact.treats,
        tolerated=fact.tolerated, told_by=told_by, words=fact.words,
    )  # fmt: skip


def _rows(facts: Iterable[Fact]) -> str:
    return "; ".join(each.row for each in facts)
