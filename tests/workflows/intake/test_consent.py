"""Recording a consent: not any name for anybody, no guardian without a relation, and no day that has not come."""

from datetime import date, datetime
from typing import Any

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.intake import intake, screening
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.consent import ConsentState, consent
from sereniv.therapy.recording.refusal import Malformed
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk
from tests.workflows.coursing import consent_version
from tests.workflows.test_path import DAY, registration

pytestmark = pytest.mark.django_db
THEIRS = "the name of the patient, turned round"


def test_a_consent_names_who_signed_for_whom(act: ActMaker) -> None:
    from dataclasses import replace

    adult = people.register(registration(), act("coordinator"))
    with pytest.raises(Malformed, match=r"“Mickey Mouse” is not .*Correct the name"):
        intake.record_consent(adult.pk, consent_version(), "Mickey Mouse", "", act("nurse"))
    with pytest.raises(Malformed, match="has not come"):
        intake.record_consent(adult.pk, consent_version(), str(adult), "", act("nurse"), signed_on=(NOON + DAY).date())
    with pytest.raises(Malformed, match="is to the patient"):
        intake.record_consent(adult.pk, consent_version(), "Mickey Mouse", "", act("nurse"), signer=pe.Signer.GUARDIAN)
    young = people.register(replace(registration(), family_name="Young", born=date(2009, 6, 1)), act("coordinator"))
    with pytest.raises(Malformed, match="Under 18 a guardian consents"):
        intake.record_consent(young.pk, consent_version(), str(young), "", act("nurse"))
    intake.record_consent(
        young.pk, consent_version(), "Maria Young", "", act("nurse"), signer=pe.Signer.GUARDIAN, relation="mother",
        signed_on=NOON.date(),
    )  # fmt: skip
    (kept,) = chart_store.person_chart(young.pk).consents
    assert (kept.event.signer, kept.event.relation) == (pe.Signer.GUARDIAN, "mother")


@pytest.mark.parametrize(
    ("more", "asks"),
    [
        ({"signer": pe.Signer.GUARDIAN, "relation": "self"}, "decides for the patient is somebody else"),
        ({"interpreter_name": THEIRS}, "interprets is somebody else"),
        ({"signed_on": date(1950, 1, 1)}, "lies before the patient was born"),
    ],
)
def test_nobody_stands_twice_under_a_consent_and_no_day_lies_before_their_birth(
    act: ActMaker, more: dict[str, Any], asks: str
) -> None:
    adult = people.register(registration(), act("coordinator"))
    turned = f"{adult.family_name.upper()}, {adult.given_names.lower()}"
    said = {name: turned if value == THEIRS else value for name, value in more.items()}
    with pytest.raises(Malformed, match=asks):
        intake.record_consent(adult.pk, consent_version(), str(adult), "", act("nurse"), **said)
    with pytest.raises(Malformed, match="witnesses is somebody else"):
        intake.record_consent(adult.pk, consent_version(), str(adult), str(adult), act("nurse"))
    assert not chart_store.person_chart(adult.pk).consents


def test_whoever_works_here_decides_for_a_patient_only_with_words(act: ActMaker, staff: dict[str, Staff]) -> None:
    """A nurse was named guardian of a patient without a question."""
    adult = people.register(registration(), act("coordinator"))
    guardian: dict[str, Any] = {"signer": pe.Signer.GUARDIAN, "relation": "legal guardian"}
    assert staff["nurse"].full_name == "Ada Nightfall, RN"
    for name in ("Ada Nightfall", "NIGHTFALL, Ada"):
        for said in ("", "see above"):
            with pytest.raises(Malformed, match=r"Ada Nightfall, RN works here|see above"):
                intake.record_consent(adult.pk, consent_version(), name, "", act("nurse"), **guardian, works_here=said)
    intake.record_consent(adult.pk, consent_version(), "Ada Quill", "", act("nurse"), **guardian)
    words = "Named by the court in 2024; another nurse treats her"
    intake.record_consent(adult.pk, consent_version(), "Ada Nightfall", "", act("nurse"), **guardian, works_here=words)
    assert [each.event.works_here for each in chart_store.person_chart(adult.pk).consents] == ["", words]


def test_who_signed_is_no_witness_of_it_and_no_relation_of_themselves(act: ActMaker) -> None:
    adult = people.register(registration(), act("coordinator"))
    guardian = {"signer": pe.Signer.GUARDIAN, "relation": "mother"}
    with pytest.raises(Malformed, match="witnesses is somebody else than Maria Test, who signed"):
        intake.record_consent(adult.pk, consent_version(), "Maria Test", "TEST, Maria", act("nurse"), **guardian)
    with pytest.raises(Malformed, match="“mother” to be somebody else"):
        intake.record_consent(adult.pk, consent_version(), str(adult), "", act("nurse"), relation="mother")
    assert not chart_store.person_chart(adult.pk).consents


