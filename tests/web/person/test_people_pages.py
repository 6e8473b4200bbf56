"""The list of people and the register, through their pages: found in any spelling, cut in words, asked about twins."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records.models import Enquiry, Person
from tests.conftest import NOON, FixedClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff: dict[str, Staff], fixed_clock: FixedClock) -> Client:
    client = Client()
    client.force_login(staff["coordinator"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def person(family: str, given: str, born: date = date(1984, 11, 29), phone: str = "") -> Person:
    return Person.objects.create(
        family_name=family, given_names=given, born=born, sex_at_birth="female", phone=phone, registered_at=NOON
    )


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


@pytest.mark.parametrize(
    "wanted", ["Nunez", "NÚÑEZ", "JOSÉ", "nunez, jose", "29.11.1984", "1984-11-29", "11/29/1984", "303 555 0199"]
)
def test_the_list_finds_a_person_in_any_spelling(desk: Client, wanted: str) -> None:
    person("Núñez", "José", phone="+1 303 555 0199")
    person("Varga", "Tomas", born=date(1950, 1, 1))
    shown = page(desk, f"/people/?q={wanted}")
    assert "Núñez, José" in shown
    assert "Varga" not in shown


def test_a_list_that_is_cut_says_so_and_goes_on(desk: Client) -> None:
    for number in range(123):
        person(f"Aber{number:03}", "Ida", born=date(1950, 1, 1) + timedelta(days=number))
    person("Zuckermann", "Ida")
    first = page(desk, "/people/")
    assert "1 to 50 of 124 people" in first
    assert "Zuckermann" not in first
    assert "Zuckermann" in page(desk, "/people/?page=3")
    assert "101 to 124 of 124 people" in page(desk, "/people/?page=999"), "a page beyond the last is the last"
    assert "q=aber&page=2" in page(desk, "/people/?q=aber")


def test_the_board_says_how_many_more_wait_and_shows_the_last_registered(
    staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    for number in range(25):
        each = person(f"Aber{number:03}", "Ida", born=date(1950, 1, 1) + timedelta(days=number))
        Person.objects.filter(pk=each.pk).update(registered_at=NOON - timedelta(days=25 - number))
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    shown = page(client, "/")
    assert "Ida Aber024" in shown
    assert "Ida Aber000" not in shown
    assert "5 more, registered before them" in shown
    assert re.search(r"Ida Aber024</a> <span class=\"hint\">born <span class=\"tnum\">25 Jan 1950", shown)
    assert "Aber000" in page(client, "/people/?waiting=1")


def register(client: Client, **typed: object) -> str:
    sent = {
        "key": "register-0001", "given_names": "Leila", "family_name": "Corvin", "born": "1991-08-23",
        "sex_at_birth": "female", "indication": "depression", "phone": "", "address": "", **typed,
    }  # fmt: skip
    return unescape(client.post("/people/new/", sent, follow=True).content.decode())


def test_registering_asks_whether_it_is_somebody_known_and_keeps_what_was_typed(desk: Client) -> None:
    known = person("Corvin", "Leila", born=date(1991, 8, 23))
    asked = register(desk, given_names="leila", family_name="CORVIN", address="1 Elm Street")
    assert "Is it one of these people?" in asked
    assert "the same name, the same date of birth" in asked
    assert "1 Elm Street" in asked
    assert Person.objects.count() == 1
    register(desk, key="register-0002", told_apart=[str(known.pk)])
    assert Person.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"phone": "abc"}, "telephone number in digits"),
        ({"born": "03/04/1980"}, "4 March 1980 or 3 April 1980"),
        ({"family_name": "\u200b"}, "cannot be seen"),
        ({"given_names": "Lei\u202ela"}, "right-to-left override"),
        ({"family_name": "-", "given_names": ""}, "at least one letter"),
    ],
)
def test_what_cannot_be_anybodys_is_refused_in_words(desk: Client, typed: dict[str, str], said: str) -> None:
    assert said in register(desk, **typed)
    assert not Person.objects.exists()


def test_a_birth_date_as_americans_write_it_and_a_single_name_are_taken(desk: Client) -> None:
    register(desk, born="11/29/1980", family_name="Sukarno", given_names="")
    (made,) = Person.objects.all()
    assert (made.born, str(made)) == (date(1980, 11, 29), "Sukarno")
    assert "Sukarno" in page(desk, "/people/")


def test_a_correction_is_shown_with_what_stood_there(desk: Client) -> None:
    known = person("Corvin", "Leila", born=date(1991, 8, 23))
    address = f"/people/{known.pk}/identity/"
    sent = {
        "key": "correct-0001", "given_names": "Leila", "family_name": "Corvin", "born": "1991-08-24",
        "sex_at_birth": "female", "phone": "", "address": "", "reason": "Passport seen",
    }  # fmt: skip
    answer = unescape(desk.post(address, sent, follow=True).content.decode())
    assert "Born 24 Aug 1991" in answer
    shown = page(desk, address)
    assert "<s>1991-08-23</s> → 1991-08-24" in shown
    assert "Passport seen" in shown


def test_today_tells_two_of_one_name_apart_by_their_birth_date(desk: Client) -> None:
    person("Corvin", "Leila", born=date(1991, 8, 23))
    person("Corvin", "Leila", born=date(1950, 1, 1))
    shown = page(desk, "/today/")
    assert "23 Aug 1991" in shown
    assert "1 Jan 1950" in shown


def test_an_enquiry_meets_whoever_is_registered_already(desk: Client) -> None:
    person("Núñez", "José", phone="+1 303 555 0199")
    person("Varga", "Tomas", born=date(1950, 1, 1))
    for name, reach in (("Jose Nunez", "jose@example.org"), ("J. N.", "303-555-0199"), ("Somebody Else", "by letter")):
        Enquiry.objects.create(name=name, reach=reach, received_at=NOON)
    shown = page(desk, "/enquiries/")
    assert shown.count("Registered already?") == 2
    assert "José Núñez" in shown
    assert "Varga" not in shown
    assert "3 enquiries" in shown
