"""Answers that were sent are scored here, by our own function; a blank is none, and item 9 is never left out."""

import json
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sereniv.exchange.fhir.outcome import Failed
from sereniv.exchange.incoming.contents import Scored
from sereniv.exchange.received.reading import Said, said_by
from sereniv.exchange.received.text import read_object
from sereniv.knowledge import knowledge
from tests.gateway.sending import phq9

ZONE, TODAY = ZoneInfo("Europe/Berlin"), date(2026, 3, 2)


def said(resource: dict[str, Any]) -> Said:
    return said_by(read_object(json.dumps(resource)), knowledge(), ZONE, TODAY)


def scored(resource: dict[str, Any]) -> Scored:
    (fact,) = said(resource).facts
    assert isinstance(fact, Scored)
    return fact


def test_the_total_is_worked_out_here_and_item_nine_is_told() -> None:
    found = said(phq9("x", 3, 2, 1, 0, 1, 2, 3, 0, 2))
    assert found.written == "PHQ-9 14, thoughts of suicide: item 9 answered 2, 27 Feb 2026"
    assert found.asks
    assert scored(phq9("x", 3, 2, 1, 0, 1, 2, 3, 0, 2)).total == Decimal(14)
    calm = said(phq9("x", 1, 1, 0, 0, 0, 0, 0, 0, 0))
    assert (calm.written, calm.asks) == ("PHQ-9 2, 27 Feb 2026", False)


def test_a_blank_is_no_zero_and_without_item_nine_it_is_to_be_asked() -> None:
    without = {**phq9("x", 3, 2, 1, 0, 1, 2, 3, 0, 2)}
    without["item"] = without["item"][:8]
    for each in (without, phq9("x", 3, 2, 1, 0, 1, 2, 3, 0, None)):
        fact = scored(each)
        assert (fact.total, fact.answers) == (None, (3, 2, 1, 0, 1, 2, 3, 0, None))
        assert said(each).asks
        assert "no total, without item 9, item 9 left blank: to be asked" in said(each).written


def test_codes_groups_numbers_and_a_total_that_differs_are_read() -> None:
    coded = phq9("x", 0, 0, 0, 0, 0, 0, 0, 0, 0)
    coding = {"system": "http://loinc.org", "code": "LA6570-1"}
    coded["item"][0] = {"linkId": "1", "answer": [{"valueCoding": coding}]}
    coded["item"] += [
        {"linkId": "/44261-6", "answer": [{"valueInteger": 3}]},
        {"linkId": "69722-7", "answer": [{"valueString": "Somewhat difficult"}]},
    ]
    coded["item"] = [{"linkId": "group", "item": coded["item"]}]
    assert scored(coded).total == Decimal(2)
    assert said(coded).written == "PHQ-9 2, its sender counts 3, 27 Feb 2026"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda r: r.update(status="in-progress"), "QuestionnaireResponse.status"),
        (lambda r: r.update(status="entered-in-error"), "QuestionnaireResponse.status"),
        (lambda r: r.update(questionnaire="http://loinc.org/q/1-8"), "QuestionnaireResponse.questionnaire"),
        (lambda r: r.update(authored="2026-02-27T09:30:00"), "QuestionnaireResponse.authored"),
        (lambda r: r.update(authored="2026-03-27"), "QuestionnaireResponse.authored"),
        (lambda r: r.pop("authored"), "QuestionnaireResponse.authored"),
        (lambda r: r.update(item=[]), "QuestionnaireResponse.item"),
        (lambda r: r["item"][0].update(answer=[{"valueInteger": 4}]), "QuestionnaireResponse.item"),
        (lambda r: r["item"][0].update(answer=[{"valueInteger": 1}] * 2), "QuestionnaireResponse.item[0].answer"),
        (lambda r: r["item"][0].update(answer=[{"valueString": "1"}]), "QuestionnaireResponse.item[0].answer"),
        (lambda r: r["item"][0].update(answer=[{"valueDecimal": 1.5}]), "QuestionnaireResponse.item[0].answer"),
        (
            lambda r: r["item"][0].update(answer=[{"valueCoding": {"system": "urn:x", "code": "LA6570-1"}}]),
            "QuestionnaireResponse.item[0].answer",
        ),
        (lambda r: r["item"][1].update(linkId="1"), "QuestionnaireResponse.item[1].linkId"),
        (lambda r: r["item"][1].update(linkId="mood"), "QuestionnaireResponse.item[1].linkId"),
    ],
)
def test_what_is_no_answer_of_ours_is_refused_by_its_path(change: Any, where: str) -> None:
    resource = phq9("x", 3, 2, 1, 0, 1, 2, 3, 0, 2)
    change(resource)
    with pytest.raises(Failed) as no:
        said(resource)
    assert no.value.where == where
