"""Staff, roles and register stand in the chain: what is changed past the program is named, what is erased is not."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sereniv import verify_tables
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Role
from sereniv.clinic.home import Home
from sereniv.clinic.records import chart_store, checked, entered
from sereniv.clinic.records.house_events import IdentityEntered, StaffEntered
from sereniv.clinic.records.models import Entry, Person
from sereniv.clinic.records.table_marks import mark_of_rows
from sereniv.clinic.workflows.admin import setting_up
from sereniv.clinic.workflows.person import identity, people
from sereniv.clinic.workflows.shell.this_clinic import served_home
from tests.conftest import NOON, ActMaker
from tests.workflows import erasing

pytestmark = pytest.mark.django_db
EDITH = people.Registration(family_name="Exampleson", given_names="Edith", born=date(1980, 4, 2), sex_at_birth="female")
WEEK = timedelta(days=7)
BASIS = "GDPR Article 17, request of 2 March"


@pytest.fixture
def edith(act: ActMaker) -> Person:
    entered.enter_found(NOON)
    return people.register(EDITH, act("coordinator"))


def last(stream: str) -> object:
    return chart_store.read(stream)[-1].event


def test_every_change_of_somebody_who_works_here_stands_in_the_chain(act: ActMaker, staff: dict[str, Staff]) -> None:
    entered.enter_found(NOON)
    pk = staff["nurse2"].pk
    both = ["coordinator", "nurse"]
    acts: list[tuple[Callable[[], object], tuple[list[str], bool, bool, str]]] = [
        (lambda: setting_up.change_roles(pk, both, act("admin")), (both, True, True, "")),
        (lambda: setting_up.set_co_signing(pk, False, act("admin")), (both, True, False, "")),
        (lambda: setting_up.deactivate(pk, act("admin")), (both, False, False, "")),
        (lambda: setting_up.reactivate(pk, act("admin")), (both, True, False, "admin")),
    ]
    for do, (roles, active, co_signs, let_in_by) in acts:
        do()
        said = last("staff")
        assert said == StaffEntered(
            username="nurse2", full_name="Ben Okoro, RN", roles=tuple(roles), is_active=active,
            co_signs_orders=co_signs, let_in_by=let_in_by, new_until=NOON + WEEK if let_in_by else None,
        )  # fmt: skip
        assert tuple(entered.doubts()) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [("roles", [str(Role.NURSE), str(Role.MEDICAL_DIRECTOR)]), ("full_name", "Dr B. Okoro"), ("is_active", False),
     ("co_signs_orders", False), ("let_in_by", "admin"), ("new_until", NOON)],
)  # fmt: skip
def test_a_row_of_staff_changed_past_the_program_is_named(
    staff: dict[str, Staff], field: str, value: object, tmp_path: object
) -> None:
    del tmp_path
    assert entered.enter_found(NOON) == len(staff)
    Staff.objects.filter(username="nurse2").update(**{field: value})
    (fault,) = entered.doubts()
    assert fault.startswith(f"staff: {field} of nurse2 differ from entry ")


def test_an_account_made_or_removed_past_the_program_is_named(staff: dict[str, Staff]) -> None:
    entered.enter_found(NOON)
    Staff.objects.create(username="invented", full_name="Dr I. Nvented", roles=[str(Role.MEDICAL_DIRECTOR)])
    staff["nurse2"].delete()
    assert entered.enter_found(NOON) == 0, "a start must not bless a row that came past the program"
    assert sorted(fault.split(":")[1].split()[0] for fault in entered.doubts()) == ["entry", "invented"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("family_name", "Elsewhere"), ("born", date(1981, 4, 2)), ("phone", "555-0199"), ("sex_at_birth", "male")],
)
def test_a_person_changed_past_the_program_is_named(edith: Person, field: str, value: object) -> None:
    assert tuple(entered.doubts()) == ()
    Person.objects.filter(pk=edith.pk).update(**{field: value})
    (fault,) = entered.doubts()
    assert fault.startswith(f"register: {field} of {edith.pk} differ from entry ")


def test_a_correction_and_another_indication_are_entered(edith: Person, act: ActMaker) -> None:
    corrected = identity.Corrected(
        family_name="Exampleson", given_names="Edith Ann", born=date(1980, 4, 2), sex_at_birth="female",
        phone="555-0101", address="",
    )  # fmt: skip
    identity.correct(edith.pk, corrected, "passport seen", act("coordinator"))
    people.change_indication(edith.pk, "chronic_pain", "referred for pain", act("coordinator"))
    said = last(f"register/{edith.pk}")
    assert isinstance(said, IdentityEntered)
    assert (said.given_names, said.phone, said.indication) == ("Edith Ann", "555-0101", "chronic_pain")
    assert tuple(entered.doubts()) == ()


def test_an_erasure_takes_the_words_of_the_register_and_raises_no_doubt(edith: Person, act: ActMaker) -> None:
    erasing.erase_person(edith, BASIS, act("director", second="admin"))
    entry = Entry.objects.get(stream=f"register/{edith.pk}")
    assert (entry.payload, entry.salt) == (None, "")
    found = checked.whole(served_home(), NOON)
    assert found.report.sound, found.report.faults
    Person.everybody.filter(pk=edith.pk).update(erased_at=None)
    (fault,) = entered.doubts()
    assert "erased by law" in fault


def test_a_home_of_before_is_entered_as_found_once(act: ActMaker, staff: dict[str, Staff]) -> None:
    person = people.register(EDITH, act("coordinator"))
    assert entered.enter_found(NOON) == len(staff)
    assert entered.enter_found(NOON + timedelta(days=1)) == 0
    told = chart_store.read("staff")
    assert {each.recorded_by for each in told} == {"system"}
    assert tuple(entered.doubts()) == ()
    assert Entry.objects.filter(stream=f"register/{person.pk}").count() == 1


def test_the_check_of_the_ledger_names_it_and_keeps_how_far_the_chain_holds(staff: dict[str, Staff]) -> None:
    home: Home = served_home()
    entered.enter_found(NOON)
    assert checked.whole(home, NOON).report.sound
    Staff.objects.filter(username="nurse").update(roles=[str(Role.ADMINISTRATOR)])
    for found in (checked.go_on(home, NOON), checked.whole(home, NOON)):
        assert [fault for fault in found.report.faults if "roles of nurse differ" in fault]
    assert checked.last_checked(home) is not None
    assert staff["nurse"].roles == [str(Role.NURSE)]


@pytest.mark.usefixtures("edith")
def test_rows_that_agreed_are_read_and_not_held_one_by_one_again() -> None:
    assert tuple(entered.doubts()) == ()
    with CaptureQueriesContext(connection) as seen:
        assert tuple(entered.doubts()) == ()
    assert not [each["sql"] for each in seen.captured_queries if "payload" in each["sql"]]


def test_an_inspector_sees_it_in_a_copy_of_the_file(edith: Person) -> None:
    """The same comparison with nothing but SQLite, as `sereniv verify` makes it of a file."""
    assert list(_in_the_file()) == []
    Staff.objects.filter(username="nurse").update(roles=[str(Role.ADMINISTRATOR)])
    Person.objects.filter(pk=edith.pk).update(phone="555-0999")
    assert ["roles of nurse" in each or f"phone of {edith.pk}" in each for each in _in_the_file()] == [True, True]


def _in_the_file() -> list[str]:
    if connection.vendor != "sqlite":
        pytest.skip("a home with PostgreSQL has no file")
    connection.ensure_connection()
    tables = (verify_tables.STAFF, verify_tables.REGISTER)
    return [fault for table in tables for fault in verify_tables.faults_of_table(connection.connection, table)]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a column of PostgreSQL holds what it was made for")
def test_a_value_that_reads_alike_and_is_of_another_kind_is_named(edith: Person) -> None:
    assert tuple(entered.doubts()) == ()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_person SET phone = CAST(phone AS BLOB)")
    (fault,) = entered.doubts()
    assert fault.startswith(f"register: phone of {edith.pk} differ from entry ")


def test_the_mark_of_rows_tells_any_value_from_another(edith: Person) -> None:
    told = []
    for value in ("", "null", "1", "1,", '"', "\u2028", "\\", "\t", "\x01"):
        Person.objects.filter(pk=edith.pk).update(phone=value)
        told.append(mark_of_rows("records_person", "id", ("id", "phone", "address", "erased_at")))
    Person.objects.filter(pk=edith.pk).update(phone="", address="1")
    told.append(mark_of_rows("records_person", "id", ("id", "phone", "address", "erased_at")))
    assert len(set(told)) == len(told)
