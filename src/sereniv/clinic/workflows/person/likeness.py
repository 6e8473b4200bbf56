"""Who else in the register may be the same person: asked before anybody is registered, corrected or joined."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.orders.order_state import infusion_starts
from sereniv.clinic.workflows.person.finding import found_in_any, perhaps_alike, sounding_like
from sereniv.clinic.workflows.shell.teams_now import teams_now
from sereniv.therapy.person.access import may_open
from sereniv.therapy.person.events import CandidacyDecided, CourseEnded
from sereniv.therapy.person.names import (
    ALIKE_NAME,
    BY_A_SLIP,
    SAME_NAME,
    Identity,
    alike,
    birth_words,
    days_near,
    is_found,
    likenesses,
)  # fmt: skip
from sereniv.therapy.person.sender import birth_days, pairs_of_a_name, telephone_numbers, whole_name
from sereniv.therapy.person.sounding import sounds_like
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.refusal import Refused

RULE = "register"
NAME, NUMBER, OTHER_DAY = "the name", "the telephone number", "another date of birth"
TWO_WORDS = "two words of the name"
OTHER_SPELLING = "the name in another spelling"
JOINED = "as a record has it that was joined to theirs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Somebody registered who may be the same person, why, and what happened to them here.

    `decided` says what was last decided, `treated` how often and until when they were infused, and when the last course
    ended; `reason` says why, and how it ended. Each is "" where there is nothing to say, or where whoever reads this
    may not open the record (`as_read_by`); a reason is for those who may read a chart.
    """

    person: Person
    why: tuple[str, ...]
    decided: str
    reason: str = ""
    treated: str = ""

    @property
    def known(self) -> tuple[str, ...]:
        """What happened here, without why."""
        return tuple(each for each in (self.decided, self.treated) if each)


class PerhapsRegistered(Refused):
    """The register holds somebody who may be this person: a human being looks first.

    `found` says of each as much as whoever asked may read.
    """

    def __init__(self, found: tuple[Alike, ...]) -> None:
        names = "; ".join(
            f"{each.person}, born {birth_words(each.person.born)} ({', '.join((*each.why, *each.known))})"
            for each in found
        )
        super().__init__(RULE, f"Already registered? {names}. Open that record, or say that this is somebody else.")
        self.found = found


def everybody_alike(who: Identity, without: Iterable[str] = ()) -> tuple[Alike, ...]:
    """Return everybody in the register who may be this person, by any record that is read together with theirs."""
    left_out = set(without)
    records = {str(each.pk): each for each in perhaps_alike(who) if str(_kept(each).pk) not in left_out}
    found = alike(who, ((key, each.identity) for key, each in records.items()))
    return _told((records[key], why) for key, why in found.items())


def who_asked(name: str, reach: str, born: str = "") -> tuple[Alike, ...]:
    """Return everybody in the register whom an enquiry may come from, those of the same birth date first.

    By the whole name, by the telephone number, or by the birth date with a name that has a word in common, or one that
    differs by a slip with a name that is alike; each as any record has it that is read together with theirs.
    """
    days = birth_days(born)
    near = {each for day in days for each in days_near(day)}
    records = Person.objects.filter(born__in=near).select_related("joined_into")
    for what in _looked_for(name, reach):
        records |= found_in_any(what)
    records |= sounding_like(whole_name(name))
    asked = [(each, why) for each in records if (why := _asked_by(each.identity, name, reach, born))]
    return _told(sorted(asked, key=lambda each: (each[0].born not in days, each[0].joined_into is not None)))


def as_read_by(username: str, found: Iterable[Alike], now: datetime) -> tuple[Alike, ...]:
    """Leave out what was decided, how they were treated and why, where a record is closed to whoever reads this."""
    told = tuple(found)
    charts, teams = chart_store.person_charts({str(each.person.pk) for each in told}), teams_now(now)
    return tuple(
        each
        if may_open(charts[str(each.person.pk)], username, now, teams)
        else replace(each, decided="", treated="", reason="")
        for each in told
    )


def _kept(record: Person) -> Person:
    """Return the record that somebody is read in: another one's, where this one was joined into it."""
    return record.joined_into or record


