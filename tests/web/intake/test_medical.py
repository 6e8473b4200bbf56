"""The pages of conditions and medicines: nothing typed is lost, one tap says none, and an unknown name is not fine."""

import re
import uuid
from html import escape

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.records import chart_store
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart
from sereniv.therapy.person.conditions import conditions_of
from sereniv.therapy.person.free_text import line_id
from sereniv.therapy.person.medicines import medicines_of
from tests.conftest import NOON, FixedClock
from tests.shared_state import SharedStage
from tests.web.shell.test_attacks import signed_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def candidate(fixed_clock: FixedClock, staff: dict[str, Staff]) -> uuid.UUID:
    del fixed_clock, staff
    return SharedStage().candidate(cast_list.CANDIDATE, NOON)


@pytest.fixture
def nurse(candidate: uuid.UUID, staff: dict[str, Staff]) -> Client:
    del candidate
    return signed_in_as(staff["nurse"])


def chart(person_id: uuid.UUID) -> PersonChart:
    return chart_store.person_chart(person_id)


def test_medicines_are_looked_up_without_being_recorded(candidate: uuid.UUID, nurse: Client) -> None:
    before = chart(candidate).head
    typed = {"key": "look-at-this-1", "name_0": "Nardil", "name_1": "selegilne", "mg_1": "5", "look": "1"}
    page = nurse.post(f"/people/{candidate}/medicines/", typed).content.decode()
    assert "Monoamine oxidase inhibitor" in page
    assert "Did you mean selegiline?" in page
    assert 'value="selegilne"' in page
    assert 'name="name_4"' in page, "there is room for more"
    assert chart(candidate).head == before


def test_medicines_are_kept_as_written_and_what_is_unknown_is_said(candidate: uuid.UUID, nurse: Client) -> None:
    typed = {"key": "list-of-today-1", "name_0": "Ativan", "mg_0": "1.5", "prn_0": "on", "name_2": "green drops"}
    page = nurse.post(f"/people/{candidate}/medicines/", typed, follow=True).content.decode()
    assert "A prescriber reads before a start: green drops" in page
    listed = medicines_of(chart(candidate))
    assert listed is not None
    lorazepam, drops = listed.event.medicines
    assert (lorazepam.ingredients, str(lorazepam.daily_mg), lorazepam.as_needed) == (("lorazepam",), "1.5", True)
    assert (drops.written, drops.ingredients, drops.daily_mg) == ("green drops", (), None)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name_0": "diazepam", "mg_0": "two"}, "Enter mg a day as a plain number"),
        ({"mg_0": "5"}, "Write which medicine this dose is of."),
        ({"name_0": "diazepam", "mg_0": "-5"}, "above zero"),
    ],
)
def test_a_line_that_does_not_read_comes_back_as_typed(
    candidate: uuid.UUID, nurse: Client, typed: dict[str, str], words: str
) -> None:
    before = chart(candidate).head
    answer = nurse.post(f"/people/{candidate}/medicines/", {"key": "list-of-today-1", **typed})
    page = answer.content.decode()
    assert (answer.status_code, words in page, chart(candidate).head) == (422, True, before)
    assert all(f'value="{value}"' in page for value in typed.values())


def test_one_line_is_looked_up_as_it_is_typed(nurse: Client) -> None:
    say = nurse.get("/medicines/line/", {"name_3": "lorazepam", "mg_3": "1"}).content.decode()
    assert "5 to 10 mg over the tables" in say
    low = nurse.get("/medicines/line/", {"name_3": "lorazepam", "mg_3": "0.5"}).content.decode()
    assert "2.5 to 5 mg" in low
    assert "Benzodiazepine above" not in low
    unknown = nurse.get("/medicines/line/", {"name_0": "lorazepam", "mg_0": "1e9999999"}).content.decode()
    assert "dose not said" in unknown
    assert "<b>x" not in nurse.get("/medicines/line/", {"name_0": "<b>x"}).content.decode()


