"""Setting a clinic up: what each act does, what it refuses, and what the audit keeps of it."""

import uuid
from dataclasses import replace

import pytest
from django.utils import timezone

from sereniv.clinic.accounts.models import Enrolment, Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import TableChanged
from sereniv.clinic.records.models import Chair, ClinicDetails, Entry
from sereniv.clinic.workflows.admin import chairs, credentials, setting_up
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.shell.acting import NotPermitted
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import NOON, ActMaker
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage
EVA = setting_up.Newcomer(
    full_name="Eva Lind, RN",
    username="eva",
    roles=["nurse"],
    password="three-quiet-rooms-here",
)


def changes() -> list[TableChanged]:
    return [each.event for each in chart_store.read("audit") if isinstance(each.event, TableChanged)]


def last_change() -> TableChanged:
    return changes()[-1]


def second_administrator(staff: dict[str, Staff]) -> Staff:
    other = staff["coordinator"]
    other.roles = ["coordinator", "administrator"]
    other.save()
    return other


def test_somebody_added_can_sign_in_and_the_audit_names_fields_not_values(act: ActMaker) -> None:
    eva = setting_up.add_staff(EVA, act("admin"))
    assert eva.check_password(EVA.password)
    assert (eva.roles, eva.is_active, eva.pin_hash) == (["nurse"], True, "")
    expected = TableChanged(
        table="staff", row="eva", change="added", fields=("full_name", "roles", "password", "co_signs_orders")
    )
    assert last_change() == expected
    entry = Entry.objects.filter(stream="audit").latest("seq")
    assert entry.recorded_by == "admin"
    assert "Lind" not in str(entry.payload)
    assert not Entry.objects.filter(payload__contains=EVA.password).exists()
    assert not Entry.objects.filter(payload__contains=eva.password).exists()


def test_a_double_tap_adds_one_person(act: ActMaker) -> None:
    for _ in range(2):
        setting_up.add_staff(EVA, act("admin", key="double-tap-1"))
    assert Staff.objects.filter(username="eva").count() == 1
    assert len(changes()) == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("full_name", "  ", "full name"),
        ("username", "system", "user name"),
        ("username", "Eva Lind", "user name"),
        ("username", "e", "user name"),
        ("roles", [], "at least one role"),
        ("roles", ["wizard"], "at least one role"),
        ("password", "short", "too short"),
        ("password", "eva lind rn 2026", "too similar"),
    ],
)
def test_somebody_is_not_added_with_what_cannot_be(act: ActMaker, field: str, value: object, words: str) -> None:
    wrong = replace(EVA, **{field: value})
    with pytest.raises(Malformed, match=words):
        setting_up.add_staff(wrong, act("admin"))
    assert changes() == []


def test_a_user_name_is_never_given_twice_not_even_after_somebody_left(act: ActMaker, staff: dict[str, Staff]) -> None:
    setting_up.deactivate(staff["nurse"].pk, act("admin"))
    with pytest.raises(Refused, match="already somebody called nurse"):
        setting_up.add_staff(replace(EVA, username="nurse"), act("admin"))


def test_roles_change_what_somebody_may_do_at_once(act: ActMaker, staff: dict[str, Staff]) -> None:
    setting_up.change_roles(staff["nurse"].pk, ["prescriber", "nurse"], act("admin", second="director"))
    assert Staff.objects.get(username="nurse").roles == ["nurse", "prescriber"], "in the order of the table"
    assert last_change() == TableChanged(table="staff", row="nurse", change="changed", fields=("roles",))
    with pytest.raises(Malformed):
        setting_up.change_roles(staff["nurse"].pk, [], act("admin"))
    with pytest.raises(Refused, match="nobody of that number"):
        setting_up.change_roles(9999, ["nurse"], act("admin"))


