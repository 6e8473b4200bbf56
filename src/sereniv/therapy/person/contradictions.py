"""Code, answers and words of one diagnosis held against each other: where they cannot all be so, somebody is asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from sereniv.knowledge.rows import DiagnosisMeaning, DiagnosisWords, ElsewhereRow, Knowledge
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.diagnoses import coded_conditions, meanings, standing
from sereniv.therapy.person.events import ConditionsRecorded, DiagnosisRecorded
from sereniv.therapy.recording.entry import Recorded
from sereniv.therapy.recording.phrases import CLAUSE, MARKS, Place, Words, back_to, found, is_denied, words_in

ANSWERS = {True: "yes", False: "no"}
IDEATION = "ideation_present"
FEATURE_WORDS = {
    "psychotic_features": "psychotic features",
    IDEATION: "suicidal ideation present",
    "past_mania": "mania or hypomania, ever",
    "mood_stabiliser_therapeutic": "on a mood stabiliser, at a therapeutic level",
    "budapest_criteria_met": "Budapest criteria met",
}


@dataclass(frozen=True, slots=True)
class Voice:
    """What one part of a diagnosis says of a feature, and the words for it."""

    value: bool
    words: str


def contradictions(event: DiagnosisRecorded, knowledge: Knowledge) -> tuple[str, ...]:
    """Say where code, answers and words of a diagnosis cannot all be so."""
    return tuple(dict.fromkeys(_contradictions(event, knowledge)))


def said_in_words(event: DiagnosisRecorded, feature: str, knowledge: Knowledge) -> tuple[bool, str] | None:
    """Return what the free words of a diagnosis say of a feature, and the words; None where they say nothing of it."""
    words = _padded(event.words)
    found = _ideation(knowledge) if feature == IDEATION else knowledge.diagnoses.words.get(feature)
    return None if found is None else _said(found, words, knowledge)


def asked_by_words(chart: PersonChart, said: Recorded[ConditionsRecorded], knowledge: Knowledge) -> tuple[str, ...]:
    """Return what the words of diagnoses since a checklist name that it does not hold: it is gone through anew.

    Whatever somebody is treated for: voices beside a post-traumatic stress disorder are asked about too.
    """
    ticked = {*said.event.conditions, *coded_conditions(chart, knowledge)}
    return tuple(
        f"{row.title[:1].lower()}{row.title[1:]}, after “{words[1]}” in a diagnosis"
        for each in standing(chart)
        for feature, row in knowledge.diagnoses.words.items()
        if each.seq > said.seq and row.asks_again and ticked.isdisjoint(row.asks_again)
        if (words := said_in_words(each.event, feature, knowledge)) is not None and words[0]
    )


def _contradictions(event: DiagnosisRecorded, knowledge: Knowledge) -> Iterator[str]:
    words = _padded(event.words)
    codes = tuple(meanings(event, knowledge))
    for feature in _features(codes, knowledge):
        voices = tuple(_voices(event, feature, codes, knowledge))
        for one, other in combinations(voices, 2):
            if one.value is not other.value:
                yield f"{one.words[0].upper()}{one.words[1:]}, and {other.words}."
    for code, row in codes:
        if found(row.unless_words, words):
            continue
        named = f"{code} is “{row.title}”"
        for feature, value in row.answers_against.items():
            if getattr(event, feature, None) is value:
                yield f"{named}, and “{FEATURE_WORDS[feature]}” is answered {ANSWERS[value]}."
        against = _first_so(row, words, knowledge)
        if against:
            yield f"{named}, and the words say “{against}”."


def _features(codes: tuple[tuple[str, DiagnosisMeaning], ...], knowledge: Knowledge) -> tuple[str, ...]:
    said = (feature for _, row in codes for feature in row.says)
    return tuple(dict.fromkeys((*said, *knowledge.diagnoses.words, IDEATION)))


def _voices(
    event: DiagnosisRecorded, feature: str, codes: tuple[tuple[str, DiagnosisMeaning], ...], knowledge: Knowledge
) -> Iterator[Voice]:
    for code, row in codes:
        if feature in row.says:
            yield Voice(row.says[feature], f"{code} is “{row.title}”")
    answer = getattr(event, feature, None)
    if answer is not None:
        yield Voice(answer, f"“{FEATURE_WORDS.get(feature, feature.replace('_', ' '))}” is answered {ANSWERS[answer]}")
    words = said_in_words(event, feature, knowledge)
    if words is not None:
        yield Voice(words[0], f"the words say “{words[1]}”")


def _ideation(knowledge: Knowledge) -> DiagnosisWords:
    """Read thoughts of suicide by the words that name them everywhere else."""
    row = knowledge.said_of_suicide
    return DiagnosisWords(
        id=row.id, version=row.version, title=row.title, sources=row.sources, evidence=row.evidence,
        effective_from=row.effective_from, reads_as_so=row.words, reads_as_not=(), present_only=True,
    )  # fmt: skip


def _said(row: DiagnosisWords, words: Words, knowledge: Knowledge) -> tuple[bool, str] | None:
    """Return what words say of a feature: that it is so wherever one phrase says so, else that it is not."""
    elsewhere = knowledge.diagnoses.elsewhere
    no = [place for place in found(row.reads_as_not, words) if not _is_elsewhere(words, place, elsewhere, row)]
    plain = [place for place in no if not is_denied(words, place, knowledge.denied)]
    silent = set(found(row.denied_says_nothing, words))
    so: list[Place] = []
    not_so = list(plain)
    for place in found(row.reads_as_so, words):
        if _is_elsewhere(words, place, elsewhere, row) or _within(place, no):
            continue
        if not is_denied(words, place, knowledge.denied):
            so.append(place)
        elif place not in silent:
            not_so.append(place)
    if so and plain:
        return None
    if so:
        return True, _shown(words, so[0])
    return (False, _shown(words, not_so[0], before=not plain)) if not_so else None


def _within(place: Place, others: list[Place]) -> bool:
    return any(start <= place[0] and place[1] <= end for start, end in others)


def _first_so(row: DiagnosisMeaning, words: Words, knowledge: Knowledge) -> str:
    """Return the first phrase against a code that is not denied, and not said of somebody else or another time."""
    for place in found(row.words_against, words):
        if is_denied(words, place, knowledge.denied) or _is_elsewhere(words, place, knowledge.diagnoses.elsewhere, row):
            continue
        return _shown(words, place)
    return ""


def _is_elsewhere(words: Words, place: Place, row: ElsewhereRow, of: DiagnosisMeaning | DiagnosisWords) -> bool:
    """Say whether what stands at a place is said of a relative or, where that matters, of another time."""
    start, end = place
    near = set(back_to(words, start, {CLAUSE, *MARKS})[-row.within_words :])
    after = words[end : end + row.within_words]
    after = after[: next((at for at, word in enumerate(after) if word in MARKS), len(after))]
    around = near | set(after)
    if around & set(row.relatives):
        return True
    past = bool(around & set(row.past)) or any(
        _is_year(after[at + 1 :]) for at, word in enumerate(after) if word == "in"
    )
    return past and not (isinstance(of, DiagnosisWords) and not of.present_only)


def _is_year(rest: Words) -> bool:
    return bool(rest) and len(rest[0]) == len("2019") and rest[0].isdecimal()


def _padded(text: str) -> Words:
    """Return the words of a text between two marks, so that a phrase can name its ends."""
    return (CLAUSE, *words_in(text), CLAUSE)


def _shown(words: Words, place: Place, *, before: bool = False) -> str:
    start = place[0] - 1 if before and place[0] and words[place[0] - 1] not in MARKS else place[0]
    return " ".join(word for word in words[start : place[1]] if word not in MARKS)
