"""One person's record as a file: whole, valid, nobody else's, in the audit before it leaves, and gone after an hour."""

import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store, given
from sereniv.clinic.records.file_events import RecordGivenOut
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.documents import every_paper
from sereniv.clinic.web.exporting import take_along
from sereniv.clinic.workflows.person import people, restricting
from tests.conftest import ActMaker, FixedClock
from tests.gateway.fhir.gate import wrong_with
from tests.web.exporting.test_export_page import as_
from tests.workflows.erasing import erase_person
from tests.workflows.importing.test_taking import BOOK, BROOK, taken
from tests.workflows.test_path import registration

pytestmark = pytest.mark.django_db
TO = "Herself, passport seen; she moves to Boulder"


@pytest.fixture(autouse=True)
def drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a document be a word, and leave no file in the home, nor find one there that another test left."""
    shutil.rmtree(settings.HOME.folder / given.FOLDER, ignore_errors=True)
    monkeypatch.setattr(every_paper, "pdf", lambda document, _: b"%PDF-" + document.title.encode())
    yield
    shutil.rmtree(settings.HOME.folder / given.FOLDER, ignore_errors=True)


def asks(client: Client, person: Person, **more: str) -> Any:
    """Ask for a file."""
    return client.post(f"/people/{person.pk}/take-along/", {"key": "take-along-1", "reason": TO, **more})


def content(client: Client, answer: Any) -> dict[str, bytes]:
    """Return what the file holds, by name."""
    page = client.get(answer["Location"])
    address = re.search(r'href="([^"]+/file/)"', page.content.decode())
    assert address is not None
    saved = b"".join(client.get(address[1]).streaming_content)  # type: ignore[arg-type]
    with zipfile.ZipFile(io.BytesIO(saved)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_the_whole_record_is_in_it_and_nobody_elses(
    staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker
) -> None:
    taken(act, BOOK.read_bytes(), name="practice.xlsx")
    she, he = Person.objects.get(family_name="Árnadóttir"), Person.objects.get(family_name="O'Neill")
    nurse = as_(staff["nurse"])
    answer = asks(nurse, she)
    assert answer.status_code == 302, answer.content.decode()
    files = content(nurse, answer)
    assert set(files) == {"README.txt", "record.json", "digests.json", "papers/plan.pdf", "papers/summary.pdf"}
    bundle = json.loads(files["record.json"])
    resources = [each["resource"] for each in bundle["entry"]]
    assert not [(each["id"], wrong) for each in resources if (wrong := wrong_with(each))]
    kinds = {each["resourceType"] for each in resources}
    assert {"Patient", "AllergyIntolerance", "MedicationStatement", "Observation", "Provenance"} <= kinds
    assert "AuditEvent" not in kinds
    given_elsewhere = [each for each in resources if each["id"].endswith("-infused-elsewhere")]
    assert [each["dosage"][0]["doseAndRate"][0]["doseQuantity"]["value"] for each in given_elsewhere] == [35.5, 42.6]
    assert {each["informationSource"]["display"] for each in given_elsewhere} == {BROOK}
    everything = b"".join(files.values()).decode(errors="replace")
    assert str(he.pk) not in everything
    assert "O'Neill" not in everything
    readme = files["README.txt"].decode()
    assert "Sigríður Árnadóttir, born 4 Mar 1979" in readme
    assert "1 AllergyIntolerance" in readme
    assert "Not in it" in readme
    names = {f"{each['resourceType']}/{each['id']}" for each in resources}
    practitioners = set(re.findall(r'"Practitioner/[^"]+"', files["record.json"].decode()))
    assert {each.strip('"') for each in practitioners} <= names, "whom it names is in it"


def test_it_stands_in_the_audit_before_it_leaves(
    staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = people.register(registration(), act("nurse"))
    nurse = as_(staff["nurse"])
    assert asks(nurse, person, reason="x").status_code == 422
    assert asks(as_(staff["admin"]), person).status_code == 403
    asks(nurse, person)
    (entry,) = [each for each in chart_store.read("audit") if isinstance(each.event, RecordGivenOut)]
    assert (entry.recorded_by, entry.event.person, entry.event.reason) == ("nurse", str(person.pk), TO)
    again = asks(nurse, person)
    assert again.status_code == 422, "sent once more, the file that left is not written anew unseen"
    before = sorted((settings.HOME.folder / given.FOLDER).glob("*"))

    def full(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(take_along.giving, "note", full)
    with pytest.raises(OSError, match="the disk is full"):
        asks(nurse, person, reason="Her brother, with her letter")
    assert sorted((settings.HOME.folder / given.FOLDER).glob("*")) == before


def test_a_restricted_record_asks_why_first(staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker) -> None:
    person = people.register(registration(), act("nurse"))
    readers = ("director", "nurse2")
    restricting.restrict(person.pk, readers, "She works here", act("director"))
    answer = as_(staff["nurse"]).get(f"/people/{person.pk}/take-along/")
    assert answer.status_code == 302
    assert "/open/" in answer["Location"]
    assert asks(as_(staff["nurse"]), person)["Location"].startswith(f"/people/{person.pk}/open/")
    assert not [each for each in chart_store.read("audit") if isinstance(each.event, RecordGivenOut)]
    assert asks(as_(staff["nurse2"]), person).status_code == 302


def test_the_file_is_one_persons_and_gone_after_an_hour(
    staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker
) -> None:
    person = people.register(registration(), act("nurse"))
    taken(act, BOOK.read_bytes(), name="practice.xlsx")
    other = Person.objects.get(family_name="O'Neill")
    nurse = as_(staff["nurse"])
    address = asks(nurse, person)["Location"]
    assert nurse.get(address.replace(str(person.pk), str(other.pk))).status_code == 404
    (place,) = (settings.HOME.folder / given.FOLDER).glob("*.zip")
    assert place.stat().st_mode & 0o077 == 0
    old = clock.real_now() - given.KEPT_FOR - timedelta(seconds=1)
    os.utime(place, (old.timestamp(), old.timestamp()))
    assert nurse.get(address).status_code == 404
    assert not place.exists()


def test_the_file_goes_with_whoever_is_erased(staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker) -> None:
    person = people.register(registration(), act("nurse"))
    nurse = as_(staff["nurse"])
    refused = asks(nurse, person, reason=f"Her brother, Mr {person.family_name}")
    assert refused.status_code == 422
    assert "Write it without the name of whose record it is" in refused.content.decode()
    address = asks(nurse, person, key="take-along-2")["Location"]
    (place,) = (settings.HOME.folder / given.FOLDER).glob("*.zip")
    kept = place.read_bytes()
    erase_person(person, "Her request of 2 March", act("admin", second="director"))
    assert not place.exists()
    place.write_bytes(kept)
    assert nurse.get(address).status_code == 404
    assert nurse.get(f"{address}file/").status_code == 404
