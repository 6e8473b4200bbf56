"""Answers to a scale of ours, read of a QuestionnaireResponse item by item; what they amount to is worked out here.

A blank, refused or missing item is no answer, and never a zero. A total that was sent counts for nothing but a
comparison: where it differs from ours, that is said.
"""

from collections.abc import Iterator, Mapping
from datetime import date, tzinfo

from sereniv.exchange.fhir.written import OWN
from sereniv.exchange.incoming import observed
from sereniv.exchange.incoming.contents import Scored, Who
from sereniv.exchange.incoming.resources import Broken, Resource, object_of, objects_of, text_of
from sereniv.exchange.received.told_day import told_day
from sereniv.knowledge.rows import Knowledge, Scale
from sereniv.therapy.followup.scales import Score, answers_of, expected_answers, score
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.recording.typed_values import plain

LOINC_FORM = "http://loinc.org/q/"
DIFFICULTY = "69722-7"
"""The tenth line of the PHQ-9 and GAD-7, which counts in no total (clinical-verified.md); kept, and not read."""

DONE = frozenset({"completed", "amended"})
DEEPEST = 4
NAMES_IT = "thoughts of suicide"


def answered(resource: Resource, knowledge: Knowledge, zone: tzinfo, today: date) -> tuple[Scored, str, bool]:
    """Return the answers, what they say in words, and whether they ask for a talk in person.

    Raises
    ------
    Broken
        Where it is of no scale of ours, is not complete, or an answer is none of that scale.
    """
    scale = _scale(text_of(resource, "questionnaire"), knowledge)
    status = text_of(resource, "status")
    if status not in DONE:
        raise Broken("QuestionnaireResponse.status", f"Answers that are {status or 'without a status'} are not read.")
    on = told_day(resource, "authored", "answered", zone, today)
    found, told = _answers(resource, scale)
    try:
        scored = score(scale, found)
    except Malformed as error:
        raise Broken("QuestionnaireResponse.item", str(error)) from error
    fact = Scored(row="received", who=Who(number="received"), scale=scale.id, on=on, total=scored.total, answers=found)
    return fact, _words(scale, scored, found, told, on), scored.opens_safety_flow


def _scale(written: str, knowledge: Knowledge) -> Scale:
    named = written.partition("|")[0]
    for each in knowledge.scales.values():
        if named in {f"{OWN}scale:{each.id}", f"{LOINC_FORM}{each.panel_loinc}" if each.panel_loinc else ""}:
            return each
    raise Broken("QuestionnaireResponse.questionnaire", f"“{named[:100]}” is no scale of this clinic.")


def _answers(resource: Resource, scale: Scale) -> tuple[tuple[int | None, ...], str]:
    """Return one answer for each item, None for a blank, and the total that was sent in words, "" for none."""
    places = _places(scale)
    found: dict[int, int | None] = {}
    told = ""
    for path, item in _items(resource, "QuestionnaireResponse", DEEPEST):
        name = text_of(item, "linkId").removeprefix("/")
        given = objects_of(item, "answer")
        if len(given) > 1:
            raise Broken(f"{path}.answer", "One item has one answer.")
        if scale.total_loinc and name == scale.total_loinc:
            told = str(given[0].get("valueInteger", given[0].get("valueDecimal", ""))) if given else ""
        elif name in places:
            if places[name] in found:
                raise Broken(f"{path}.linkId", f"Item {places[name] + 1} is answered twice.")
            found[places[name]] = _value(given[0], scale, places[name] + 1, path) if given else None
        elif given and name != DIFFICULTY:
            raise Broken(f"{path}.linkId", f"“{name[:60]}” is no item of {scale.title}.")
    if not found:
        raise Broken("QuestionnaireResponse.item", f"No item of {scale.title} is in it.")
    return tuple(found.get(place) for place in range(expected_answers(scale))), told


def _places(scale: Scale) -> Mapping[str, int]:
    """Return at which place an item stands, by its number and by its LOINC code."""
    numbers = {str(place + 1): place for place in range(expected_answers(scale))}
    return numbers | {each.loinc: place for place, each in enumerate(scale.items) if each.loinc}


def _items(holder: Resource, path: str, deepest: int) -> Iterator[tuple[str, Resource]]:
    """Give every item that is no group, wherever it stands."""
    for number, item in enumerate(objects_of(holder, "item")):
        here = f"{path}.item[{number}]"
        if "item" in item and "answer" not in item:
            if not deepest:
                raise Broken(here, "Groups stand deeper in each other than in any scale.")
            yield from _items(item, here, deepest - 1)
        else:
            yield here, item


def _value(answer: Resource, scale: Scale, number: int, path: str) -> int:
    coding = object_of(answer, "valueCoding")
    if coding:
        code = text_of(coding, "code")
        chosen = {each.loinc: each.value for each in answers_of(scale, number) if each.loinc}
        if text_of(coding, "system") != observed.LOINC or code not in chosen:
            raise Broken(f"{path}.answer", f"“{code[:60]}” is no answer to item {number} of {scale.title}.")
        return chosen[code]
    whole = answer.get("valueInteger", answer.get("valueDecimal"))
    if isinstance(whole, bool) or whole is None or whole != int(whole):
        raise Broken(f"{path}.answer", "An answer is a whole number, or a code of the scale's own answers.")
    return int(whole)


def _words(scale: Scale, scored: Score, found: tuple[int | None, ...], told: str, on: date) -> str:
    total = "no total" if scored.total is None else plain(scored.total)
    blank = ", ".join(map(str, scored.missing_items))
    differs = bool(told) and told != (None if scored.total is None else plain(scored.total))
    place = scale.safety_place
    answer = found[place] if place is not None else None
    says = f"{NAMES_IT}: item {scale.safety_item} answered {answer}" if answer else ""
    left = f"item {scale.safety_item} left blank: to be asked" if place is not None and answer is None else ""
    parts = (
        f"{scale.title} {total}", f"without item {blank}" if blank else "", says, left,
        f"its sender counts {told}" if differs else "", f"{on:%d %b %Y}",
    )  # fmt: skip
    return ", ".join(filter(None, parts))
