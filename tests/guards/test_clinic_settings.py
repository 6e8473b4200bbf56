"""How a clinic's own home is set: its cookies and lines, and what it takes for a password."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.home import HOME_VARIABLE, Kind, create_or_open
from tests.guards.running_tests import ROOT

ASKED = (
    "DEBUG", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE", "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS",
)  # fmt: skip
TELL = f"import json; from sereniv.clinic import settings; print(json.dumps({{n: vars(settings)[n] for n in {ASKED}}}))"
A_YEAR_S = 365 * 24 * 3600


def test_a_clinics_cookies_and_lines_are_secured(tmp_path: Path) -> None:
    """Read in a process of its own: the tests' own home is none of a clinic's."""
    home = create_or_open(tmp_path / "clinic", Kind.CLINIC, "America/Denver")
    environment = {**os.environ, HOME_VARIABLE: str(home.folder), "PYTHONPATH": str(ROOT / "src")}
    told = subprocess.run([sys.executable, "-c", TELL], env=environment, capture_output=True, check=True, timeout=60)
    found = json.loads(told.stdout)
    assert found["DEBUG"] is False
    assert {found["SESSION_COOKIE_NAME"], found["CSRF_COOKIE_NAME"]} == {"__Host-session", "__Host-csrf"}
    for each in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SECURE_SSL_REDIRECT"):
        assert found[each] is True, each
    assert {found["SESSION_COOKIE_SAMESITE"], found["CSRF_COOKIE_SAMESITE"]} <= {"Lax", "Strict"}
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True
    assert found["SECURE_HSTS_SECONDS"] >= A_YEAR_S


@pytest.mark.parametrize("password", ["correct horse", "1qaz2wsx3edc4rfv", "ada.nightfall.01"])
def test_a_password_is_long_uncommon_and_not_ones_own_name(password: str) -> None:
    who = Staff(username="ada.nightfall", full_name="Ada Nightfall")
    with pytest.raises(ValidationError):
        validate_password(password, who)
    validate_password("fifteen of them", who)


def test_a_password_is_kept_as_it_is_typed() -> None:
    """Of any signs, up to 128 of them, sign for sign, hashed slowly."""
    typed = " Größe 日本 \U0001f511 " + "long " * 20 + "End "
    who = Staff(username="ada")
    validate_password(typed, who)
    who.set_password(typed)
    assert who.password.startswith("argon2")
    assert who.check_password(typed)
    for other in (typed.strip(), typed.lower(), typed[:-1], typed[:72]):
        assert not who.check_password(other)


@pytest.mark.django_db
def test_the_sign_in_masks_a_password_and_lets_a_manager_fill_it_in() -> None:
    page = Client().get("/sign-in/").content.decode()
    (field,) = [each for each in page.split("<input") if 'name="password"' in each]
    assert 'type="password"' in field.split(">")[0]
    assert 'autocomplete="current-password"' in field.split(">")[0]
    assert "onpaste" not in page
