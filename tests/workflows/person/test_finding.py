"""The database finds in the register whom the comparison of names finds, and holds nobody back who may be the same."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.person import finding
from sereniv.therapy.person.names import Identity, days_near, is_found, likenesses
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

NAMES = (
    ("Núñez", "María José"), ("Mueller", "Jörg"), ("Müller", "Joerg"), ("O'Brien-Smith", "Anu"), ("Eller", "Anu"),
    ("Nakamura", ""), ("中村", "健"), ("Solano", "Greta"), ("Solanno", "Greta"), ("Öz", "Ay"), ("van der Berg", "Ann"),
    ("Ødegård", "Åse"), ("Oedegaard", "Aase"), ("Đoković", "Ana"), ("Ma Anna", "Æsa"),
    ("100% sure_", "x"),
)  # fmt: skip
PHONES = ("", "+1 303 555 0199", "303-555-0199 ext 4", "0303 5550199", "+49 30 1234567")
TEXTS = (
    "", "  ", "nunez", "Núñez, maria", "mueller", "muller", "Müller jorg", "obrien", "o'brien smith", "brien-sm", "nue",
    "nueller", "anu e", "中村", "中", "solan", "greta solano", "z", "a", "ann berg", "derberg", "1980-03-04",
    "03/04/1980", "4.3.80", "3/4/80", "04-Mar-80", "04031980", "solano 4.3.80",
    "solano 1980-03-04", "solano, 4 Mar 1980", "3035550199", "+13035550199", "555 0199", "0000000", "%", "_", "100%",
    "nobody at all",
    "oedegaard", "odegard", "ødegård aase", "djok", "maanna", "manna", "aesa",
)  # fmt: skip


@pytest.fixture(autouse=True)
def register() -> None:
    for number, (family, given) in enumerate(NAMES):
        for phone, born in zip(PHONES, (date(1980, 3, 4), date(1980, 4, 3), date(1980, 3, 14)) * 2, strict=False):
            Person.objects.create(
                family_name=family, given_names=given, born=born + timedelta(days=number), sex_at_birth="female",
                phone=phone, registered_at=NOON,
            )  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_the_database_finds_whom_the_comparison_finds(text: str) -> None:
    compared = {person.pk for person in Person.objects.all() if is_found(person.identity, text)}
    assert {person.pk for person in finding.found(text)} == compared


def test_nobody_alike_is_held_back() -> None:
    everybody = list(Person.objects.all())
    for one in everybody[::3]:
        held = {person.pk for person in finding.perhaps_alike(one.identity)}
        alike = {other.pk for other in everybody if likenesses(one.identity, other.identity)}
        assert alike <= held, one
    assert len(finding.perhaps_alike(everybody[0].identity)) < len(everybody), "and not everybody is compared"


def test_a_day_that_a_slip_makes_of_another_is_near_it() -> None:
    near = days_near(date(1984, 3, 12))
    assert {date(1984, 3, 12), date(1984, 12, 3), date(1983, 3, 12), date(1984, 3, 21), date(1948, 3, 12)} <= set(near)
    assert date(1984, 3, 30) not in near


def test_a_corrected_name_is_found_and_the_old_one_is_not() -> None:
    person = Person.objects.filter(family_name="Nakamura").first()
    assert person is not None
    person.family_name, person.phone = "Inoue", "+81 3 1234 5678"
    person.save(update_fields=["family_name", "phone"])
    for text in ("inoue", "81312345678"):
        assert person in finding.found(text)
    assert person not in finding.found("nakamura")


def test_records_that_were_joined_into_another_are_not_found_and_still_met() -> None:
    kept, other = Person.objects.filter(family_name="Solano")[:2]
    other.joined_into = kept
    other.save(update_fields=["joined_into"])
    assert other not in finding.found("solano")
    assert other in finding.perhaps_alike(kept.identity), "somebody known under two names is met by either"


def test_whoever_is_known_under_two_names_is_found_by_either_and_once() -> None:
    """Married since, registered anew and joined: the name of before found nobody at all."""
    kept, other = Person.objects.filter(family_name="Solano").first(), Person.objects.filter(given_names="健").first()
    assert kept is not None
    assert other is not None
    other.joined_into = kept
    other.born, other.phone = date(1951, 7, 9), "+81 3 1234 5678"
    other.save(update_fields=["joined_into", "born", "phone"])
    for text in ("中村", "1951-07-09", "81312345678", "solano"):
        found = list(finding.found(text))
        assert found.count(kept) == 1, text
        assert other not in found


def test_an_old_home_finds_as_it_does_now_once_its_rows_are_renewed() -> None:
    """Rows written before letters without a key were folded: looked for, and held against whoever registers."""
    person = Person.objects.filter(family_name="Ødegård").first()
    assert person is not None
    Person.objects.filter(pk=person.pk).update(sought_name="\node gard\n", sought_phone="")
    assert person not in finding.found("oedegaard")
    renew = import_module("sereniv.clinic.records.migrations.0024_found_as_typed").renew_what_is_sought
    renew(apps, connection.schema_editor())
    latin = import_module("sereniv.clinic.records.migrations.0029_found_in_latin").renew_people
    Person.objects.filter(pk=person.pk).update(family_name="Παπαδόπουλος")
    latin(apps)
    assert person in finding.found("papadopoulos")
    Person.objects.filter(pk=person.pk).update(family_name="Ødegård")
    latin(apps)
    assert person in finding.found("oedegaard")
    spelt = Identity(family_name="Oedegaard", given_names="Aase", born=date(1990, 1, 1))
    assert person in finding.perhaps_alike(spelt)
