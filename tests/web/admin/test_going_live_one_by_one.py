"""Going live with one thing missing at a time: the page names that one and no other, and refuses what safety needs."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.home import Kind
from sereniv.clinic.records.models import Chair, ClinicDetails, OnCall, VialRow
from sereniv.clinic.workflows.admin import going_live
from sereniv.clinic.workflows.rules.own_groups import groups, sign_group
from sereniv.clinic.workflows.shell import this_clinic
from sereniv.clinic.workflows.stock import stock
from sereniv.knowledge import knowledge
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk
from tests.workflows.furnishing import furnish
from tests.workflows.test_path import VIAL

pytestmark = pytest.mark.django_db
_home, _facts = this_clinic.served_home, going_live.setup_facts
ROWS = knowledge().going_live
Take = Callable[[pytest.MonkeyPatch], object]


@dataclass(frozen=True, slots=True)
class Missing:
    """How a thing is taken away, and every row that lacks it then; only what nobody can be without names others too."""

    take: Take
    lacks: tuple[str, ...]


def _with_roles(**roles: Iterable[str]) -> Take:
    """Give some of the staff other roles; whoever has none leaves."""

    def take(_: pytest.MonkeyPatch) -> None:
        for username, given in roles.items():
            found = list(given)
            Staff.objects.filter(username=username).update(roles=found or ["coordinator"], is_active=bool(found))

    return take


def _one_prescriber_whom_nobody_checks(_: pytest.MonkeyPatch) -> None:
    Staff.objects.filter(username="prescriber").update(is_active=False)
    Staff.objects.filter(username__in=("nurse", "nurse2")).update(co_signs_orders=False)


def _details(**fields: object) -> Take:
    return lambda _: ClinicDetails.objects.update(**fields)


def _shift(**times: object) -> Take:
    return lambda _: OnCall.objects.update(**times)


def _facts_with(**facts: object) -> Take:
    """Let the home be one of those in which a test cannot be: with a second factor, or without backups."""

    def take(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(going_live, "setup_facts", lambda now: replace(_facts(now), **facts))

    return take


def _unsigned_numbers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(going_live, "waiting", lambda _: 1)


HOUR = timedelta(hours=1)
MISSING = {
    "the medical director": Missing(_with_roles(director=("prescriber",)), ("medical_director",)),
    "everybody who orders": Missing(
        _with_roles(prescriber=(), director=()), ("medical_director", "prescriber", "two_signers")
    ),
    "whoever checks an order": Missing(_one_prescriber_whom_nobody_checks, ("two_signers",)),
    "the nurses": Missing(_with_roles(nurse=(), nurse2=()), ("nurse", "second_nurse")),
    "the second nurse": Missing(_with_roles(nurse2=()), ("second_nurse",)),
    "the second administrator": Missing(_with_roles(admin2=()), ("second_administrator",)),
    "a second factor": Missing(_facts_with(without_second_factor=("Ada Nightfall, RN",)), ("second_factor",)),
    "the chairs": Missing(lambda _: Chair.objects.all().delete(), ("chair",)),
    "chairs that are not retired": Missing(lambda _: Chair.objects.update(retired_at=NOON), ("chair",)),
    "the clinic's name": Missing(_details(name=""), ("clinic_named",)),
    "the clinic's telephone": Missing(_details(phone=""), ("clinic_named",)),
    "the crisis number": Missing(_details(crisis_number=""), ("crisis_number",)),
    "the on-call number": Missing(_details(on_call_phone=""), ("on_call_number",)),
    "the number to call for help": Missing(_details(help_number=""), ("help_words",)),
    "the CALL HELP words": Missing(_details(help_words=""), ("help_words",)),
    "the hours": Missing(_details(week={}), ("hours",)),
    "everybody on call": Missing(_shift(taken_off_at=NOON), ("on_call",)),
    "anybody on call any more": Missing(_shift(begins=NOON - 12 * HOUR, ends=NOON - HOUR), ("on_call",)),
    "anybody on call yet": Missing(_shift(begins=NOON + HOUR, ends=NOON + 12 * HOUR), ("on_call",)),
    "somebody on call in the first role": Missing(_shift(role="medical director"), ("on_call",)),
    "bag and pump": Missing(lambda patch: patch.setattr(going_live, "standard_signed", lambda: None), ("standard",)),
    "a signature under the numbers": Missing(_unsigned_numbers, ("numbers",)),
    "the drug": Missing(lambda _: VialRow.objects.update(on_hand_ml=0), ("stock",)),
    "backups": Missing(lambda patch: patch.setattr(going_live, "are_made", lambda: False), ("backups",)),
    "nothing": Missing(lambda _: None, ()),
}


@pytest.fixture
def furnished(act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return an administrator at their desk in a clinic in commissioning that has all that the page asks for."""
    monkeypatch.setattr(this_clinic, "served_home", lambda: replace(_home(), kind=Kind.CLINIC))
    furnish(act)
    Staff(username="admin2", full_name="Kim Office", roles=["administrator"]).save()
    stock.receive_vial(VIAL, act("nurse", second="nurse2"))
    for each in groups(NOON):
        if each.waiting:
            sign_group(each.group.name, knowledge().version, "Read one by one.", act("director", second="prescriber"))
    return Desk(staff, "admin")


def listed(content: str) -> list[str]:
    """Return the titles of what the page says is missing, in its order."""
    return [unescape(each) for each in re.findall(r'<li class="finding[^>]*>.*?<b><a [^>]*>(.*?)</a></b>', content)]


@pytest.mark.parametrize("what", MISSING)
def test_the_page_lists_exactly_what_is_missing_and_refuses_only_what_safety_needs(
    furnished: Desk, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    missing = MISSING[what]
    missing.take(monkeypatch)
    content = furnished.client.get(reverse("go_live")).content.decode()
    lacks = sorted((ROWS[each] for each in missing.lacks), key=lambda row: not row.needed)
    assert listed(content) == [row.title for row in lacks]
    needed = [row for row in lacks if row.needed]
    assert content.count("▲ needed before going live") == len(needed)
    assert ("nothing is missing" in content) is not bool(lacks)
    signed = furnished.sends_to(reverse("go_live"), content, second="director", understood="on")
    assert signed.taken is not bool(needed)
    assert this_clinic.state() == ("commissioning" if needed else "live")
    if "medical_director" not in missing.lacks:  # Without one the form offers nobody who could sign as the second.
        assert all(f"{row.title}: {row.because}" in signed.words for row in needed)


def test_every_row_is_missing_once() -> None:
    assert {row for each in MISSING.values() for row in each.lacks} == set(ROWS)
