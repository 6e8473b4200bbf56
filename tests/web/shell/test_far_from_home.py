"""A second signer on a tablet that has never seen them: a password alone signs nothing in a clinic's own home."""

from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from sereniv.clinic.accounts.models import Enrolment, Staff
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.web.shell.form_parts import ActForm, SecondPersonMixin
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
DEVICE = "a-tablet"
SECRET = "JBSWY3DPEHPK3PXP"


class Signing(SecondPersonMixin, ActForm):
    """Any form that a second person signs."""

    second_for = TwoPersonAct.DRUG_DRAWN


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def code_now(secret: str = SECRET) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def with_authenticator(person: Staff) -> Staff:
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(person, SECRET)
    return person


def signed(person: Staff, secret: str, code: str = "") -> dict[str, list[str]]:
    typed = {"key": "signing-0001", "second_person": person.pk, "second_secret": secret, "second_code": code}
    return Signing(typed, device=DEVICE, now=NOON, by=Staff.objects.get(username="nurse")).errors


def test_where_they_never_signed_in_password_and_second_factor_sign_together(
    staff: dict[str, Staff], settings: Any
) -> None:
    settings.IS_CLINIC = True
    nurse = with_authenticator(staff["nurse2"])
    assert "second_code" in signed(nurse, PASSWORD)
    assert "second_secret" in signed(nurse, PASSWORD, "000000")
    assert "second_secret" in signed(nurse, "1357", code_now()), "a PIN is nobody's password"
    assert signed(nurse, PASSWORD, code_now()) == {}


def test_where_they_signed_in_before_the_pin_does(staff: dict[str, Staff], settings: Any) -> None:
    settings.IS_CLINIC = True
    Enrolment.objects.create(device=DEVICE, staff=staff["nurse2"], at=timezone.now())
    assert signed(staff["nurse2"], "1357") == {}


def test_somebody_without_an_authenticator_signs_in_there_once_instead(staff: dict[str, Staff], settings: Any) -> None:
    settings.IS_CLINIC = True
    assert "second_secret" in signed(staff["nurse2"], PASSWORD, "123456")


def test_wrong_codes_are_counted_as_wrong_passwords_are(staff: dict[str, Staff], settings: Any) -> None:
    settings.IS_CLINIC = True
    nurse = with_authenticator(staff["nurse2"])
    for _ in range(5):
        signed(nurse, PASSWORD, "000000")
    assert "Five wrong tries" in str(signed(nurse, PASSWORD, code_now()))


def test_a_demo_asks_for_no_second_factor(staff: dict[str, Staff]) -> None:
    assert "second_code" not in Signing(device=DEVICE).fields
    assert signed(staff["nurse2"], PASSWORD) == {}
