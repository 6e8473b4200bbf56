"""A file handed over on a page: looked at, read otherwise, signed in by two, undone by two; nobody else comes near."""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.records import chart_store, handed_over
from sereniv.clinic.records.models import Entry, Person
from sereniv.clinic.web.shell import jobs
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.looks import record_views
from sereniv.clinic.workflows.person import people, restricting
from sereniv.clinic.workflows.person.person_erasure import preview
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.allergies import allergy_words
from tests.conftest import ActMaker, FixedClock
from tests.exchange.incoming.samples import samples
from tests.web.exporting.test_export_page import as_
from tests.workflows.erasing import erase_person
from tests.workflows.importing.test_taking import BOOK, BROOK, HEAD, PEOPLE, WHY
from tests.workflows.test_path import registration

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def taken_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take a file in before the page answers, and leave nothing of it in the home."""

    def start(self: jobs.Job, key: str, make: Callable[[jobs.Told], None]) -> bool:
        self._run(make)
        return True

    monkeypatch.setattr(jobs.Job, "start", start)
    monkeypatch.setattr(jobs.connections, "close_all", lambda: None)
    shutil.rmtree(settings.HOME.folder / handed_over.FOLDER, ignore_errors=True)
    yield
    shutil.rmtree(settings.HOME.folder / handed_over.FOLDER, ignore_errors=True)


def hands_over(client: Client, content: bytes, name: str = "practice.xlsx", **more: str) -> Any:
    """Hand a file over, and return the answer."""
    typed = {"key": "import-1", "told_by": BROOK, **more}
    return client.post("/import/", {**typed, "file": SimpleUploadedFile(name, content)})


def signed(**more: object) -> dict[str, Any]:
    """Return what two who sign fill in."""
    second = Staff.objects.get(username="director").pk
    return {
        "key": "import-2", "indication": "depression", "reason": WHY, "second_person": second,
        "second_secret": PASSWORD, **more,
    }  # fmt: skip


def saw(client: Client, place: str) -> str:
    """Return what binds a signature to the report as somebody sees it now."""
    found = re.search(r"/take/[?]saw=([0-9a-f]{64})", client.get(place).content.decode())
    return found[1] if found else ""


def words(answer: Any) -> str:
    """Return what a page says, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_a_file_is_handed_over_looked_at_signed_in_by_two_and_undone(
    staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    admin = as_(staff["admin"])
    answer = hands_over(admin, BOOK.read_bytes())
    place = answer["Location"]
    before = Entry.objects.count()
    said = words(admin.get(place))
    for part in (
        "people registered: 2",
        "scores: 2",
        "infusions given elsewhere: 3",
        "left out: column Comment (1)",
    ):
        assert part in said
    assert Person.objects.count() == 0
    assert not Entry.objects.exclude(kind="ViewsAudited").filter(seq__gt=before).exists(), "looking stores nothing"
    assert (
        admin.post(f"{place}take/", signed(second_person="", second_secret="", saw=saw(admin, place))).status_code
        == 422
    )
    assert Person.objects.count() == 0
    done = admin.post(f"{place}take/", signed(saw=saw(admin, place)))
    assert done.status_code == 302, words(done)
    assert sorted(Person.objects.values_list("family_name", flat=True)) == ["O'Neill", "Árnadóttir"]
    listed = admin.get("/import/")
    assert f"{BROOK}: 2 people registered" in words(listed)
    assert admin.get(place).status_code == 404, "the file is not kept once it is taken"
    undo = re.search(r'href="(/import/[^"]+/undo/)"', listed.content.decode())
    assert undo is not None
    typed = {**signed(key="import-3"), "reason": "The wrong practice's file"}
    assert admin.post(undo[1], typed).status_code == 302
    assert not Person.objects.exists()
    assert "undone" in words(admin.get("/import/"))
    assert admin.get(undo[1]).status_code == 404


def test_a_file_is_read_otherwise_and_its_people_are_told_apart_on_its_page(
    staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker
) -> None:
    known = people.register(replace(registration(), given_names="Bo"), act("nurse"))
    born = f"{known.born:%d/%m/%Y}"
    admin = as_(staff["admin"])
    content = f"Nom,First name,DOB,Sex\nLind,Bo,{born},F\nTest,Ida,03/04/1980,F\n".encode()
    place = hands_over(admin, content, "brook.csv")["Location"]
    assert "Not named: Family name" in words(admin.get(place))
    read = {"key": "k", "kind-0": "people", "column-0-0": "family_name", "column-0-1": "given_names",
            "column-0-2": "born", "column-0-3": "sex_at_birth"}  # fmt: skip
    assert admin.post(place, read).status_code == 302
    asks = "“03/04/1980” may be 3 Apr or 4 Mar. Say in which order this file writes day and month."
    assert asks in words(admin.get(place))
    admin.post(place, {**read, "day_order": "day first"})
    page = admin.get(place)
    assert "row 2: Bo Lind" in words(page)
    assert admin.get(f"{place}take/").status_code == 302, "what is not answered cannot be signed"
    admin.post(place, {**read, "day_order": "day first", "who-row 2": str(known.pk)})
    assert "Nothing is wrong, and nothing is left to ask." in words(admin.get(place))
    assert admin.post(f"{place}take/", signed(saw=saw(admin, place))).status_code == 302
    assert sorted(Person.objects.values_list("family_name", flat=True)) == ["Lind", "Test"]
    again = hands_over(admin, b"DOB,Sex,Nom,First name\n04/03/1981,M,Other,Jo\n", "next.csv")["Location"]
    assert "Nothing is wrong" in words(admin.get(again)), "columns and order of days are known from the file before"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "This file is empty"), ("Müller;x\n1;2\n".encode("cp1252"), "which is not UTF-8"),
        (b"PK\x03\x04broken", "damaged"), (b"a,b\n", "no row under the headings"),
    ],
)  # fmt: skip
def test_what_does_not_read_is_said_on_its_page(
    staff: dict[str, Staff], fixed_clock: FixedClock, content: bytes, says: str
) -> None:
    admin = as_(staff["admin"])
    answer = hands_over(admin, content)
    assert says in words(admin.get(answer["Location"]) if answer.status_code == 302 else answer)
    assert not Person.objects.exists()


