"""Sign-ins and refusals are found by person and by day, the newest first, and never by another's name."""

from datetime import timedelta

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records.house_events import RefusalAudited, SignInAudited
from sereniv.clinic.workflows.looks import sign_ins
from sereniv.clinic.workflows.shell.this_clinic import record_house_event
from tests.conftest import NOON, FixedClock

pytestmark = pytest.mark.django_db
TODAY, DAY = NOON.date(), timedelta(days=1)


def audited(staff: str, act: str, days_ago: int = 0) -> None:
    record_house_event("audit", SignInAudited(staff=staff, act=act, device="a-tablet"), NOON - days_ago * DAY)


@pytest.fixture
def told(staff: dict[str, Staff], fixed_clock: FixedClock) -> dict[str, Staff]:
    audited("nurse", "signed in", 8)
    audited("nurse", "failed to sign in", 1)
    audited("", "failed to sign in, 39 more by nobody's user name", 1)
    audited("prescriber", "took over")
    record_house_event("audit", RefusalAudited(staff="nurse", page="setup_staff_new"), NOON)
    return staff


def acts(first_days_ago: int, last_days_ago: int = 0, whose: str | None = None) -> list[str]:
    found = sign_ins.sign_ins(TODAY - first_days_ago * DAY, TODAY - last_days_ago * DAY, whose)
    return [line.act for line in found.lines]


def test_they_are_found_by_day_and_by_person(told: dict[str, Staff]) -> None:
    everything = ["refused: setup staff new", "took over", "failed to sign in, 39 more by nobody's user name",
                  "failed to sign in", "signed in"]  # fmt: skip
    assert acts(8) == everything
    assert acts(7) == everything[:-1]
    assert acts(1, 1) == everything[2:4]
    assert acts(8, whose="nurse") == ["refused: setup staff new", "failed to sign in", "signed in"]
    assert acts(8, whose="") == everything[2:3]


def test_more_than_are_shown_is_said(told: dict[str, Staff], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_ins, "MOST", 2)
    found = sign_ins.sign_ins(TODAY - 8 * DAY, TODAY)
    assert (len(found.lines), found.more) == (2, True)
    exact = sign_ins.sign_ins(TODAY, TODAY)
    assert (len(exact.lines), exact.more) == (2, False)


def test_the_page_is_for_those_who_read_the_ledger(told: dict[str, Staff]) -> None:
    client = Client()
    client.force_login(told["admin"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/ledger/sign-ins/").content.decode()
    assert "39 more by nobody" in page
    assert told["prescriber"].full_name in page
    hers = client.get("/ledger/sign-ins/?who=nurse&first=2026-02-20&last=2026-03-02").content.decode()
    assert "<td>took over</td>" in page
    assert "<td>took over</td>" not in hers
    assert "refused: setup staff new" in hers
    wrong = client.get("/ledger/sign-ins/?who=%00nobody&first=x&last=2026-03-02")
    assert wrong.status_code == 200
    client.force_login(told["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/ledger/sign-ins/").status_code == 403
