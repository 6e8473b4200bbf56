"""The register: a first weight, who is registered twice, what is corrected, and two records joined into one."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.person import identity, people
from sereniv.clinic.workflows.person.likeness import PerhapsRegistered
from sereniv.knowledge import Phase, knowledge
from sereniv.therapy.candidacy import criteria
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed
from tests.conftest import NOON, ActMaker
from tests.workflows import test_path
from tests.workflows.test_path import SHE, registration

pytestmark = pytest.mark.django_db
stage = test_path.stage


def test_a_first_weight_in_pounds_is_kept_and_not_used_until_somebody_confirms(act: ActMaker) -> None:
    person = people.register(registration(), act("nurse"))
    event = intake.record_measurements(person.pk, {"weight_kg": "157", "height_cm": "170"}, act("nurse"))
    assert "Were these pounds" in event.questions["weight_kg"]
    assert chart_store.person_chart(person.pk).latest("weight_kg", NOON) is None
    again = intake.record_measurements(person.pk, {"weight_kg": "71,4"}, act("nurse"))
    assert again.questions == {}, "the height is known from before, and the weight fits it"


SOMEBODY = people.Registration(
    family_name="Corvin", given_names="Leila", born=date(1991, 8, 23), sex_at_birth="female", phone="+1 303 555 0100"
)


@pytest.mark.parametrize(
    "again",
    [
        {"family_name": " CORVIN", "given_names": "leila"},
        {"family_name": "Leila", "given_names": "Corvin"},
        {"family_name": "Córvin", "given_names": "Leíla"},
        {"family_name": "Korvin", "given_names": "Layla"},
        {"born": date(1991, 8, 28)},
        {"family_name": "Hartmann"},
        {"family_name": "Else", "given_names": "Quite", "born": date(1950, 1, 1)},
    ],
)
def test_nobody_is_registered_twice_in_silence(act: ActMaker, again: dict[str, Any]) -> None:
    first = people.register(SOMEBODY, act("nurse"))
    second = replace(SOMEBODY, **again)
    with pytest.raises(PerhapsRegistered, match="Already registered") as asked:
        people.register(second, act("nurse"))
    assert [each.person for each in asked.value.found] == [first]
    assert Person.objects.count() == 1
    apart = people.register(second, act("nurse"), told_apart=[str(first.pk)])
    assert Person.objects.count() == 2
    assert apart.pk != first.pk


def test_somebody_told_apart_from_one_is_still_asked_about_another(act: ActMaker) -> None:
    first = people.register(SOMEBODY, act("nurse"))
    second = people.register(SOMEBODY, act("nurse"), told_apart=[str(first.pk)])
    with pytest.raises(PerhapsRegistered) as asked:
        people.register(SOMEBODY, act("nurse"), told_apart=[str(first.pk)])
    assert [each.person for each in asked.value.found] == [second]


def test_a_form_sent_again_registers_once_and_asks_nothing(act: ActMaker) -> None:
    first = people.register(SOMEBODY, act("nurse", key="register-once"))
    assert people.register(SOMEBODY, act("nurse", key="register-once")) == first


@pytest.mark.parametrize(("family", "given"), [("", ""), ("-", ""), ("...", "—"), ("12", "3")])
def test_a_name_has_a_letter(act: ActMaker, family: str, given: str) -> None:
    with pytest.raises(Malformed, match="at least one letter"):
        people.register(replace(SOMEBODY, family_name=family, given_names=given), act("nurse"))


def test_a_person_with_one_name_is_shown_by_it(act: ActMaker) -> None:
    one = people.register(replace(SOMEBODY, family_name="Sukarno", given_names=""), act("nurse"))
    assert (str(one), one.listed, one.initials) == ("Sukarno", "Sukarno", "S.")


def test_what_the_register_says_is_corrected_and_the_old_value_kept(act: ActMaker) -> None:
    person = people.register(SOMEBODY, act("nurse"))
    wanted = identity.Corrected(
        family_name="Corvin-Hale", given_names="Leila", born=date(1991, 8, 24), sex_at_birth="female",
        phone="+1 303 555 0100", address="1 Elm Street",
    )  # fmt: skip
    with pytest.raises(Malformed, match="how you know"):
        identity.correct(person.pk, wanted, " ", act("coordinator"))
    changed = identity.correct(person.pk, wanted, "Passport seen", act("coordinator"))
    assert set(changed) == {"family_name", "born", "address"}
    person.refresh_from_db()
    assert (person.family_name, person.born, person.address) == ("Corvin-Hale", date(1991, 8, 24), "1 Elm Street")
    kept = chart_store.person_chart(person.pk).all(pe.IdentityCorrected)
    assert {(each.event.field, each.event.before, each.event.after) for each in kept} == {
        ("family_name", "Corvin", "Corvin-Hale"), ("born", "1991-08-23", "1991-08-24"), ("address", "", "1 Elm Street"),
    }  # fmt: skip
    assert {each.event.reason for each in kept} == {"Passport seen"}
    with pytest.raises(Malformed, match="Nothing differs"):
        identity.correct(person.pk, wanted, "Passport seen again", act("coordinator"))


def test_a_correction_that_makes_two_people_alike_is_asked_about(act: ActMaker) -> None:
    first = people.register(SOMEBODY, act("nurse"))
    other = people.register(replace(SOMEBODY, family_name="Varga", given_names="Tomas", phone=""), act("nurse"))
    names = identity.FIELD_WORDS
    wanted = identity.Corrected(**{name: getattr(first, name) for name in names})
    with pytest.raises(PerhapsRegistered):
        identity.correct(other.pk, wanted, "Passport seen", act("nurse"))
    assert identity.correct(other.pk, wanted, "Passport seen", act("nurse"), [str(first.pk)])


def test_age_and_sex_are_judged_anew_once_corrected(stage: Stage, act: ActMaker) -> None:
    person_id = stage.candidate(SHE, NOON)
    person = Person.objects.get(pk=person_id)
    wanted = identity.Corrected(**{name: getattr(person, name) for name in identity.FIELD_WORDS})
    identity.correct(person_id, replace(wanted, born=date(2010, 1, 1)), "Birth certificate", act("nurse"))
    found = criteria.findings(
        chart_store.person_chart(person_id),
        Person.objects.get(pk=person_id).registered,
        Phase.SCREEN,
        NOON,
        knowledge(),
    )
    assert "GATE2" in {str(each.verdict.action) for each in found if "16 years" in str(each.read)}