def test_what_is_wrong_at_the_last_moment_is_said_and_nothing_is_taken(
    staff: dict[str, Staff], fixed_clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = as_(staff["admin"])
    place = hands_over(admin, (PEOPLE + "Test,Ida,1980-01-02,F\n").encode(), "one.csv")["Location"]

    def full(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(chart_store, "append", full)
        admin.post(f"{place}take/", signed(saw=saw(admin, place)))
    assert "It could not be taken in, and nothing of it was (OSError)" in words(admin.get("/import/"))
    assert not Person.objects.exists()
    assert admin.post(f"{place}take/", signed(key="import-4", saw=saw(admin, place))).status_code == 302
    assert Person.objects.count() == 1


def test_only_who_may_import_comes_here_and_a_file_is_taken_nowhere_else(
    staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker
) -> None:
    place = hands_over(as_(staff["admin"]), BOOK.read_bytes())["Location"]
    for who in ("nurse", "prescriber", "coordinator"):
        for address in ("/import/", place, f"{place}take/", "/import/progress/"):
            assert as_(staff[who]).get(address).status_code == 403
        assert hands_over(as_(staff[who]), b"x").status_code == 403
    person = people.register(registration(), act("nurse"))
    sent = {"key": "m-1", "weight_kg": "70", "file": SimpleUploadedFile("x.csv", b"x" * 100_000)}
    answer = as_(staff["nurse"]).post(f"/people/{person.pk}/measure/", sent)
    assert answer.wsgi_request.FILES == {}


def test_a_file_that_waits_is_gone_after_a_day(staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    admin = as_(staff["admin"])
    place = hands_over(admin, BOOK.read_bytes())["Location"]
    key = Path(place).name
    kept = settings.HOME.folder / handed_over.FOLDER / f"{key}.bin"
    assert kept.stat().st_mode & 0o077 == 0, "nobody else on this computer reads it"
    old = clock.real_now() - handed_over.KEPT_FOR - timedelta(seconds=1)
    os.utime(kept, (old.timestamp(), old.timestamp()))
    assert admin.get(place).status_code == 404
    assert not kept.exists()


def test_what_came_from_elsewhere_says_so_on_the_page_of_the_person(
    staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    admin = as_(staff["admin"])
    place = hands_over(admin, BOOK.read_bytes())["Location"]
    admin.post(f"{place}take/", signed(saw=saw(admin, place)))
    she = Person.objects.get(family_name="Árnadóttir")
    said = words(as_(staff["prescriber"]).get(f"/people/{she.pk}/"))
    assert f"penicillin from elsewhere: {BROOK} (practice.xlsx, Allergies, row 2): ? not asked here" in said
    assert f"from elsewhere: {BROOK} (practice.xlsx, Medicines, row 2; Medicines, row 3): ? not gone" in said
    assert f"4 Sep 2025 35.5 mg by 71 kg in 40 min; tolerated {BROOK}" in said
    assert "2 of the 2 given elsewhere, as told" in said
    assert len(chart_store.person_chart(she.pk).all(pe.InfusedElsewhere)) == 2


def test_what_a_file_brought_is_asked_and_recorded_here_in_one_act(
    staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    admin, nurse = as_(staff["admin"]), as_(staff["nurse"])
    place = hands_over(admin, BOOK.read_bytes())["Location"]
    admin.post(f"{place}take/", signed(saw=saw(admin, place)))
    she = Person.objects.get(family_name="Árnadóttir")
    page = nurse.get(f"/people/{she.pk}/").content.decode()
    assert "none-allergies" not in page, "one tap would take penicillin away"
    form = next(each for each in re.findall(r"(?s)<form.*?</form>", page) if "Asked here: still so" in each)
    typed = {name: unescape(value) for name, value in re.findall(r'name="([^"]+)"\s+value="([^"]*)"', form)}
    address = re.search(r'action="([^"]+)"', form)
    assert address is not None
    assert "takes away: penicillin" in words(nurse.get(address[1]))
    assert nurse.post(address[1], typed).status_code == 302
    said = allergy_words(chart_store.person_chart(she.pk))
    assert (said, "NOT ASKED" in said) == ("ALLERGY: penicillin", False)
    medicines = nurse.get(f"/people/{she.pk}/medicines/")
    assert "nobody here has gone through it" in words(medicines)


def test_the_heading_words_of_a_page_are_not_code(staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    admin = as_(staff["admin"])
    content = f"{HEAD}<script>alert(1)</script>\nTest,Ida,1980-01-02,<img src=x>\n".encode()
    page = admin.get(hands_over(admin, content, "<b>x</b>.csv")["Location"]).content.decode()
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


def test_a_bundle_is_taken_in_by_the_same_page(staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    admin = as_(staff["admin"])
    name = next(each for each in samples("synthea") if each.startswith("Liz"))
    place = hands_over(admin, samples("synthea")[name], name)["Location"]
    said = words(admin.get(place))
    for part in ("people registered: 1", "diagnoses: 1", "medicines: 1", "left out: Immunization (4)"):
        assert part in said
    assert "Read it so" not in said, "nothing of FHIR is read otherwise"
    assert admin.post(f"{place}take/", signed(saw=saw(admin, place))).status_code == 302
    person = Person.objects.get()
    page = words(as_(staff["prescriber"]).get(f"/people/{person.pk}/diagnosis/"))
    assert "Hypertension (SNOMED CT 38341003)" in page


def a_bundle_of_two_infusions_of_one_day() -> bytes:
    """Two administrations of one day, as where a second bag was hung."""
    given = {
        "resourceType": "MedicationAdministration", "status": "completed", "subject": {"reference": "urn:uuid:1"},
        "medicationCodeableConcept": {"text": "ketamine"}, "effectiveDateTime": "2025-11-03",
        "dosage": {"route": {"text": "intravenous"}, "dose": {"value": 35, "unit": "mg", "code": "mg"}},
    }  # fmt: skip
    patient = {"resourceType": "Patient", "name": [{"family": "Two", "given": ["Ida"]}], "birthDate": "1980-02-03",
               "gender": "female"}  # fmt: skip
    entries = [{"fullUrl": "urn:uuid:1", "resource": patient}, {"resource": given}, {"resource": given}]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def test_a_row_is_left_out_on_the_page_and_taken_after_all(staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    """*Leave the row out* could not be done to a bundle: two administrations of one day shut it out for good."""
    admin = as_(staff["admin"])
    place = hands_over(admin, a_bundle_of_two_infusions_of_one_day(), "brook.json")["Location"]
    page = admin.get(place).content.decode()
    (name,) = re.findall(r'name="(out-[^"]+)"', page)
    assert "It stands in" in words(admin.get(place))
    admin.post(place, {"key": "k", name: "on"})
    said = words(admin.get(place))
    assert "Nothing is wrong, and nothing is left to ask." in said
    assert f"left out: {name.removeprefix('out-')}, as somebody said here (1)" in said
    assert "infusions given elsewhere: 1" in said
    assert "A course that runs elsewhere is not brought" in said
    seen = saw(admin, place)
    admin.post(place, {"key": "k"})
    assert "It stands in" in words(admin.get(place)), "the tick was taken away"
    assert admin.post(f"{place}take/", signed(saw=seen)).status_code == 302
    assert not Person.objects.exists(), "what was signed is not what stands now"


def test_who_somebody_is_said_to_be_is_asked_anew(
    staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker
) -> None:
    """One wrong tap stood until the file was thrown away."""
    known = people.register(replace(registration(), given_names="Bo"), act("nurse"))
    content = f"Last name,First name,DOB,Sex\nLind,Bo,{known.born:%Y-%m-%d},F\n".encode()
    admin = as_(staff["admin"])
    place = hands_over(admin, content, "brook.csv")["Location"]
    for choice, said in ((str(known.pk), "row 2 is the same as"), ("somebody else", "row 2 is somebody else than")):
        admin.post(place, {"key": "k", "who-row 2": choice})
        page = words(admin.get(place))
        assert "Nothing is wrong, and nothing is left to ask." in page
        assert said in page
        admin.post(place, {"key": "k", "again-row 2": "on"})
        assert "row 2: Bo Lind" in words(admin.get(place)), "it is a question again"


def test_a_file_that_waits_goes_with_whoever_is_erased(
    staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker
) -> None:
    """It named them for a day more."""
    person = people.register(registration(), act("nurse"))
    place = hands_over(as_(staff["admin"]), BOOK.read_bytes())["Location"]
    assert any("wait to be imported" in part.what for part in preview(person, clock.now()).goes)
    erase_person(person, "Her request of 2 March", act("admin", second="director"))
    assert as_(staff["admin"]).get(place).status_code == 404
    assert not list((settings.HOME.folder / handed_over.FOLDER).glob("*"))


def a_known_one_with_facts(act: ActMaker) -> tuple[Person, bytes]:
    """Register somebody with allergies, and return them with a file that tells of them."""
    known = people.register(registration(), act("nurse"))
    intake.record_history(known.pk, pe.HistoryList.ALLERGIES, ("latex",), (), act("nurse"))
    at = f"{known.family_name},{known.given_names},{known.born:%Y-%m-%d}"
    return known, f"{HEAD}Allergy\n{at},penicillin\n".encode()


def test_a_report_tells_of_a_chart_to_its_readers_alone_and_each_look_is_kept(
    staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker
) -> None:
    admin, director = as_(staff["admin"]), as_(staff["director"])
    known, content = a_known_one_with_facts(act)
    place = hands_over(admin, content, "a.csv")["Location"]
    said = words(admin.get(place))
    assert "It stands here already, or the record is closed to you." in said
    assert "was asked about allergies" not in said
    assert f"{known}, born" not in said
    looks = Entry.objects.filter(kind="ViewsAudited", payload__contains=f'"showed":["{known.pk}"]')
    record_views.keep_views(clock.now())
    assert looks.exists()
    assert "was asked about allergies here" in words(director.get(place))
    restricting.restrict(known.pk, ("prescriber", "nurse2"), "She works here", act("director"))
    closed = words(director.get(place))
    assert "was asked about allergies" not in closed
    assert "It stands here already, or the record is closed to you." in closed


def test_who_may_be_known_is_named_to_readers_of_the_register_alone(
    staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker
) -> None:
    known = people.register(replace(registration(), given_names="Bo"), act("nurse"))
    content = f"{PEOPLE}Lind,Bo,{known.born:%Y-%m-%d},F\n".encode()
    admin = as_(staff["admin"])
    place = hands_over(admin, content, "b.csv")["Location"]
    asked = words(admin.get(place))
    assert "The same as somebody of the register" in asked
    assert f"The same as {known}" not in asked
    assert f"The same as {known}" in words(as_(staff["director"]).get(place))


def test_what_is_signed_is_what_was_seen(staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker) -> None:
    known = people.register(replace(registration(), given_names="Bo"), act("nurse"))
    admin = as_(staff["admin"])
    place = hands_over(admin, f"{PEOPLE}Lind,Bo,{known.born:%Y-%m-%d},F\n".encode(), "b.csv")["Location"]
    admin.post(place, {"key": "k", "who-row 2": "somebody else"})
    seen = saw(admin, place)
    admin.post(place, {"key": "k", "day_order": "day first"})
    answer = admin.post(f"{place}take/", signed(saw=seen))
    assert answer.status_code == 422
    assert "has changed since you looked at its report" in words(answer)
    assert admin.get(f"{place}take/?saw={seen}")["Location"] == place
    assert not Entry.objects.filter(kind="FileImported").exists()
    assert admin.get(f"{place}take/?saw={saw(admin, place)}").status_code == 200
    assert admin.post(f"{place}take/", signed(saw=saw(admin, place))).status_code == 302
    assert Entry.objects.filter(kind="FileImported").exists()


def test_a_file_is_thrown_away_before_its_day_and_nothing_of_it_stays(
    staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    admin = as_(staff["admin"])
    place = hands_over(admin, BOOK.read_bytes())["Location"]
    home, key = settings.HOME, Path(place).name
    waiting = handed_over.found(home, key, clock.real_now())
    assert waiting is not None
    assert admin.post(place, {"throw_away": "yes"})["Location"] == "/import/"
    handed_over.say(home, waiting[0], {"day_order": "day first"})
    folder = home.folder / handed_over.FOLDER
    assert not list(folder.glob(f"{key}*")), "said by another tab, meanwhile"
    (folder / f"{key}.json").write_text("{}")
    handed_over.let_go(home, clock.real_now())
    assert not list(folder.glob(f"{key}*"))


@pytest.mark.parametrize("name", ["../../secret.key", "/etc/passwd", "..\\secret.key", "secret.key\x00.xlsx"])
def test_a_file_is_kept_under_a_key_of_ours_whatever_it_was_called(
    staff: dict[str, Staff], fixed_clock: FixedClock, name: str
) -> None:
    before = (settings.HOME.folder / "secret.key").read_bytes()
    place = hands_over(as_(staff["admin"]), BOOK.read_bytes(), name)["Location"]
    assert re.fullmatch(r"/import/[0-9a-f]{32}/", place)
    kept = {each.name for each in (settings.HOME.folder / handed_over.FOLDER).iterdir()}
    assert all(re.fullmatch(r"[0-9a-f]{32}\.(bin|json)", each) for each in kept), kept
    assert (settings.HOME.folder / "secret.key").read_bytes() == before
