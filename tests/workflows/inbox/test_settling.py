"""What somebody says of what was received: charted as told, known or refused; a list never loses what stands on it."""

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest

from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.conflict import Superseded
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.inbox import settling
from sereniv.clinic.workflows.inbox.beside import Beheld, beheld
from sereniv.clinic.workflows.intake import intake, medical
from sereniv.clinic.workflows.person import joining, people
from sereniv.clinic.workflows.shell.acting import NotPermitted
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.elsewhere import origins, unasked_here
from sereniv.therapy.person.received import BesideChart, not_taken_up, waiting
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.safety import suicide
from tests.conftest import NOON, ActMaker
from tests.gateway.sending import allergy, condition, medicine, patient, weight
from tests.workflows.inbox.received import APP, sent
from tests.workflows.test_path import everybody, registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def ida(act: ActMaker) -> uuid.UUID:
    return people.register(registration(), act("coordinator"), demo_id("ida")).pk


def chart(who: uuid.UUID) -> PersonChart:
    return chart_store.person_chart(who)


def shown(who: uuid.UUID) -> Beheld:
    (first, *_) = beheld(Person.objects.get(pk=who), NOON)
    return first


def test_an_allergy_joins_the_list_and_is_not_asked_here(ida: uuid.UUID, act: ActMaker) -> None:
    intake.record_history(ida, pe.HistoryList.ALLERGIES, ("latex",), (), act("nurse"))
    entry = sent(ida, allergy(str(ida)))
    assert (shown(ida).beside, shown(ida).known, shown(ida).why_not) == (BesideChart.NEW, "latex", "")
    assert [each.words for each in not_taken_up(chart(ida), rules_in_force(NOON))] == ["allergy: penicillin"]
    settling.take_over(ida, entry, act("nurse", key="taken-once"))
    settling.take_over(ida, entry, act("nurse", key="taken-once"))
    listed = chart(ida).history(pe.HistoryList.ALLERGIES)
    assert listed is not None
    assert listed.event.entries == ("latex", "penicillin")
    assert "AllergyIntolerance/" in origins(chart(ida))[listed.stream_seq].words
    assert "NOT ASKED here" in unasked_here(chart(ida), listed)
    assert waiting(chart(ida)) == ()
    with pytest.raises(Refused, match="taken over already"):
        settling.take_over(ida, entry, act("nurse"))


def test_an_allergy_where_none_are_known_differs_and_is_never_lost(ida: uuid.UUID, act: ActMaker) -> None:
    intake.record_history(ida, pe.HistoryList.ALLERGIES, (), (), act("nurse"))
    entry = sent(ida, allergy(str(ida)))
    assert (shown(ida).beside, shown(ida).known) == (BesideChart.DIFFERS, "none known")
    settling.take_over(ida, entry, act("nurse"))
    listed = chart(ida).history(pe.HistoryList.ALLERGIES)
    assert listed is not None
    assert listed.event.entries == ("penicillin",)