def test_nobody_changes_their_own_roles_or_access(act: ActMaker, staff: dict[str, Staff]) -> None:
    second_administrator(staff)
    own = staff["admin"].pk
    for work in (
        lambda: setting_up.change_roles(own, ["administrator", "prescriber"], act("admin")),
        lambda: setting_up.deactivate(own, act("admin")),
        lambda: setting_up.reactivate(own, act("admin")),
        lambda: credentials.give_new_password(own, EVA.password, act("admin")),
    ):
        with pytest.raises(Refused, match="Nobody changes their own"):
            work()
    assert changes() == []


def test_the_last_active_administrator_stays_even_when_two_unseat_each_other(
    act: ActMaker, staff: dict[str, Staff]
) -> None:
    other = second_administrator(staff)
    stale = act("coordinator")
    setting_up.deactivate(other.pk, act("admin"))
    with pytest.raises(NotPermitted):
        setting_up.deactivate(staff["admin"].pk, stale)
    assert Staff.objects.get(username="admin").is_active
    with pytest.raises(Refused, match="last active administrator"):
        setting_up._demand_another_administrator(staff["admin"])


def test_an_inactive_administrator_may_lose_the_role(act: ActMaker, staff: dict[str, Staff]) -> None:
    other = second_administrator(staff)
    setting_up.deactivate(other.pk, act("admin"))
    setting_up.change_roles(other.pk, ["coordinator"], act("admin"))
    assert Staff.objects.get(pk=other.pk).roles == ["coordinator"]


def test_deactivating_forgets_every_device_and_reactivating_brings_none_back(
    act: ActMaker, staff: dict[str, Staff]
) -> None:
    nurse = staff["nurse"]
    Enrolment.objects.create(device="tablet", staff=nurse, at=timezone.now())
    Enrolment.objects.create(device="tablet", staff=staff["nurse2"], at=timezone.now())
    setting_up.deactivate(nurse.pk, act("admin"))
    assert not Staff.objects.get(pk=nurse.pk).is_active
    assert [each.staff_id for each in Enrolment.objects.all()] == [staff["nurse2"].pk]
    with pytest.raises(Refused, match="deactivated already"):
        setting_up.deactivate(nurse.pk, act("admin"))
    setting_up.reactivate(nurse.pk, act("admin"))
    assert Staff.objects.get(pk=nurse.pk).is_active
    assert Enrolment.objects.filter(staff=nurse).count() == 0
    with pytest.raises(Refused, match="active already"):
        setting_up.reactivate(nurse.pk, act("admin"))
    assert [each.change for each in changes()] == ["deactivated", "reactivated"]


def test_a_pin_is_its_owners_and_an_administrator_only_clears_it(act: ActMaker, staff: dict[str, Staff]) -> None:
    credentials.set_own_pin("58203", act("nurse"))
    assert Staff.objects.get(username="nurse").check_pin("58203")
    credentials.clear_pin(staff["nurse"].pk, act("admin"))
    assert Staff.objects.get(username="nurse").pin_hash == ""
    with pytest.raises(Refused, match="has no PIN"):
        credentials.clear_pin(staff["nurse"].pk, act("admin"))
    credentials.set_own_pin("", act("nurse2"))
    assert Staff.objects.get(username="nurse2").pin_hash == ""
    assert {each.fields for each in changes()} == {("pin",)}


def test_a_lost_password_is_replaced_and_forgets_every_device(act: ActMaker, staff: dict[str, Staff]) -> None:
    Enrolment.objects.create(device="tablet", staff=staff["nurse"], at=timezone.now())
    with pytest.raises(Malformed, match="too short"):
        credentials.give_new_password(staff["nurse"].pk, "tiny", act("admin"))
    credentials.give_new_password(staff["nurse"].pk, EVA.password, act("admin"))
    assert Staff.objects.get(username="nurse").check_password(EVA.password)
    assert not Enrolment.objects.exists()
    assert last_change() == TableChanged(table="staff", row="nurse", change="changed", fields=("password",))


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "١٢٣٤", "1111", "1234", "9876", "58 20"])
def test_a_pin_that_is_none_or_guessed_first_is_refused(act: ActMaker, pin: str) -> None:
    with pytest.raises(Malformed):
        credentials.set_own_pin(pin, act("nurse"))


