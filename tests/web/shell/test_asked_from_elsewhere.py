"""What another site and a curious visitor get: no answer to read and no list of files."""

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from tests.web.person.test_restricted import client_of

pytestmark = pytest.mark.django_db
ELSEWHERE = "https://elsewhere.example"
LETS_IN = {"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Methods"}


@pytest.mark.parametrize("address", ["/", "/today/", "/health", "/guide/", "/fhir/metadata", "/cds-services", "/live/"])
def test_no_answer_lets_another_site_read_it(staff: dict[str, Staff], address: str) -> None:
    for client in (Client(), client_of(staff, "nurse")):
        for answer in (
            client.get(address, headers={"Origin": ELSEWHERE}),
            client.options(address, headers={"Origin": ELSEWHERE, "Access-Control-Request-Method": "GET"}),
        ):
            assert not LETS_IN & set(answer.headers)


def test_no_folder_of_files_is_listed() -> None:
    assert finders.find("sereniv"), "there is a folder to list"
    for address in ("/static/", "/static/sereniv/", "/static/vendor/", "/exports/", "/sheets/", "/media/", "/.git/"):
        answer = Client().get(address)
        assert answer.status_code in {302, 404}, address
        assert b"Index of" not in getattr(answer, "content", b"")