def test_that_none_are_known_takes_nothing_away(ida: uuid.UUID, act: ActMaker) -> None:
    none = allergy(str(ida), code={"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]})
    intake.record_history(ida, pe.HistoryList.ALLERGIES, ("latex",), (), act("nurse"))
    entry = sent(ida, none)
    assert shown(ida).beside is BesideChart.DIFFERS
    with pytest.raises(Refused, match="nothing takes them away"):
        settling.take_over(ida, entry, act("nurse"))
    listed = chart(ida).history(pe.HistoryList.ALLERGIES)
    assert listed is not None
    assert listed.event.entries == ("latex",)


def test_what_stands_in_the_same_words_presses_nobody_and_is_not_charted_twice(ida: uuid.UUID, act: ActMaker) -> None:
    intake.record_history(ida, pe.HistoryList.ALLERGIES, ("Penicillin",), (), act("nurse"))
    entry = sent(ida, allergy(str(ida)))
    assert shown(ida).beside is BesideChart.SAME
    assert len(waiting(chart(ida))) == 1
    assert not_taken_up(chart(ida), rules_in_force(NOON)) == ()
    with pytest.raises(Refused, match="has it already"):
        settling.take_over(ida, entry, act("nurse"))
    settling.know(ida, entry, act("nurse"))
    assert waiting(chart(ida)) == ()


def test_a_medicine_joins_the_list_with_what_is_read_in_it(ida: uuid.UUID, act: ActMaker) -> None:
    medical.list_medicines(ida, (medical.Written(name="Zoloft"),), act("nurse"))
    other = sent(ida, medicine(str(ida), "sertraline 100 mg"))
    assert (shown(ida).beside, shown(ida).known) == (BesideChart.DIFFERS, "Zoloft")
    entry = sent(ida, medicine(str(ida), "quetiapine 25 mg"))
    assert shown(ida).beside is BesideChart.NEW
    settling.take_over(ida, entry, act("nurse"))
    listed = chart(ida).last(pe.MedicinesListed)
    assert listed is not None
    assert [each.written for each in listed.event.medicines] == ["Zoloft", "quetiapine 25 mg"]
    assert listed.event.medicines[1].ingredients == ("quetiapine",)
    assert listed.stream_seq in origins(chart(ida))
    settling.know(ida, other, act("nurse"))


def test_a_condition_is_charted_as_a_diagnosis_told_elsewhere(ida: uuid.UUID, act: ActMaker) -> None:
    coding = [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "H40.1"}]
    entry = sent(ida, condition(str(ida), code={"text": "Glaucoma", "coding": coding}))
    settling.take_over(ida, entry, act("nurse"))
    told = chart(ida).last(pe.DiagnosisRecorded)
    assert told is not None
    assert (told.event.icd10, told.event.words, told.event.diagnosed_by) == (
        "H40.1", "Glaucoma", f"elsewhere: {APP.name}",
    )  # fmt: skip
    sent(ida, condition(str(ida), code={"text": "Primary open-angle glaucoma", "coding": coding}))
    assert shown(ida).beside is BesideChart.SAME
    sent(ida, condition(str(ida), code={"text": "Some glaucoma", "coding": [{**coding[0], "code": "H40"}]}))
    assert shown(ida).beside is BesideChart.DIFFERS


def test_a_weight_far_from_the_last_is_asked_back(ida: uuid.UUID, act: ActMaker) -> None:
    intake.record_measurements(ida, {"weight_kg": "71", "height_cm": "170"}, act("nurse"))
    entry = sent(ida, weight(str(ida), 142))
    assert shown(ida).known == "Weight: 71 kg, 02 Mar 2026"
    settling.take_over(ida, entry, act("nurse"))
    (asked,) = chart(ida).open_questions()
    assert asked.value == Decimal(142)
    assert "against" in asked.question
    sent(ida, weight(str(ida), 142, note=[{"text": "sent anew"}]))
    assert shown(ida).beside is BesideChart.SAME


def test_what_its_sender_takes_back_charts_nothing(ida: uuid.UUID, act: ActMaker) -> None:
    refuted = {"verificationStatus": {"coding": [{"code": "refuted"}]}}
    entry = sent(ida, allergy(str(ida), clinicalStatus={"coding": []}, **refuted))
    assert shown(ida).beside is BesideChart.SAME
    assert not_taken_up(chart(ida), rules_in_force(NOON)) == ()
    with pytest.raises(Refused, match="nothing to chart"):
        settling.take_over(ida, entry, act("nurse"))
    intake.record_history(ida, pe.HistoryList.ALLERGIES, ("penicillin",), (), act("nurse"))
    assert shown(ida).beside is BesideChart.DIFFERS


def test_telephone_and_address_are_taken_over_and_who_it_is_is_not(ida: uuid.UUID, act: ActMaker) -> None:
    lives = {"telecom": [{"system": "phone", "value": "+49 30 5550177"}], "address": [{"line": ["River Road 4"]}]}
    settling.take_over(ida, sent(ida, patient(str(ida), **lives)), act("nurse"))
    person = Person.objects.get(pk=ida)
    assert (person.phone, person.address) == ("+49 30 5550177", "River Road 4")
    corrected = [each.event for each in chart(ida).all(pe.IdentityCorrected)]
    assert {each.field for each in corrected} == {"phone", "address"}
    assert all("Patient/" in each.reason for each in corrected)
    entry = sent(ida, patient(str(ida), birthDate="1980-02-20"))
    assert shown(ida).beside is BesideChart.DIFFERS
    with pytest.raises(Refused, match="differs in date of birth"):
        settling.take_over(ida, entry, act("nurse"))


def test_refusing_asks_why_and_may_be_thought_better_of(ida: uuid.UUID, act: ActMaker) -> None:
    entry = sent(ida, allergy(str(ida)))
    with pytest.raises(Malformed):
        settling.refuse(ida, entry, "no", act("nurse"))
    settling.refuse(ida, entry, "It is her sister's, she says", act("nurse"))
    assert waiting(chart(ida)) == ()
    settling.take_over(ida, entry, act("prescriber"))
    assert chart(ida).history(pe.HistoryList.ALLERGIES) is not None


def test_a_list_that_was_gone_through_meanwhile_is_looked_at_first(ida: uuid.UUID, act: ActMaker) -> None:
    entry = sent(ida, allergy(str(ida)))
    seen = chart_store.head().seq
    intake.record_history(ida, pe.HistoryList.ALLERGIES, (), (), act("nurse2"))
    with pytest.raises(Superseded):
        settling.take_over(ida, entry, replace(act("nurse"), seen=seen))
    assert len(waiting(chart(ida))) == 1


def test_whoever_may_not_chart_settles_nothing(ida: uuid.UUID, act: ActMaker) -> None:
    entry = sent(ida, allergy(str(ida)))
    for say in (settling.take_over, settling.know):
        with pytest.raises(NotPermitted):
            say(ida, entry, act("coordinator"))
    with pytest.raises(NotPermitted):
        settling.refuse(ida, entry, "It is her sister's", act("coordinator"))
    with pytest.raises(Refused, match="no such entry"):
        settling.know(ida, 999, act("nurse"))


def test_what_a_joined_record_was_sent_is_settled_there_and_goes_with_it(ida: uuid.UUID, act: ActMaker) -> None:
    again = replace(registration(), given_names="Ida Maria")
    other = people.register(again, act("nurse"), told_apart=everybody()).pk
    intake.record_history(ida, pe.HistoryList.ALLERGIES, ("latex",), (), act("nurse"))
    sent(other, allergy(str(other)))
    joining.join(ida, other, "Same passport, moved and registered again", act("nurse", second="nurse2"))
    (item,) = waiting(chart(ida))
    settling.take_over(ida, item.entry, act("nurse"))
    listed = chart(ida).history(pe.HistoryList.ALLERGIES)
    assert listed is not None
    assert set(listed.event.entries) == {"latex", "penicillin"}
    assert waiting(chart(ida)) == ()
    joining.part(ida, other, "Twin sisters, seen together today", act("nurse", second="nurse2"))
    (hers, theirs) = chart(ida).history(pe.HistoryList.ALLERGIES), chart(other).history(pe.HistoryList.ALLERGIES)
    assert hers is not None
    assert theirs is not None
    assert (hers.event.entries, theirs.event.entries) == (("latex",), ("penicillin",))
    assert waiting(chart(other)) == ()


def test_words_that_name_thoughts_of_suicide_are_asked_about_at_once(ida: uuid.UUID) -> None:
    sent(ida, condition(str(ida), "Suicidal ideation"))
    assert suicide.holds(chart(ida), rules_in_force(NOON))