def test_somebody_deactivated_sets_no_pin_or_password_any_more(act: ActMaker, staff: dict[str, Staff]) -> None:
    before = act("nurse")
    setting_up.deactivate(staff["nurse"].pk, act("admin"))
    with pytest.raises(Refused, match="ended"):
        credentials.set_own_pin("58203", before)
    with pytest.raises(Refused, match="ended"):
        credentials.set_own_password("another-quiet-room-now", before)


def test_a_password_is_changed_by_its_owner_and_must_be_strong(act: ActMaker) -> None:
    with pytest.raises(Malformed, match="too short"):
        credentials.set_own_password("tiny", act("nurse"))
    changed = credentials.set_own_password("another-quiet-room-now", act("nurse"))
    assert changed.check_password("another-quiet-room-now")
    assert last_change().fields == ("password",)


def test_chairs_are_added_renamed_retired_and_put_back(act: ActMaker) -> None:
    chairs.add_chair(" Chair 1 ", act("admin"))
    chair = Chair.objects.get(name="Chair 1")
    chairs.rename_chair(chair.pk, "Window", act("admin"))
    chairs.retire_chair(chair.pk, act("admin"))
    assert Chair.objects.get(pk=chair.pk).retired_at == NOON
    with pytest.raises(Refused, match="retired already"):
        chairs.retire_chair(chair.pk, act("admin"))
    with pytest.raises(Refused, match="Put the retired one back"):
        chairs.add_chair("window", act("admin"))
    chairs.reinstate_chair(chair.pk, act("admin"))
    with pytest.raises(Refused, match="in use already"):
        chairs.reinstate_chair(chair.pk, act("admin"))
    assert [each.change for each in changes()] == ["added", "changed", "retired", "reinstated"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_a_chair_needs_a_name(act: ActMaker, name: str) -> None:
    with pytest.raises(Malformed):
        chairs.add_chair(name, act("admin"))


def test_a_chair_keeps_its_name_and_place_while_a_session_is_open(stage: Stage, act: ActMaker) -> None:
    chairs.add_chair("Chair 1", act("admin"))
    chair = Chair.objects.get()
    stage.at_the_gate(SHE, "Chair 1", NOON)
    with pytest.raises(Refused, match="A session is open in Chair 1"):
        chairs.retire_chair(chair.pk, act("admin"))
    with pytest.raises(Refused, match="A session is open in Chair 1"):
        chairs.rename_chair(chair.pk, "Window", act("admin"))
    with pytest.raises(Refused, match="no such chair"):
        chairs.retire_chair(999, act("admin"))


def test_nobody_is_seated_in_a_retired_chair(stage: Stage, act: ActMaker) -> None:
    chairs.add_chair("Chair 1", act("admin"))
    chairs.retire_chair(Chair.objects.get().pk, act("admin"))
    person_id, order = stage.ordered(SHE, NOON)
    with pytest.raises(Refused, match="Chair 1 is retired"):
        sessions.open_session(person_id, order, "Chair 1", act("nurse"))
    assert isinstance(sessions.open_session(person_id, order, "Chair 2", act("nurse")), uuid.UUID)


def test_the_clinic_is_one_row_and_only_changed_fields_are_named(act: ActMaker) -> None:
    first = {"name": "Quiet Room", "phone": "555 0100", "crisis_number": "988"}
    assert setting_up.set_details(first, act("admin")) == ("name", "phone", "crisis_number")
    assert setting_up.set_details(first, act("admin")) == ()
    assert setting_up.set_details({**first, "crisis_number": "116 123"}, act("admin")) == ("crisis_number",)
    assert ClinicDetails.objects.get().crisis_number == "116 123"
    assert last_change() == TableChanged(table="clinic_details", row="1", change="changed", fields=("crisis_number",))
    assert len(changes()) == 2


@pytest.mark.parametrize(
    "typed", [{}, {"name": " "}, {"name": "Q", "crisis_number": "call us"}, {"name": "Q", "on_call_phone": "Dr V"}]
)
def test_details_that_help_nobody_are_refused(act: ActMaker, typed: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        setting_up.set_details(typed, act("admin"))