def _asked_by(who: Identity, name: str, reach: str, born: str) -> tuple[str, ...]:
    """Say why an enquiry may come from this person, by a name alone too; nothing where it does not seem so."""
    days = birth_days(born)
    by_name_or_number = tuple(
        dict.fromkeys(why for what, why in _looked_for(name, reach).items() if is_found(who, what))
    )
    if NAME in by_name_or_number:
        by_name_or_number = tuple(each for each in by_name_or_number if each != TWO_WORDS)
    elif sounds_like(who, whole_name(name)):
        by_name_or_number = (*by_name_or_number, OTHER_SPELLING)
    if who.born not in days:
        by_a_slip = [day for day in days if who.born in days_near(day)]
        if by_a_slip and not by_name_or_number:
            return likenesses(Identity(family_name=name, given_names="", born=by_a_slip[0]), who)
        other = (BY_A_SLIP,) if by_a_slip else (OTHER_DAY,) if days else ()
        return (*by_name_or_number, *(other if by_name_or_number else ()))
    if {NAME, NUMBER} & set(by_name_or_number):
        return (*by_name_or_number, "the date of birth")
    asks = Identity(family_name=name, given_names="", born=who.born)
    return likenesses(asks, who) or ((*by_name_or_number, "the date of birth") if by_name_or_number else ())


def _told(found: Iterable[tuple[Person, tuple[str, ...]]]) -> tuple[Alike, ...]:
    """Say of each person once, by the first record that fits, what was decided, why, and how they were treated."""
    people: dict[str, tuple[Person, tuple[str, ...]]] = {}
    for record, why in found:
        kept = _kept(record)
        people.setdefault(str(kept.pk), (kept, why if kept is record else (*why, JOINED)))
    charts = chart_store.person_charts(people)
    return tuple(
        Alike(
            person=person,
            why=why,
            decided=_decided(charts[key].last(CandidacyDecided)),
            reason=_why(charts[key].last(CandidacyDecided), charts[key].last(CourseEnded)),
            treated=_treated(person, charts[key].last(CourseEnded)),
        )
        for key, (person, why) in people.items()
    )


def _treated(person: Person, ended: Recorded[CourseEnded] | None) -> str:
    """Say how often somebody was infused and until when, and how their last course ended; "" where never."""
    starts = infusion_starts(person.pk)
    if not starts:
        return ""
    many = f"{len(starts)} infusion{'s' if len(starts) > 1 else ''}, the last {starts[-1]:%d %b %Y}"
    return f"{many}; the course ended {ended.at:%d %b %Y}" if ended is not None else many


def _why(decided: Recorded[CandidacyDecided] | None, ended: Recorded[CourseEnded] | None) -> str:
    said = (decided.event.reason if decided else "", f"course: {ended.event.outcome}" if ended else "")
    return "; ".join(each for each in said if each)


def _looked_for(name: str, reach: str) -> dict[str, str]:
    """Return by what an enquiry's sender is looked for, and what each is: telephone numbers, a name, two of its words.

    Somebody writes "tel. 303 555 0177, after five" or "Dr. Ilse M. Test": the whole of it finds nobody.
    """
    numbers = telephone_numbers(reach) or ((reach,) if reach and not any(each.isalpha() for each in reach) else ())
    whole = whole_name(name)
    named = {each: TWO_WORDS for each in pairs_of_a_name(name) if each != whole} | ({whole: NAME} if whole else {})
    return dict.fromkeys(numbers, NUMBER) | named


def has_asked(who: Identity, name: str, reach: str, born: str = "") -> bool:
    """Say whether an enquiry came from this person as far as it says: not where it names another date of birth.

    A date of birth with one word of a name in common is a question to a person, and too little to take words away by.
    """
    why = _asked_by(who, name, reach, born)
    return not {OTHER_DAY, BY_A_SLIP} & set(why) and any(each in why for each in (NAME, NUMBER, SAME_NAME, ALIKE_NAME))


def _decided(last: Recorded[CandidacyDecided] | None) -> str:
    return f"{last.event.decision.replace('_', ' ')} {last.at:%d %b %Y}" if last is not None else ""


def refuse_alike(who: Identity, told_apart: Iterable[str], username: str, now: datetime, itself: str = "") -> None:
    """Raise PerhapsRegistered unless a person has told everybody alike apart from this one; `username` asks."""
    found = everybody_alike(who, (*told_apart, itself))
    if found:
        raise PerhapsRegistered(as_read_by(username, found, now))
