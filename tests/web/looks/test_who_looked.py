"""Who looked at a record is answered by person and by reader; lists say whom they showed, and polling is no look."""

import json
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import DjangoDbBlocker

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.records import chart_store, projections
from sereniv.clinic.records.house_events import ViewsAudited
from sereniv.clinic.records.look_row import LookRow
from sereniv.clinic.records.looks import rebuild_looks
from sereniv.clinic.records.models import Entry, Person
from sereniv.clinic.urls import ROUTES
from sereniv.clinic.workflows.looks import record_views
from sereniv.clinic.workflows.looks.record_views import keep_views
from tests.conftest import NOON, FixedClock
from tests.staged_rows import demo_at_noon, open_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SHE, SESSION = demo_id("finished"), demo_id("infusing-session")
HE = demo_id("infusing")


@pytest.fixture(scope="module")
def staged(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo as it opens at noon, for every test of the module."""
    del django_db_setup
    with open_clinic(django_db_blocker):
        demo_at_noon()
        yield


@pytest.fixture
def clinic(staged: None, db: None, fixed_clock: FixedClock) -> dict[str, Client]:
    """A browser of each of the staff; nobody has looked at anything yet."""
    del staged, db, fixed_clock
    keep_views(NOON)
    record_views._open.clear()
    LookRow.objects.all().delete()
    found = {}
    for person in Staff.objects.all():
        found[person.username] = Client()
        found[person.username].force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return found


def rows(person: uuid.UUID, **more: object) -> list[tuple[str, str, int]]:
    keep_views(NOON)
    found = LookRow.objects.filter(person_id=person, **more).order_by("id")
    return [(row.staff, row.page, row.times) for row in found]


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_the_director_reads_who_looked_at_a_record_by_day(clinic: dict[str, Client], fixed_clock: FixedClock) -> None:
    clinic["nurse"].get(f"/people/{SHE}/")
    fixed_clock.shown = NOON + timedelta(days=1)
    clinic["nurse"].get(f"/people/{SHE}/documents/plan/pdf/")
    clinic["prescriber"].get(f"/people/{SHE}/")
    clinic["prescriber"].get(f"/people/{SHE}/")
    keep_views(fixed_clock.shown)
    page = words(clinic["director"].get(f"/people/{SHE}/looks/").content.decode())
    assert re.search(r"Tue 3 Mar 2026 .* Document, PDF: plan .* Mon 2 Mar 2026 .* Whole record", page)
    paper = clinic["director"].get(f"/people/{SHE}/looks/print/").content.decode()
    assert "Document, PDF: plan" in paper
    assert clinic["director"].get(f"/people/{SHE}/looks/pdf/").content.startswith(b"%PDF")
    assert clinic["nurse"].get(f"/people/{SHE}/looks/").status_code == 403


def test_a_list_is_one_entry_that_names_whom_it_showed(clinic: dict[str, Client]) -> None:
    clinic["nurse"].get("/people/")
    keep_views(NOON)
    last = [each.event for each in chart_store.read("audit") if isinstance(each.event, ViewsAudited)][-1]
    (view,) = last.views
    assert (view.page, view.times) == ("people", 1)
    assert {str(SHE), str(HE)} <= set(view.showed)
    assert ("nurse", "people", 1) in rows(SHE, listed=True)
    reader = Staff.objects.get(username="nurse")
    address = f"/set-up/staff/{reader.pk}/looks/"
    page = words(clinic["admin"].get(address).content.decode())
    assert f'href="{address}pdf/?first=' in clinic["director"].get(address).content.decode(), "in print too"
    assert clinic["director"].get(f"{address}pdf/").content.startswith(b"%PDF")
    assert clinic["nurse"].get(f"{address}pdf/").status_code == 403
    assert f"List of people showed {len(view.showed)} people" in page
    assert str(Person.objects.get(pk=SHE)) in page


def test_what_refreshes_itself_is_no_look(clinic: dict[str, Client]) -> None:
    nurse, part = clinic["nurse"], {"HX-Request": "true"}
    for _ in range(3):
        for path in ("status/", "log/", "data/"):
            nurse.get(f"/sessions/{SESSION}/{path}", headers=part)
        if not rows(HE, page="session"):
            assert [times for _, _, times in rows(HE)] == [1, 1, 1], "without the page, each part is a look of its own"
            LookRow.objects.all().delete()
            record_views._open.clear()
            nurse.get(f"/sessions/{SESSION}/")
    assert rows(HE, listed=False) == [("nurse", "session", 1)]
    nurse.get("/today/")
    before = rows(SHE)
    for _ in range(3):
        nurse.get("/today/", headers=part)
        nurse.get("/calls/", headers=part)
    assert rows(SHE) == before


def test_somebody_whom_an_open_board_comes_to_show_is_named(clinic: dict[str, Client]) -> None:
    nurse = clinic["nurse"]
    nurse.get("/")
    keep_views(NOON)
    LookRow.objects.all().delete()
    record_views._open["nurse", "board", ""].discard(f"sessions/{SESSION}")
    nurse.get("/board/tiles/", headers={"HX-Request": "true"})
    assert rows(HE) == [("nurse", "board", 0)]


def test_a_form_that_comes_back_is_a_look_and_what_leads_on_is_none(clinic: dict[str, Client]) -> None:
    clinic["nurse"].post(f"/people/{SHE}/measure/", {})
    assert rows(SHE) == [("nurse", "person_measure", 1)]
    clinic["nurse"].post(f"/people/{SHE}/no-such-page/", {})
    assert rows(SHE) == [("nurse", "person_measure", 1)]


def test_every_page_that_names_somebody_says_so_in_the_audit(clinic: dict[str, Client]) -> None:
    """Whoever is named on any page that the director can open stands in the rows, whichever page it is."""
    director = clinic["director"]
    names = {str(each.pk): str(each) for each in Person.objects.all()}
    pages = [reverse(name) for name, need in ROUTES.items() if "gateway" not in name and _is_plain(name)]
    pages += [f"/people/{SHE}/", f"/sessions/{SESSION}/", f"/sessions/{SESSION}/note/", "/ledger/9/erase/"]
    pages += [f"/stock/{demo_id('K10-0001')}/", f"/stock/{demo_id('K10-0001')}/ledger/", f"/people/{SHE}/join/"]
    told = 0
    for address in pages:
        keep_views(NOON)
        LookRow.objects.all().delete()
        record_views._open.clear()
        answer = director.get(address)
        if answer.status_code != 200 or answer.streaming:
            continue
        text = answer.content.decode(errors="replace")
        keep_views(NOON)
        shown = {str(pk) for pk in LookRow.objects.values_list("person_id", flat=True)}
        missing = {name for pk, name in names.items() if name in text and pk not in shown}
        told += any(name in text for name in names.values())
        assert not missing, f"{address} names {missing} and the audit does not"
    assert told > 8


def _is_plain(name: str) -> bool:
    try:
        return bool(reverse(name))
    except NoReverseMatch:
        return False


def test_the_rows_are_made_anew_from_the_ledger(clinic: dict[str, Client]) -> None:
    clinic["nurse"].get("/people/")
    clinic["nurse"].get(f"/people/{SHE}/")
    clinic["nurse"].get(f"/sessions/{SESSION}/")
    keep_views(NOON)
    fields = ("day", "staff", "person_id", "page", "subject", "listed", "first", "last", "times")
    before = set(LookRow.objects.values_list(*fields))
    projections.rebuild()
    assert before <= set(LookRow.objects.values_list(*fields))


def test_looks_that_an_older_version_audited_are_read_without_its_polling(clinic: dict[str, Client]) -> None:
    """A home is brought in line when it opens, and `rebuild` says the same of its old entries."""
    assert clinic
    at = NOON.isoformat()
    view = {"staff": "nurse", "subject": f"session_id={SESSION}", "first": at, "last": at}
    views = [{**view, "page": "session", "times": 2}, {**view, "page": "session_status", "times": 900}]
    payload = json.dumps({"views": views}, sort_keys=True, separators=(",", ":"))
    end = chart_store.head().seq
    Entry.objects.create(
        seq=end + 1, stream="audit", stream_seq=chart_store.stream_end("audit") + 1, at=at, recorded_at=at,
        recorded_by="system", key="old-looks", kind="ViewsAudited", version=1, payload=payload, salt="",
        payload_hash="", hash="",
    )  # fmt: skip
    import_module("sereniv.clinic.records.migrations.0016_who_looked").rows_of_looks(apps, None)
    expected = [("nurse", "session", 2)]
    assert rows(HE, listed=False) == expected
    rebuild_looks()
    assert rows(HE, listed=False) == expected
