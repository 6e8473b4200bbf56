"""What a page about a person is filled with beforehand: what was recorded, never what nobody said."""

import re
import uuid
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.followup import answers as answering
from sereniv.clinic.workflows.intake import intake, screening
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.consent import ConsentState, consent
from tests.conftest import NOON, ActMaker, FixedClock
from tests.shared_state import SharedStage
from tests.therapy.making import diagnosis
from tests.web.intake.test_screening_pages import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def candidate(staff: dict[str, Staff], fixed_clock: FixedClock) -> uuid.UUID:
    del staff, fixed_clock
    return SharedStage().candidate(cast_list.CANDIDATE, NOON)


@pytest.fixture
def nurse(staff: dict[str, Staff]) -> Client:
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def chart(person: uuid.UUID) -> PersonChart:
    return chart_store.person_chart(person)


def page(client: Client, name: str, *parts: object) -> str:
    return unescape(client.get(reverse(name, args=parts)).content.decode())


def allergies(person: uuid.UUID) -> tuple[str, ...]:
    last = chart(person).history(pe.HistoryList.ALLERGIES)
    return last.event.entries if last else ()


def test_a_further_allergy_does_not_drop_the_former(candidate: uuid.UUID, nurse: Client, act: ActMaker) -> None:
    intake.record_history(candidate, pe.HistoryList.ALLERGIES, ("penicillin", "nuts"), (), act("nurse"))
    shown = re.search(r"<textarea[^>]*>\s*([^<]*)</textarea>", page(nurse, "person_history", candidate, "allergies"))
    assert shown is not None
    assert shown[1].split() == ["penicillin", "nuts"]
    address = reverse("person_history", args=[candidate, "allergies"])
    send(nurse, address, entries=f"{shown[1]}\nlatex")
    assert allergies(candidate) == ("penicillin", "nuts", "latex")
    assert "tap No known allergies" in send(nurse, address, entries=" \n"), "nothing written says nothing"
    assert allergies(candidate) == ("penicillin", "nuts", "latex")
    assert "None of these" not in page(nurse, "person_history", candidate, "allergies")


def test_substance_use_shows_what_was_recorded(candidate: uuid.UUID, nurse: Client, act: ActMaker) -> None:
    uses = (pe.SubstanceUse.PAST_DISORDER,)
    intake.record_history(candidate, pe.HistoryList.SUBSTANCE_USE, ("alcohol until 2019",), uses, act("nurse"))
    shown = page(nurse, "person_history", candidate, "substance_use")
    assert "alcohol until 2019" in shown
    assert re.search(r'value="past_disorder"[^>]* checked', shown)
    assert "None of these" in shown


def test_nothing_says_how_it_is_known_before_somebody_does(candidate: uuid.UUID, nurse: Client, act: ActMaker) -> None:
    address = reverse("person_pregnancy", args=[candidate])
    before = chart(candidate).pregnancies[-1]
    assert 'name="basis" value' not in page(nurse, "person_pregnancy", candidate)
    assert "This field is required" in send(nurse, address, status="pregnant")
    assert chart(candidate).pregnancies[-1] == before
    intake.record_measurements(candidate, {"weight_kg": "240"}, act("nurse"))
    asked = chart(candidate).open_questions()[-1]
    assert "Measured again" not in page(nurse, "person_confirm", candidate, asked.entry, asked.field)


@pytest.mark.parametrize(("known", "answer"), [(True, "yes"), (False, "no"), (None, "")])
def test_a_known_feature_of_a_diagnosis_stays_known(
    known: bool | None, answer: str, candidate: uuid.UUID, nurse: Client, act: ActMaker
) -> None:
    screening.record_diagnosis(candidate, diagnosis("depression", "F33.9", psychotic_features=known), act("nurse"))
    shown = page(nurse, "person_diagnosis", candidate)
    assert re.findall(r'name="psychotic_features" value="([^"]*)"[^>]* checked', shown) == [answer]


def test_consent_is_taken_back_without_a_reason(candidate: uuid.UUID, nurse: Client) -> None:
    shown = page(nurse, "person_consent", candidate)
    assert "Holds through" in shown
    assert "only where a form was signed anew" in shown
    answer = send(nurse, reverse("person_consent_withdraw", args=[candidate]), reason="")
    assert answer == reverse("person", args=[candidate])
    stands = consent(chart(candidate), NOON, knowledge().consent)
    assert stands.state is ConsentState.WITHDRAWN
    shown = page(nurse, "person_consent", candidate)
    assert "no reason given" in shown
    assert "only where a form was signed anew" not in shown


def test_a_strike_page_says_what_is_struck(candidate: uuid.UUID, nurse: Client) -> None:
    entries = chart(candidate).entries
    score = next(each for each in entries if isinstance(each.event, pe.ScaleAnswered) and each.event.scale == "phq9")
    weight = next(each for each in entries if isinstance(each.event, pe.Measured))
    shown = page(nurse, "person_strike", candidate, score.stream_seq)
    assert f"PHQ-9: total {score.event.total}. Recorded" in shown
    assert "by Ada Nightfall, RN" in shown
    assert "23 Aug 1991" in shown, "whom it is about"
    assert f"{cast_list.CANDIDATE.weight_kg} kg" in page(nurse, "person_strike", candidate, weight.stream_seq)


def test_a_strike_page_says_before_anything_is_typed_why_it_cannot_be(
    candidate: uuid.UUID, nurse: Client, act: ActMaker
) -> None:
    """It asked for a reason, took it, and only then refused; the link stood beside the answer all the same."""
    answers = (*(0 for _ in range(8)), 2)
    answering.answer(candidate, "phq9", answers, "clinic", act("nurse"))
    opened = chart(candidate).entries[-1]
    shown = page(nurse, "person_strike", candidate, opened.stream_seq)
    assert "Not now. Take up the suicide item in person first" in shown
    assert 'name="reason"' not in shown
    theirs = page(nurse, "person", candidate)
    assert reverse("person_strike", args=[candidate, opened.stream_seq]) not in theirs
    assert "Take up the suicide item in person first" in theirs


def test_a_record_struck_already_says_by_whom(candidate: uuid.UUID, nurse: Client) -> None:
    weight = next(each for each in chart(candidate).entries if isinstance(each.event, pe.Measured))
    assert send(nurse, reverse("person_strike", args=[candidate, weight.stream_seq]), reason="wrong person")
    shown = page(nurse, "person_strike", candidate, weight.stream_seq)
    assert "Not now. Already struck by Ada Nightfall, RN." in shown
