"""One administrator is one person: who is let in by two, and who does not sign together yet."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import SECOND_SIGNATURES, TwoPersonAct, seconds_for
from sereniv.clinic.records.models import Entry
from sereniv.clinic.workflows.admin import credentials, going_live, setting_up
from sereniv.clinic.workflows.person import entry_erasure
from sereniv.clinic.workflows.rules.own_rules import OwnNumber, sign_own
from sereniv.clinic.workflows.shell.acting import act_of_the_home
from sereniv.knowledge import knowledge
from sereniv.therapy.recording.refusal import Refused
from tests.conftest import NOON, ActMaker

pytestmark = pytest.mark.django_db
DAYS = timedelta(days=knowledge().access.new_account.days)
INVENTED = setting_up.Newcomer(
    full_name="Dr I. Nvented", username="invented", roles=["medical director"], password="three-quiet-rooms-here"
)
BY_TWO = ("prescriber", "medical director", "administrator")
BY_ONE = ("nurse", "coordinator")


@pytest.mark.parametrize("role", BY_TWO)
def test_an_administrator_alone_makes_nobody_who_prescribes_directs_or_sets_up(
    role: str, act: ActMaker, staff: dict[str, Staff]
) -> None:
    newcomer = replace(INVENTED, roles=["nurse", role])
    with pytest.raises(Refused, match="second person must sign"):
        setting_up.add_staff(newcomer, act("admin"))
    with pytest.raises(Refused, match="second person must sign"):
        setting_up.change_roles(staff["nurse"].pk, ["nurse", role], act("admin"))
    for stranger in ("nurse", "coordinator", "prescriber"):
        with pytest.raises(Refused, match="may not be second for this"):
            setting_up.add_staff(newcomer, act("admin", second=stranger))
    assert not Staff.objects.filter(username="invented").exists()
    assert Staff.objects.get(username="nurse").roles == ["nurse"]
    setting_up.add_staff(newcomer, act("admin", second="director"))
    entry = Entry.objects.filter(stream="staff").latest("seq")
    assert (entry.recorded_by, entry.co_signed_by) == ("admin", "director")


@pytest.mark.parametrize("role", BY_ONE)
def test_a_nurse_or_coordinator_is_added_by_one(role: str, act: ActMaker) -> None:
    assert setting_up.add_staff(replace(INVENTED, roles=[role]), act("admin")).roles == [role]


@pytest.mark.parametrize("role", BY_TWO)
def test_who_left_with_such_a_role_comes_back_by_two(role: str, act: ActMaker, staff: dict[str, Staff]) -> None:
    who = Staff.objects.create(username="left", full_name="Left Long Ago", roles=[role], is_active=False)
    with pytest.raises(Refused, match="second person must sign"):
        setting_up.reactivate(who.pk, act("admin"))
    setting_up.reactivate(who.pk, act("admin", second="director"))
    assert Staff.objects.get(pk=who.pk).is_active


def test_a_role_that_somebody_has_already_or_loses_asks_for_nobody(act: ActMaker, staff: dict[str, Staff]) -> None:
    setting_up.change_roles(staff["director"].pk, ["medical director", "nurse"], act("admin"))
    setting_up.change_roles(staff["director"].pk, ["nurse"], act("admin"))
    assert Staff.objects.get(username="director").roles == ["nurse"]


def test_whoever_holds_the_folder_adds_the_first_of_them_alone(staff: dict[str, Staff]) -> None:
    made = setting_up.add_staff(INVENTED, act_of_the_home(NOON))
    assert made.roles == ["medical director"]
    assert made.first_until is not None, "whoever runs the command knows the code: it lets in once and signs nothing"
    assert not made.is_new_for(staff["admin"], NOON)


@pytest.mark.parametrize("two", list(TwoPersonAct))
def test_somebody_new_signs_nothing_with_whoever_let_them_in_until_the_days_have_passed(
    two: TwoPersonAct, act: ActMaker, staff: dict[str, Staff]
) -> None:
    everything = ["nurse", "prescriber", "medical director", "administrator"]
    admin = staff["admin"]
    admin.roles = everything
    admin.save()
    new = setting_up.add_staff(replace(INVENTED, roles=everything), act("admin", second="director"))
    for first, other in ((admin, new), (new, admin)):
        assert other not in seconds_for(two, first, NOON + DAYS - timedelta(seconds=1))
        assert other in seconds_for(two, first, NOON + DAYS)
    if not SECOND_SIGNATURES[two].roles:
        assert new in seconds_for(two, _somebody(SECOND_SIGNATURES[two].first), NOON), "with anybody else at once"


def _somebody(permission: Permission) -> Staff:
    return (
        next(each for each in Staff.objects.exclude(username__in=["admin", "invented"]) if each.may(permission))
        if permission is not Permission.MANAGE_HOME
        else Staff(pk=99, username="other", roles=["administrator"])
    )


def test_an_invented_director_signs_no_erasure_no_rule_and_no_going_live(
    act: ActMaker, staff: dict[str, Staff]
) -> None:
    """The attack: one administrator and a director who does not exist, with a colleague who did not look closely."""
    setting_up.add_staff(INVENTED, act("admin", second="director"))
    staff["invented"] = Staff.objects.get(username="invented")
    for attack in (
        lambda: entry_erasure.announce(1, "GDPR Article 17", act("admin", second="invented")),
        lambda: entry_erasure.erase(1, act("invented", second="admin")),
        lambda: going_live.go_live(act("admin", second="invented")),
        lambda: going_live.go_live(act("invented", second="admin")),
    ):
        with pytest.raises(Refused, match="do not sign together yet"):
            attack()
    number = OwnNumber(
        threshold="limits.dose_mg.soft_above", value=knowledge().limits["dose_mg"].soft_above,
        effective_from=NOON.date(), source="Ours", reason="Ours by our figures",
    )  # fmt: skip
    admin = staff["admin"]
    admin.roles = ["administrator", "prescriber"]
    admin.save()
    with pytest.raises(Refused, match="do not sign together yet"):
        sign_own(number, act("invented", second="admin"))


def test_a_new_way_in_makes_somebody_new_again(act: ActMaker, staff: dict[str, Staff]) -> None:
    """A reset password or a return is a way to be somebody else: the old account of a director who left, too."""
    director = staff["director"]
    credentials.give_new_password(director.pk, INVENTED.password, act("admin"))
    assert Staff.objects.get(pk=director.pk).is_new_for(staff["admin"], NOON)
    setting_up.deactivate(staff["nurse"].pk, act("admin"))
    setting_up.reactivate(staff["nurse"].pk, act("admin"))
    assert Staff.objects.get(username="nurse").is_new_for(staff["admin"], NOON)
    assert not Staff.objects.get(username="nurse2").is_new_for(staff["admin"], NOON)
