"""What is entered at intake is held against itself on its page, before it is kept: code and answers, value and word."""

import re
import uuid

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.intake import screening
from sereniv.clinic.workflows.person import people
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows.test_path import everybody, registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(act: ActMaker, fixed_clock: FixedClock) -> uuid.UUID:
    fixed_clock.shown = NOON
    return people.register(registration(), act("nurse", now=NOON), told_apart=everybody()).pk


@pytest.fixture
def nurse(staff: dict[str, Staff]) -> Client:
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def kept(person: uuid.UUID) -> list[pe.DiagnosisRecorded]:
    return [each.event for each in chart_store.person_chart(person).all(pe.DiagnosisRecorded)]


def test_a_code_is_held_against_the_answers_beside_it_and_nothing_is_chosen_beforehand(
    person: uuid.UUID, nurse: Client
) -> None:
    path = f"/people/{person}/diagnosis/"
    page = nurse.get(path).content.decode()
    assert '<option value="" selected>' in page
    chosen = re.findall(r'name="psychotic_features" value="([^"]*)"[^>]* checked', page)
    assert chosen == [""], "not known, until somebody says"
    typed = {"icd10": "F33.3", "psychotic_features": "no", "diagnosed_by": "Dr A", "key": "diagnosis-1"}
    for against in (typed, typed | {"icd10": "F33.2", "words": "severe, with psychotic features"}):
        refused = nurse.post(path, against)
        assert refused.status_code == 422
        assert "correct the code, the answer or the words." in refused.content.decode(), "the form's own words"
        assert not kept(person)
    assert nurse.post(path, typed | {"psychotic_features": "yes"}).status_code == 302
    assert [each.icd10 for each in kept(person)] == ["F33.3"]


def test_a_diagnosis_beside_it_is_held_against_its_own_words(person: uuid.UUID, nurse: Client) -> None:
    path = f"/people/{person}/diagnosis/?beside=1"
    typed = {"icd10": "F31.81", "words": "unipolar", "diagnosed_by": "Dr B", "key": "diagnosis-beside-1"}
    refused = nurse.post(path, typed)
    assert refused.status_code == 422
    assert "correct the code or the words." in refused.content.decode(), "the form's own words"
    assert not kept(person)
    assert nurse.post(path, typed | {"words": "bipolar II"}).status_code == 302
    assert [each.indication for each in kept(person)] == [""]


@pytest.mark.parametrize(
    ("indication", "code", "answer", "words"),
    [("depression", "F33.3", False, ""), ("depression", "F33.2", True, ""), ("", "F31.81", None, "unipolar")],
)
def test_the_act_refuses_the_same_where_no_form_stands_before_it(
    person: uuid.UUID, act: ActMaker, indication: str, code: str, answer: bool | None, words: str
) -> None:
    said = pe.DiagnosisRecorded(
        indication=indication, icd10=code, words=words, diagnosed_by="Dr A", psychotic_features=answer
    )
    with pytest.raises(Malformed, match="Both cannot be so: correct one of them"):
        screening.record_diagnosis(person, said, act("nurse"))
    assert not kept(person)


@pytest.mark.parametrize(
    ("measure", "value", "limit", "unit"),
    [("alt", "85", "40", "U/L"), ("alp", "400", "120", "U/L"), ("ggt", "1,2", "1,0", "µkat/L"),
     ("bilirubin", "40", "21", "µmol/L")],
)  # fmt: skip
def test_a_liver_panel_above_its_limit_is_not_kept_as_normal(
    person: uuid.UUID, nurse: Client, measure: str, value: str, limit: str, unit: str
) -> None:
    path = f"/people/{person}/work-up/"
    typed = {
        f"liver_panel_{measure}_value": value, f"liver_panel_{measure}_limit": limit,
        f"liver_panel_{measure}_unit": unit, "liver_panel_done_on": "2026-03-02", "liver_panel_words": "panel",
    }  # fmt: skip
    refused = nurse.post(path, typed | {"liver_panel_finding": "normal", "key": "work-up-1"})
    assert refused.status_code == 422
    assert "Not normal: " in refused.content.decode()
    assert not chart_store.person_chart(person).all(pe.WorkUpRecorded)
    assert nurse.post(path, typed | {"liver_panel_finding": "abnormal", "key": "work-up-1"}).status_code == 302
    assert chart_store.person_chart(person).all(pe.WorkUpRecorded)
