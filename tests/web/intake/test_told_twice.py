"""One infusion elsewhere told of two days, on the pages: counted twice, asked, said to be one, and undone."""

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, Person
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.exchanging import records
from sereniv.clinic.workflows.person import people
from sereniv.exchange.fhir import elsewhere
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.joined import BASE
from tests.conftest import ActMaker, FixedClock
from tests.web.desk import Desk
from tests.web.played import Played
from tests.workflows.course.test_courses import day
from tests.workflows.coursing import eligible
from tests.workflows.person.test_joining_treated import join

pytestmark = pytest.mark.django_db
EXACT = pe.InfusedElsewhere(
    given_on=date(2026, 2, 20), mg=Decimal(45), weight_kg=Decimal(90), minutes=40, treats="psychiatric", tolerated=True,
    told_by="Practice of Dr Brook",
)  # fmt: skip
ABOUT = replace(EXACT, given_on=date(2026, 2, 23), within_days=7, mg=Decimal(60), told_by="Mill Clinic, as she says")
PAGE = "person_told_twice"


@pytest.fixture
def her(act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock) -> Played:
    """Return somebody of whom two joined records tell of one infusion elsewhere."""
    Chair.objects.create(name="Chair 1")
    her = Played(act, staff, fixed_clock)
    other = eligible(act, day(-1), name="ilja")
    people.record(her.who, EXACT, act("nurse", now=day(-0.5)), day(-10))
    people.record(other, ABOUT, act("nurse", now=day(-0.4)), day(-7))
    join(act, her.who, other, 0.1)
    her.at(1)
    return her


def asked(her: Played) -> int:
    (found,) = treatment_of(her.who, her.clock.shown).told_twice
    return found.telling.stream_seq


def test_it_counts_twice_and_asks_by_name_until_somebody_says_that_it_is_one(
    her: Played, staff: dict[str, Staff]
) -> None:
    """Told *on 20 February* and *about 23 February*: two infusions of 105 mg, without a question."""
    entry = asked(her)
    assert entry > BASE, "what the joined record tells is asked about in the kept one"
    order = her.prescriber.reads("person_order", her.who)
    assert "So far 2 infusions, 105 mg, 2 of the 2 given elsewhere, as told, ? 1 of them perhaps told twice" in order
    assert "may be the one on 20 Feb 2026 (Practice of Dr Brook), told twice. Until somebody says, each counts" in order
    assert "35 mg after 45 mg given elsewhere" in order, "held against the least"
    for who in ("coordinator", "prescriber"):
        lines = {each.title: each.lines for each in topics_for(staff[who], her.clock.shown)}
        assert lines["Infusions elsewhere told twice"][0].address == reverse(PAGE, args=[her.who, entry])
    coordinator = Desk(staff, "coordinator")
    page = coordinator.reads(PAGE, her.who, entry)
    assert "Mill Clinic, as she says: about 23 Feb 2026, 7 days more or less" in page
    assert "The same one: on 20 Feb 2026. Practice of Dr Brook" in page
    assert not re.search(r"[0-9] (mg|kg|min)|tolerated", page), "the desk reads no doses"
    assert "Doses, and how they were borne, are not shown to you: ask a nurse or a prescriber" in page
    page = her.nurse.reads(PAGE, her.who, entry)
    assert "Mill Clinic, as she says: 60 mg by 90 kg in 40 min; ? about 23 Feb 2026, 7 days more or less" in page
    assert "The same one: on 20 Feb 2026, 45 mg by 90 kg in 40 min; tolerated. Practice of Dr Brook" in page
    assert "not shown to you" not in page
    same = f"there:{chart_store.person_chart(her.who).all(pe.InfusedElsewhere)[0].seq}"
    assert "How you know" in coordinator.sends(PAGE, her.who, entry, which=same).words, "not without a word"
    assert coordinator.sends(PAGE, her.who, entry, which=same, words="Both clinics asked by telephone: one bag").taken
    counted = treatment_of(her.who, her.clock.shown).exposure
    assert (counted.count, counted.mg, counted.perhaps_again) == (1, 60, 0)
    order = her.prescriber.reads("person_order", her.who)
    assert "perhaps" not in order
    assert "the records differ: 45 mg, 60 mg" in order
    person = Desk(staff, "nurse").reads("person", her.who)
    assert "Told twice, counts once: Both clinics asked by telephone: one bag. Dana Reyes" in person
    assert coordinator.sends(PAGE, her.who, entry, which="own", words="The second bag was a week later").taken
    counted = treatment_of(her.who, her.clock.shown).exposure
    assert (counted.count, counted.mg, counted.perhaps_again) == (2, 105, 0)


def test_a_stale_page_says_what_somebody_has_said_since(her: Played, staff: dict[str, Staff]) -> None:
    entry, desk = asked(her), Desk(staff, "coordinator")
    address = reverse(PAGE, args=[her.who, entry])
    stale = desk.client.get(address).content.decode()
    assert her.prescriber.sends(PAGE, her.who, entry, which="own", words="The second bag was a week later").taken
    met = desk.sends_to(address, stale, which="own", words="She does not remember one")
    assert not met.taken
    assert "a newer entry was written since this page was opened" in met.words
    assert desk.client.post(
        address, {"key": "told-twice-9", "which": "there:1", "words": "made up as I go"}
    ).status_code
    people.strike_record(her.who, entry, "wrong person", her.act("nurse", now=day(1.1)))
    assert desk.client.get(address).status_code == 404


def test_what_is_told_twice_is_part_of_one_statement_where_others_read_it(her: Played, staff: dict[str, Staff]) -> None:
    """A receiver of FHIR read two infusions."""
    entry = asked(her)

    def read() -> list[dict[str, Any]]:
        record = records.record_of(Person.objects.get(pk=her.who), records.clinic_of(her.clock.shown))
        return [each.now for each in elsewhere.medicines(record) if str(each.now["id"]).endswith("-infused-elsewhere")]

    before = read()
    assert ["partOf" in each for each in before] == [False, False]
    assert "may be the one on 20 Feb 2026" in json.dumps(before, default=str)
    same = f"there:{chart_store.person_chart(her.who).all(pe.InfusedElsewhere)[0].seq}"
    assert her.prescriber.sends(PAGE, her.who, entry, which=same, words="Both clinics asked: one bag").taken
    one, again = sorted(read(), key=lambda each: int(each["id"].partition("-")[0]))
    assert "partOf" not in one
    assert again["partOf"][0]["reference"] == f"MedicationStatement/{one['id']}"
    assert "one infusion and not two" in json.dumps(again, default=str)
    assert again["meta"]["versionId"] == "2", "who reads what changed since hears of it"