def test_an_older_paper_recorded_later_takes_no_place_of_what_was_said_since(act: ActMaker) -> None:
    """A paper of before, found in a folder and recorded, brought back to life what the patient had taken back."""
    adult, day = people.register(registration(), act("coordinator")), NOON.date()

    def stands(now: datetime) -> ConsentState:
        return consent(chart_store.person_chart(adult.pk), now, rules_in_force(now).consent).state

    def signs(on: date, now: datetime) -> None:
        intake.record_consent(adult.pk, consent_version(), str(adult), "", act("nurse", now=now), signed_on=on)

    signs(day, NOON)
    signs(day - 200 * DAY, NOON + DAY)
    assert stands(NOON + DAY) is ConsentState.HOLDS, "what was signed last, not what was recorded last"
    intake.withdraw_consent(adult.pk, "", act("nurse", now=NOON + 2 * DAY))
    for on in (day, (NOON + 2 * DAY).date()):
        signs(on, NOON + 3 * DAY)
        assert stands(NOON + 3 * DAY) is ConsentState.WITHDRAWN
    signs((NOON + 3 * DAY).date(), NOON + 3 * DAY)
    assert stands(NOON + 3 * DAY) is ConsentState.HOLDS


def test_the_page_says_which_consent_counts_where_it_is_not_the_one_recorded(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    adult = people.register(registration(), act("coordinator"))
    intake.record_consent(adult.pk, consent_version(), str(adult), "", act("nurse"), signed_on=NOON.date())
    fixed_clock.shown = NOON + DAY
    nurse, older = Desk(staff, "nurse"), (NOON - 200 * DAY).date().isoformat()
    answered = nurse.sends("person_consent", adult.pk, signer_name=str(adult), signed_on=older)
    assert answered.taken
    assert f"What counts is what was signed or taken back last. Version {consent_version()}, signed by" in nurse.reads(
        "person", adult.pk
    )


def test_no_illness_began_and_no_finding_was_made_before_the_patient_was_born(act: ActMaker) -> None:
    adult = people.register(registration(), act("coordinator"))
    long_ago = date(1950, 1, 1)
    illness = pe.DiagnosisRecorded(
        indication="depression", icd10="F33.2", words="", diagnosed_by="Dr B", psychotic_features=False, since=long_ago
    )
    with pytest.raises(Malformed, match="began lies before the patient was born"):
        screening.record_diagnosis(adult.pk, illness, act("nurse"))
    found = pe.WorkUpRecorded(item="ecg", finding=pe.WorkUpFinding.NORMAL, done_on=long_ago, words="sinus rhythm")
    with pytest.raises(Malformed, match="lies before the patient was born"):
        screening.record_work_up(adult.pk, [found], act("nurse"))


@pytest.mark.parametrize("version", ["2026-10", "v9-made-up", "1", "2-472ca", "2-472ca90"])
def test_a_version_that_no_form_of_the_clinic_bore_is_asked_about(act: ActMaker, version: str) -> None:
    """*2025-XYZ*, of no form that ever was, was recorded as any other, and held."""
    adult = people.register(registration(), act("coordinator"))
    for form in ("", "x", "..."):
        with pytest.raises(Malformed, match=r"No form printed here bears the version.*which form was signed"):
            intake.record_consent(adult.pk, version, str(adult), "", act("nurse"), form=form)
    assert not chart_store.person_chart(adult.pk).consents
    paper = "The form of St Anna, in the paper file"
    intake.record_consent(adult.pk, version, str(adult), "", act("nurse"), signed_on=NOON.date(), form=paper)
    stands = consent(chart_store.person_chart(adult.pk), NOON, rules_in_force(NOON).consent)
    assert stands.state is ConsentState.HOLDS, "what was signed on paper is a fact"
    assert f"Version {version} ({paper}), signed by" in stands.words()


@pytest.mark.parametrize(
    "typed", ["1-72e157", " 1-72E157 ", "Consent version 1-72e157", "version: 1-72e157.", "１-72e157"]
)
def test_a_form_of_an_earlier_version_is_recorded_unasked_as_it_was_printed(act: ActMaker, typed: str) -> None:
    adult = people.register(registration(), act("coordinator"))
    intake.record_consent(adult.pk, typed, str(adult), "", act("nurse"), form="left over")
    (signed,) = chart_store.person_chart(adult.pk).consents
    assert (signed.event.version, signed.event.form) == ("1-72e157", "")


def test_the_page_asks_which_form_it_was_and_keeps_what_was_typed(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    adult = people.register(registration(), act("coordinator"))
    desk = Desk(staff, "coordinator")
    typed = {"version": "2026-10", "signer": "patient", "signer_name": str(adult), "signed_on": "2026-03-01"}
    asked = desk.sends("person_consent", adult.pk, **typed)
    assert not asked.taken
    assert "No form printed here bears the version" in asked.words
    assert 'value="2026-10"' in asked.content
    answered = desk.sends("person_consent", adult.pk, **typed, form="Paper form of the old practice, kept in its file")
    assert answered.taken
