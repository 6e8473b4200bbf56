"""One line says where an address lies, what it shows, its name, and who may see it."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, resolve, reverse

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.urls import ROUTES
from sereniv.clinic.web.shell.addresses import Open, address


def shown(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.path)


def test_a_name_has_one_need() -> None:
    assert ROUTES["person"] is Permission.READ_INTAKE
    with pytest.raises(ValueError, match="Two addresses are named person and need different things"):
        address("anybody/", shown, "person", Open.PUBLIC)
    assert ROUTES["person"] is Permission.READ_INTAKE


def test_subjects_joined_after_each_other_hide_nothing_of_each_other() -> None:
    """Which address answers must not hang on the order in which the subjects are joined."""
    for name in sorted(name for name in ROUTES if not name.startswith(("mfa_", "gateway_"))):
        for given in ({}, {"person_id": PERSON}, {"session_id": PERSON}, {"vial_id": PERSON}):
            try:
                at = reverse(name, kwargs=given)
            except NoReverseMatch:
                continue
            assert resolve(at).view_name == name


PERSON = "4b1f2c5e-8c1d-4f0e-9a53-0d0a5a3f7c11"