@pytest.mark.parametrize("page", ["medicines/none/", "conditions/conditions/none/", "conditions/psychiatric/none/"])
def test_none_is_one_recorded_tap(candidate: uuid.UUID, nurse: Client, page: str) -> None:
    before = chart(candidate).head
    for _ in range(2):
        assert nurse.post(f"/people/{candidate}/{page}", {"key": "none-of-these-1"}).status_code == 302
    kinds = [type(each.event) for each in chart(candidate).entries[before:]]
    assert kinds == ([pe.MedicinesListed, pe.MedicinesReviewed] if "medicines" in page else [pe.ConditionsRecorded])


def test_conditions_are_ticked_and_lines_beside_them_wait(candidate: uuid.UUID, nurse: Client) -> None:
    address = f"/people/{candidate}/conditions/psychiatric/"
    nothing = nurse.post(address, {"key": "conditions-today-1", "other": "  "})
    assert "tap None of these" in nothing.content.decode()
    other_list = nurse.post(address, {"key": "conditions-today-1", "conditions": "aneurysm", "other": "tired"})
    assert (other_list.status_code, "tired" in other_list.content.decode()) == (422, True)
    typed = {"key": "conditions-today-1", "conditions": ["mania"], "other": "ADHD\n\n restless legs "}
    page = nurse.post(address, typed, follow=True).content.decode()
    assert "reads before a start: ADHD; restless legs" in page
    said = conditions_of(chart(candidate), pe.HistoryList.PSYCHIATRIC)
    assert said is not None
    assert (said.event.conditions, said.event.other) == (("mania",), ("ADHD", "restless legs"))
    assert "checked" in nurse.get(address).content.decode()


def test_a_line_is_read_by_a_prescriber_alone(candidate: uuid.UUID, nurse: Client, staff: dict[str, Staff]) -> None:
    nurse.post(f"/people/{candidate}/medicines/", {"key": "list-of-today-1", "name_0": "green drops"})
    address = f"/people/{candidate}/read/medicines/{line_id('green drops')}/"
    assert nurse.get(address).status_code == 403
    prescriber = signed_in_as(staff["prescriber"])
    assert "Read “green drops”" in prescriber.get(address).content.decode()
    said = {"key": "read-the-label-1", "reason": "camphor, for the skin"}
    page = prescriber.post(address, said, follow=True).content.decode()
    assert "Read: green drops." in page
    assert prescriber.get(address).status_code == 404
    again = prescriber.post(address, {**said, "key": "read-the-label-2"})
    assert (again.status_code, "was read before" in again.content.decode()) == (422, True)
    assert prescriber.get(f"/people/{candidate}/read/substance_use/{line_id('x')}/").status_code == 404


def test_a_finding_shows_its_mechanism_and_its_source(candidate: uuid.UUID, nurse: Client) -> None:
    nurse.post(f"/people/{candidate}/medicines/", {"key": "list-of-today-1", "name_0": "aminophylline"})
    page = nurse.get(f"/people/{candidate}/").content.decode()
    assert "Do not give together. The seizure threshold falls" in page
    assert "Ketalar (ketamine hydrochloride) injection" in page
    assert "none of the checklist" in page.lower()


def test_one_tap_takes_nothing_away_that_stands_and_the_list_says_what_none_would(
    candidate: uuid.UUID, nurse: Client
) -> None:
    """*None of these* stood beside sleep apnoea on the person's page, and took it away without a word."""
    known = next(name for name, row in knowledge().conditions.items() if row.list == pe.HistoryList.CONDITIONS)
    listed = {"key": "conditions-01", "conditions": [known], "other": "gout"}
    page, title = f"/people/{candidate}/", knowledge().conditions[known].title
    assert nurse.post(f"{page}conditions/conditions/", listed).status_code == 302
    assert f"{page}conditions/conditions/none/" not in nurse.get(page).content.decode()
    said = " ".join(re.sub(r"<[^>]+>", " ", nurse.get(f"{page}conditions/conditions/").content.decode()).split())
    assert f"takes away: {escape(title)}; gout." in said
    nurse.post(f"{page}conditions/conditions/none/", {"key": "conditions-02"})
    assert f"{page}conditions/conditions/none/" in nurse.get(page).content.decode()
