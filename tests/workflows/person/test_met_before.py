"""Whoever asks or is registered again is met as who was declined or treated before, with why for who may read it."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import carried, chart_store
from sereniv.clinic.records.models import Enquiry, EnquiryMark, Person
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.guide import enquiries
from sereniv.clinic.workflows.person import joining, people, restricting
from sereniv.clinic.workflows.person.likeness import PerhapsRegistered, as_read_by, has_asked, who_asked
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.names import Identity
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk
from tests.workflows.coursing import eligible, infuse
from tests.workflows.test_path import everybody

pytestmark = pytest.mark.django_db
AGAIN = people.Registration(
    family_name="Test", given_names="Ilse", born=date(1980, 1, 1), sex_at_birth="male", indication="depression"
)


@pytest.fixture(autouse=True)
def _nobody_asked_yet() -> None:
    """So many enquiries of an hour are kept, and no more."""
    cache.clear()


def declined(act: ActMaker, person: object) -> None:
    found = pe.CandidacyDecided(
        decision=pe.Decision.DECLINED, indication="depression", reason="Unstable angina.", knowledge_version="k",
        findings=(),
    )  # fmt: skip
    people.record(person, found, act("prescriber"))  # type: ignore[arg-type]


def test_somebody_declined_is_met_with_when_and_with_why_for_who_reads_charts(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she = eligible(act, NOON)
    declined(act, she)
    with pytest.raises(PerhapsRegistered, match="declined 02 Mar 2026") as asked:
        people.register(AGAIN, act("nurse"))
    assert "angina" not in str(asked.value)
    Enquiry.objects.create(name="Ilse Test", reach="ilse@example.org", received_at=NOON)
    fixed_clock.shown = NOON
    for who, reads in (("nurse", True), ("coordinator", staff["coordinator"].may(Permission.READ_CANDIDACY))):
        client = Client()
        client.force_login(staff[who], backend="django.contrib.auth.backends.ModelBackend")
        page = client.get("/enquiries/").content.decode()
        assert "declined 02 Mar 2026" in page
        assert ("Unstable angina." in page) is reads


def test_what_was_decided_and_why_is_not_told_where_their_record_is_closed(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she, other = eligible(act, NOON), eligible(act, NOON, name="otto")
    declined(act, she)
    restricting.restrict(she, ("prescriber",), "She works here as a nurse.", act("director"))
    Enquiry.objects.create(name="Ilse Test", reach="ilse@example.org", received_at=NOON)
    fixed_clock.shown = NOON
    typed = {"family_name": "Test", "given_names": "Ilse", "born": "1980-01-01", "sex_at_birth": "male"}
    for who, reads in (("prescriber", True), ("nurse", False)):
        desk = Desk(staff, who)
        pages = [desk.reads("enquiries"), desk.sends("person_new", press="", **typed, indication="depression").words]
        for page in pages:
            assert "born 1 Jan 1980" in page, who
            assert ("declined 02 Mar 2026" in page) is reads, who
            assert ("Unstable angina." in page) is reads, who
    page = Desk(staff, "nurse").reads("person_join", other)
    assert "declined" not in page
    assert "Unstable angina." not in page


def test_how_somebody_was_treated_is_not_told_where_their_record_is_closed(act: ActMaker) -> None:
    she = eligible(act, NOON)
    infuse(act, she, NOON)
    restricting.restrict(she, ("prescriber",), "She works here as a nurse.", act("director"))
    for who, reads in (("prescriber", True), ("nurse", False)):
        (found,) = as_read_by(who, who_asked("Ilse Test", ""), NOON)
        assert (found.treated == "1 infusion, the last 02 Mar 2026", bool(found.decided)) == (reads, reads), who
    with pytest.raises(PerhapsRegistered, match="born 1 Jan 1980") as asked:
        people.register(AGAIN, act("nurse"))
    assert "infusion" not in str(asked.value)
    assert "eligible" not in str(asked.value)
    assert [each.known for each in asked.value.found] == [()]


@pytest.mark.parametrize(
    ("name", "born", "why"),
    [
        ("Ilse Test", "1 January 1980", ("the name", "the date of birth")),
        ("ilse", "1980-01-01", ("the same date of birth",)),
        ("Ilse Married-Otherwise", "1.1.1980", ("the same date of birth",)),
        ("Ilsa Tests", "01/01/1980", ("a name that is spelt or sounds alike", "the same date of birth")),
        ("Ilse Test", "2 January 1951", ("the name", "another date of birth")),
        ("Ilse Test", "", ("the name",)),
        ("Ilse Test", "in spring", ("the name",)),
        ("Dr. Ilse Test", "", ("two words of the name",)),
        ("Ilse M. Test", "", ("two words of the name",)),
        ("My name is Ilse Test", "", ("two words of the name",)),
        ("Test, Ilse (for my mother)", "1.1.80", ("a name that is spelt or sounds alike", "the same date of birth")),
        ("Ilse", "born 1st of January 1980", ("the same date of birth",)),
        ("ilse", "1-Jan-80", ("the same date of birth",)),
        ("ilse", "", None),
        (
            "Ilsa Tests",
            "1980-10-01",
            ("a name that is spelt or sounds alike", "a date of birth that differs by a slip"),
        ),
        ("Ilse Test", "1 January 1981", ("the name", "a date of birth that differs by a slip")),
        ("Ilsa Holm", "1 January 1981", None),
        ("Otto Holm", "1 January 1980", None),
        ("I.", "1 January 1980", None),
    ],
)
def test_an_enquiry_is_held_against_name_and_birth_date(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, name: str, born: str, why: tuple[str, ...] | None
) -> None:
    declined(act, eligible(act, NOON))
    typed = {"key": "enquiry-0001", "name": name, "reach": "by letter", "born": born}
    assert Client().post(reverse("enquiry"), typed).status_code == 302
    (kept,) = Enquiry.objects.all()
    assert (kept.name, kept.born) == (name, born)
    found = who_asked(name, "by letter", born)
    assert [each.why for each in found] == ([why] if why else [])
    fixed_clock.shown = NOON
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    page = nurse.get("/enquiries/").content.decode()
    assert ("declined 02 Mar 2026" in page) is bool(why)
    assert not born or f"Born: <bdi>{born}</bdi>" in page


@pytest.mark.parametrize(
    ("reach", "is_hers"),
    [
        ("tel. 303 555 0177", True),
        ("call me at 303-555-0177 after 5", True),
        ("ilse@example.org or +1 (303) 555 0177", True),
        ("+1 303 555 0178", False),
        ("room 303, building 555", False),
        ("ilse0177@example.org", False),
    ],
)
def test_an_enquiry_is_held_against_a_telephone_number_among_other_words(
    act: ActMaker, reach: str, is_hers: bool
) -> None:
    people.register(replace(AGAIN, phone="+1 303 555 0177"), act("nurse"))
    assert [each.why for each in who_asked("Otto Holm", reach)] == ([("the telephone number",)] if is_hers else [])


@pytest.mark.parametrize(
    ("second", "is_same"),
    [
        (("Ilse Test", "303 555 0177", ""), True),
        (("TEST, ilse", "ilse@example.org", ""), True),
        (("Ilsa Tests", "by letter", "1.1.80"), True),
        (("I. T.", "call 303-555-0177", ""), True),
        (("Ilse Test", "by letter", "2 March 1951"), False),
        (("Ilsa Tests", "by letter", "1980-10-01"), True),
        (("Otto Holm", "otto@example.org", "1 January 1980"), False),
        (("Ilse Holm", "303 555 0178", ""), False),
    ],
)
def test_two_enquiries_of_one_person_name_each_other(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, second: tuple[str, str, str], is_same: bool
) -> None:
    fixed_clock.shown = NOON
    first = ("Ilse Test", "ilse@example.org, +1 303 555 0177", "1 January 1980")
    for number, (name, reach, born) in enumerate((first, second)):
        typed = {"key": f"enquiry-000{number}", "name": name, "reach": reach, "born": born}
        assert Client().post(reverse("enquiry"), typed).status_code == 302
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    page = nurse.get("/enquiries/").content.decode()
    assert page.count("May be the same person") == (2 if is_same else 0)


def test_an_enquiry_of_years_ago_is_met_however_many_came_since(act: ActMaker) -> None:
    """Another one of the same person was looked for among the latest hundred alone."""
    del act

    def wrote(number: int, name: str, reach: str, born: str = "") -> Enquiry:
        return Enquiry.objects.create(
            name=name, reach=reach, born=born, received_at=NOON - timedelta(days=900) + timedelta(days=number)
        )

    first = wrote(0, "Ilse Test", "+1 303 555 0177", "1 January 1980")
    for number in range(1, 121):
        wrote(number, f"Other {chr(97 + number % 26)}{number}", f"other{number}@example.org")
    by_number, by_name = wrote(130, "I. T.", "call 303-555-0177"), wrote(131, "TEST, ilse", "by letter")
    alike = wrote(132, "Ilsa Tests", "by mail", "1.1.80")
    nobody = wrote(133, "Ilse Holm", "303 555 0178", "2 March 1951")
    found = enquiries.asked_before((by_number, by_name, alike, nobody))
    assert {key: first in others for key, others in found.items()} == {
        by_number.pk: True, by_name.pk: True, alike.pk: True,
    }  # fmt: skip
    table = next(each for each in carried.TABLES if each.model is Enquiry)
    written = [json.dumps(row) for row in carried.rows(table, "default")]
    Enquiry.objects.all().delete()
    carried.bring_rows(table, written)
    assert by_number.pk in enquiries.asked_before((by_number,)), "brought into another home it is found too"
    Enquiry.objects.filter(pk=first.pk).update(name="Erased by law", reach="", born="")
    EnquiryMark.objects.filter(enquiry=first.pk).delete()
    assert enquiries.asked_before((by_number,)) == {}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="plans are read as SQLite writes them")
def test_enquiries_are_held_against_each_other_by_index_and_in_as_many_queries_however_many_there_are() -> None:
    """A column of every enquiry that was ever written was read for each look at the page."""

    def looked() -> tuple[int, list[str]]:
        latest = tuple(Enquiry.objects.order_by("-received_at")[:10])
        with CaptureQueriesContext(connection) as seen:
            enquiries.asked_before(latest)
        queries = [each["sql"] for each in seen.captured_queries]
        with connection.cursor() as cursor:
            plans = [row[3] for each in queries for row in cursor.execute(f"EXPLAIN QUERY PLAN {each}").fetchall()]
        return len(queries), [each for each in plans if "SCAN" in each]

    def wrote(number: int) -> None:
        Enquiry.objects.create(
            name=f"Other {chr(97 + number % 26)}{number}", reach=f"other{number}@example.org", born="1 January 1980",
            received_at=NOON + timedelta(minutes=number),
        )  # fmt: skip

    for number in range(10):
        wrote(number)
    few, walked = looked()
    assert walked == []
    for number in range(10, 60):
        wrote(number)
    assert looked() == (few, [])


def test_an_enquiry_leads_to_registration_with_what_it_says_and_meets_who_is_known(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    fixed_clock.shown = NOON
    declined(act, eligible(act, NOON))
    typed = {"key": "enquiry-0001", "name": "Test, Ilse", "reach": "tel. 303 555 0177", "born": "1 Jan 1980"}
    Client().post(reverse("enquiry"), typed)
    nurse = Desk(staff, "nurse")
    asked = Enquiry.objects.get()
    address = f"{reverse('person_new')}?enquiry={asked.pk}"
    assert address in nurse.client.get("/enquiries/").content.decode()
    page = nurse.client.get(address).content.decode()
    assert "From the enquiry of Test, Ilse." in page
    met = nurse.sends_to(address, page, sex_at_birth="male", indication="depression")
    assert not met.taken
    assert "declined 02 Mar 2026" in met.words
    assert "Unstable angina." in met.words
    other = {"given_names": "Ilka", "family_name": "Otherwise", "born": "1991-05-04"}
    assert nurse.sends_to(address, met.content, **other).taken
    registered = Person.objects.get(family_name="Otherwise")
    assert registered.phone == "303 555 0177"
    enquiries.answered(asked.pk, act("nurse"))
    assert "From the enquiry" not in nurse.client.get(address).content.decode(), "it was answered"
    assert nurse.client.get(f"{reverse('person_new')}?enquiry=x").status_code == 200


def test_who_shares_the_birth_date_is_met_first(act: ActMaker) -> None:
    eligible(act, NOON)
    elder = people.Registration(
        family_name="Test", given_names="Ilse", born=date(1951, 1, 1), sex_at_birth="female", indication="depression"
    )
    people.register(elder, act("nurse"), told_apart=everybody())
    for born, years in (("1 Jan 1951", [1951, 1980]), ("1 Jan 1980", [1980, 1951])):
        assert [each.person.born.year for each in who_asked("Ilse Test", "", born)] == years


@pytest.mark.parametrize(
    ("name", "reach", "born", "hers"),
    [
        ("Ilse Test", "", "", True),
        ("Ilse Test", "", "1 Jan 1980", True),
        ("Ilsa Test", "", "1 Jan 1980", True),
        ("Ilse Test", "", "3 Mar 1931", False),
        ("Ilse Holm", "", "1 Jan 1980", False),
        ("Dr. Ilse Test", "", "", False),
        ("Dr. Ilse Test", "", "1.1.80", True),
        ("Ilse M. Test", "", "1 Jan 1980", True),
        ("Ilse Marie Holm", "", "1 Jan 1980", False),
    ],
)
def test_an_enquiry_goes_with_an_erased_person_only_where_it_is_theirs_by_all_it_says(
    name: str, reach: str, born: str, hers: bool
) -> None:
    she = Identity(family_name="Test", given_names="Ilse", born=date(1980, 1, 1))
    assert has_asked(she, name, reach, born) is hers


def test_somebody_treated_is_met_with_how_often_and_how_it_ended(act: ActMaker) -> None:
    she = eligible(act, NOON)
    infuse(act, she, NOON)
    courses.end(
        she, pe.Ending.NOT_TOLERATED, "Faint each time", chart_store.person_chart(she).head,
        act("prescriber", now=NOON + timedelta(days=1)),
    )  # fmt: skip
    (found,) = who_asked("Ilse Test", "")
    assert found.treated == "1 infusion, the last 02 Mar 2026; the course ended 03 Mar 2026"
    assert "course: not tolerated" in found.reason
    with pytest.raises(PerhapsRegistered, match="1 infusion, the last 02 Mar 2026"):
        people.register(AGAIN, act("nurse"))


@pytest.mark.parametrize(
    ("name", "reach", "born"),
    [
        ("Ilja Maiden", "", "1 Jan 1980"),
        ("Ilja Maiden", "", ""),
        ("Maiden", "", "1980-01-01"),
        ("Ilja Maidn", "", "1.1.1980"),
        ("", "555 0177123", ""),
    ],
)
def test_somebody_known_by_another_name_in_a_joined_record_is_met_in_the_kept_one(
    act: ActMaker, name: str, reach: str, born: str
) -> None:
    """Declined under her maiden name, registered again under another: a search by the first found nobody."""
    first = people.Registration(
        family_name="Maiden", given_names="Ilja", born=date(1980, 1, 1), sex_at_birth="female",
        indication="depression", phone="555 0177123",
    )  # fmt: skip
    other = people.register(first, act("nurse")).pk
    declined(act, other)
    kept = eligible(act, NOON)
    joining.join(kept, other, "Same passport, married since", act("nurse", second="nurse2"))
    (found,) = who_asked(name, reach, born)
    assert found.person.pk == kept
    assert found.why[-1] == "as a record has it that was joined to theirs"
    assert found.decided, "what was decided is read over both"
    with pytest.raises(PerhapsRegistered, match="joined to theirs"):
        people.register(first, act("nurse"))
    apart = people.register(replace(first, given_names="Ida"), act("nurse"), told_apart=everybody())
    assert apart.pk not in {kept, other}, "told apart by the record that is kept"


@pytest.mark.parametrize(
    ("registered", "writes"),
    [
        (("Yekaterina", "Ivanova"), "Ekaterina Ivanova"), (("Ekaterina", "Ivanova"), "Jekaterina Iwanowa"),
        (("Yuriy", "Sokolov"), "Iurii Sokoloff"), (("Iurii", "Sokolov"), "Yuri Sokolov"),
        (("Juri", "Popow"), "Yury Popov"),
        (("Юрий", "Попов"), "Iurii Popov"), (("Екатерина", "Иванова"), "Ekaterina Ivanova"),
        (("Yuriy", "Popov"), "Юрий Попов"),
        (("Aleksandr", "Semyonov"), "Alexander Semenov"), (("Mikhail", "Fyodorov"), "Michail Fedorov"),
        (("Kseniia", "Tsvetkova"), "Xenia Tswetkowa"), (("Sergey", "Chernov"), "Sergei Tchernov"),
        (("Natalya", "Shevchenko"), "Nataliia Schevchenko"), (("Evgenij", "Zhukov"), "Yevgeny Zukov"),
        (("Youssef", "Nasser"), "Yussef Naser"),
    ],
)  # fmt: skip
def test_an_enquiry_by_name_alone_in_another_spelling_meets_whom_it_may_come_from(
    act: ActMaker, registered: tuple[str, str], writes: str
) -> None:
    """*Ekaterina* met nobody where Yekaterina had been declined: each word was looked for as it was typed."""
    given, family = registered
    she = people.register(replace(AGAIN, given_names=given, family_name=family), act("nurse")).pk
    declined(act, she)
    (met,) = who_asked(writes, "a@example.org")
    assert met.person.pk == she
    assert met.decided == "declined 02 Mar 2026"
    assert not set(met.why) - {"the name", "the name in another spelling", "two words of the name"}


@pytest.mark.parametrize("writes", ["Ekaterina Petrova", "Katrin Ivanova", "Ivanova", "E. Ivanova"])
def test_an_enquiry_of_another_name_meets_nobody_by_its_sound(act: ActMaker, writes: str) -> None:
    people.register(replace(AGAIN, given_names="Yekaterina", family_name="Ivanova"), act("nurse"))
    assert who_asked(writes, "a@example.org") == ()


def test_no_words_are_taken_away_with_somebody_whose_name_only_sounds_alike(act: ActMaker) -> None:
    person = people.register(replace(AGAIN, given_names="Diana", family_name="Novak"), act("nurse"))
    (met,) = who_asked("Dana Novak", "a@example.org")
    assert met.why == ("the name in another spelling",)
    assert not has_asked(person.identity, "Dana Novak", "a@example.org")


def test_an_enquiry_that_meets_nobody_says_that_somebody_may_not_be_found(
    staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    fixed_clock.shown = NOON
    for name, born, said in (
        (
            "Ekaterina Ivanova",
            "",
            "by a name alone, spelt otherwise, somebody may not be found, so ask for the birth date",
        ),
        (
            "محمد",
            "2 May 1980",
            "a name in these letters may be registered in a Latin spelling, so ask for the birth date",
        ),
        ("Ekaterina Ivanova", "2 May 1980", "Nobody in the register is met by this."),
    ):
        Enquiry.objects.all().delete()
        Enquiry.objects.create(name=name, reach="a@example.org", born=born, received_at=NOON)
        assert said in Desk(staff, "coordinator").reads("enquiries"), name
