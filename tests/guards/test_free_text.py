"""Every field in which somebody may write their own words is read for thoughts of suicide, and asks about them."""

import dataclasses
import enum
import types
import typing
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.monitoring.suicide_said import suicide_named
from sereniv.therapy.person import events as pe
from sereniv.therapy.person import written as of_people
from sereniv.therapy.person.chart import chart_of
from sereniv.therapy.safety.suicide import not_asked
from sereniv.therapy.session import events as se
from sereniv.therapy.session import written as of_sessions
from sereniv.therapy.session.chart import chart_of as session_chart_of
from tests.records.instances import INSTANCES
from tests.therapy.making import minute, recorded

RULES = knowledge()
SAYS_SO = "Says he wants to die"

NO_OWN_WORDS = {
    "an id, a name of a row, a version, a digest": {
        "alert", "alerts", "app", "asked", "batch", "by", "chair", "conditions", "criterion", "decision", "device",
        "field",
        "findings.criterion", "found", "head_hash", "icd10", "identifiers", "indication", "invitation", "item",
        "knowledge_version",
        "label", "line", "medicines.ingredients", "note_sha256", "person", "primary_scale",
        "protocol",
        "red", "registered_from", "resource_type", "rule", "scale", "scales", "sha256", "treats",
        "session", "signals", "signals.signal", "standing_order",
        "symptoms", "term", "values.analyte", "plan.protocol", "plan.watched_for",
    },
    "what the program wrote": {
        "doubts", "findings.grounds", "findings.missing", "findings.read", "findings.result", "limits.limit",
        "limits.severity", "limits.value", "message", "not_holding", "questions", "read", "lines.what", "lines.words",
        "shown.what", "shown.words",
        "signals.words", "title",
    },
    "who somebody is, and how they are reached": {
        "address", "after", "answered_by", "asked_by", "asked_of", "before", "by_whom", "diagnosed_by", "evaluator",
        "handed_to", "interpreter_name", "named", "phone", "relation", "scored_by",
        "file", "number", "sent_by", "signer_name", "told_by", "witness_name",
    },
    "by which way a prompt was passed on, and to whom": {"told.failure", "told.way", "told.who"},
    "a unit, a route": {"unit", "route", "values.unit"},
}  # fmt: skip
"""Fields in which nobody tells of the patient, and what they hold instead."""

BY_KIND = {
    pe.SafetyAsked: "the question was asked: this is what was found",
    pe.LevelOfCareDecided: "decided about thoughts that somebody asked about",
    pe.ThoughtsHeard: "opens an item by itself",
    pe.CheckInRecorded: "its form holds the words against the answer about suicide",
    pe.ScaleAnswered: "answers are numbers",
    se.NoteSigned: "made of the entries before it, each read by itself",
    se.AlertRaised: "what the program wrote",
}
WRITTEN_ELSEWHERE = {
    (pe.WrittenLineJudged, "written"),
    (pe.ConsentRecorded, "version"),
    (pe.RecordsJoined, "other"), (pe.RecordsParted, "other"), (pe.ReferrerRecorded, "name"),
    (pe.ReferrerRecorded, "place"),
    (pe.RecordReceived, "body"),
    (pe.RecordBrought, "rows"), (pe.EscortArranged, "name"), (pe.RecordRestricted, "readers"),
    (pe.CareTeamsChosen, "teams"),
    (se.MonitorConnected, "signals"), (se.MonitorSentLate, "signal"), (se.DrugPrepared, "vial"),
    (se.IntervalScreened, "asked"),
    (se.IntervalScreened, "found"), (se.Died, "told"), (se.AlertReplaced, "by"),
}  # fmt: skip
"""Fields whose name holds words of somebody's own in another kind: here an id, a name, who was told, or what was sent
as it came, of which what is read stands in a field of its own."""


def members(union: object) -> Iterator[type]:
    for each in typing.get_args(union):
        if isinstance(each, types.UnionType):
            yield from members(each)
        else:
            yield each


def text_fields(kind: type, before: str = "") -> Iterator[str]:
    for name, hint in typing.get_type_hints(kind).items():
        yield from _texts(hint, f"{before}{name}")


def _texts(hint: Any, name: str) -> Iterator[str]:
    inner = [each for each in typing.get_args(hint) if each not in {type(None), Ellipsis}]
    if inner:
        yield from {found for each in inner for found in _texts(each, name)}
    elif dataclasses.is_dataclass(hint) and isinstance(hint, type):
        yield from text_fields(hint, f"{name}.")
    elif isinstance(hint, type) and issubclass(hint, str) and not issubclass(hint, enum.Enum):
        yield name


PEOPLE = [(kind, set(row.fields)) for kind, row in of_people.FREE_TEXT.items()]
SESSIONS = [(kind, set(fields)) for kind, fields in of_sessions.FREE_TEXT.items()]
KNOWN = {name for names in NO_OWN_WORDS.values() for name in names}


def test_every_field_of_text_is_read_or_holds_no_words_of_somebodys_own() -> None:
    read = dict([*PEOPLE, *SESSIONS])
    unread = {
        f"{kind.__name__}.{name}"
        for kind in (*members(pe.PersonEvent), *members(se.SessionEvent))
        if kind not in BY_KIND
        for name in text_fields(kind)
        if name not in read.get(kind, set()) | KNOWN and (kind, name) not in WRITTEN_ELSEWHERE
    }
    assert unread == set()


def test_no_field_is_named_that_is_not_there() -> None:
    for kind, fields in (*PEOPLE, *SESSIONS):
        assert fields <= set(text_fields(kind)), kind
    every = {name for kind in (*members(pe.PersonEvent), *members(se.SessionEvent)) for name in text_fields(kind)}
    assert every >= KNOWN


def with_words(event: Any, path: list[str], words: str) -> Any:
    """Return an event with these words at a path; of several parts, each has them."""
    value = getattr(event, path[0])
    if len(path) > 1:
        return replace(event, **{path[0]: tuple(with_words(each, path[1:], words) for each in value)})
    return replace(event, **{path[0]: (words,) if isinstance(value, tuple) else words})


def instance(kind: type) -> Any:
    return next(each for each in INSTANCES if type(each) is kind)


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, fields in PEOPLE for name in sorted(fields)])
def test_what_names_thoughts_of_suicide_in_a_record_opens_an_item(kind: type, name: str) -> None:
    event = instance(kind)
    for words, opens in ((SAYS_SO, 1), ("Denies wanting to die, not suicidal", 0)):
        chart = chart_of([recorded(with_words(event, name.split("."), words), 1, minute(0))])
        assert len(not_asked(chart, RULES)) == opens, words


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, fields in SESSIONS for name in sorted(fields)])
def test_what_names_thoughts_of_suicide_at_a_chair_asks(kind: type, name: str) -> None:
    event = instance(kind)
    if isinstance(event, se.IntervalScreened):
        event = replace(event, suicidality=se.Suicidality.NOT_ASKED)
    for words, asks in ((SAYS_SO, True), ("Not suicidal", False)):
        chart = session_chart_of([recorded(with_words(event, [name], words), 1, minute(0))])
        assert (suicide_named(chart, RULES) is not None) is asks, words
