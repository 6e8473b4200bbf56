"""Two ask for an export; it is written once, stands in the audit under both names, and is taken within a day."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.exporting import kept, writing
from sereniv.clinic.exporting.writing import Exported, Told
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import RecordsExported
from sereniv.clinic.web.exporting import views
from sereniv.clinic.web.shell import jobs
from sereniv.verify import Head
from tests.conftest import NOON, FixedClock

pytestmark = pytest.mark.django_db
WHY = "The auditor of the town asked in writing"


@pytest.fixture(autouse=True)
def written_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """Let the export be a word in a file, written before the page answers."""
    made: list[Path] = []

    def export(home: object, place: Path, papers: object, recipient: object, now: datetime, told: Told) -> Exported:
        assert recipient is not None, "what is made on the page is always encrypted"
        place.write_bytes(b"sealed")
        told(1, 1)
        made.append(place)
        return Exported(head=Head(seq=7, hash="0" * 64), size=6, sha256="f" * 64)

    def start(self: jobs.Job, key: str, make: Callable[[Told], None]) -> bool:
        make(lambda *_: None)
        return True

    monkeypatch.setattr(writing, "export", export)
    monkeypatch.setattr(jobs.Job, "start", start)
    yield made
    for place in (settings.HOME.folder / kept.FOLDER).glob("*"):
        place.unlink()


def as_(who: Staff) -> Client:
    client = Client()
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    return client


def asks(client: Client, **more: Any) -> Any:
    second = Staff.objects.get(username="director")
    typed = {"key": "an-export-1", "reason": WHY, "second_person": second.pk, "second_secret": PASSWORD, **more}
    return client.post("/export/", typed)


def test_two_ask_and_it_stands_in_the_audit(
    staff: dict[str, Staff], fixed_clock: FixedClock, written_at_once: list[Path]
) -> None:
    admin = as_(staff["admin"])
    answer = asks(admin)
    assert answer.status_code == 302, answer.content.decode()
    (place,) = written_at_once
    (entry,) = [each for each in chart_store.read("audit") if isinstance(each.event, RecordsExported)]
    assert (entry.recorded_by, entry.co_signed_by) == ("admin", "director")
    assert entry.event.reason == WHY
    page = admin.get("/export/").content.decode()
    assert WHY in page
    assert place.name in page
    taken = as_(staff["director"]).get(f"/export/file/{place.name}")
    assert b"".join(taken.streaming_content) == b"sealed"  # type: ignore[arg-type]
    assert as_(staff["nurse"]).get(f"/export/file/{place.name}").status_code == 403


def test_one_alone_or_without_a_reason_gets_nothing(
    staff: dict[str, Staff], fixed_clock: FixedClock, written_at_once: list[Path]
) -> None:
    admin = as_(staff["admin"])
    assert asks(admin, second_person="", second_secret="").status_code == 422
    assert asks(admin, second_person=staff["nurse"].pk).status_code == 422
    assert asks(admin, reason=".").status_code == 422
    assert asks(admin, to_key="age1nonsense").status_code == 422
    assert written_at_once == []


def test_what_could_not_be_kept_in_the_audit_does_not_leave(
    staff: dict[str, Staff], fixed_clock: FixedClock, monkeypatch: pytest.MonkeyPatch, written_at_once: list[Path]
) -> None:
    def full(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(views.exports, "note", full)
    with pytest.raises(OSError, match="the disk is full"):
        asks(as_(staff["admin"]))
    (place,) = written_at_once
    assert not place.exists()


def test_a_day_later_it_is_gone(staff: dict[str, Staff], fixed_clock: FixedClock, written_at_once: list[Path]) -> None:
    asks(as_(staff["admin"]))
    (place,) = written_at_once
    old = clock.real_now() - kept.KEPT_FOR - timedelta(seconds=1)
    os.utime(place, (old.timestamp(), old.timestamp()))
    assert as_(staff["admin"]).get(f"/export/file/{place.name}").status_code == 404
    kept.let_go(settings.HOME, clock.real_now())
    assert not place.exists()


@pytest.mark.parametrize("name", ["..%2Fsecret.key", "secret.key", "sereniv-export-x", "%2Fetc%2Fpasswd"])
def test_nothing_else_is_given(staff: dict[str, Staff], fixed_clock: FixedClock, name: str) -> None:
    assert as_(staff["admin"]).get(f"/export/file/{name}").status_code == 404


def test_a_job_runs_once_and_says_why_it_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    one, done = jobs.Job("export", failed="It could not be written"), []

    def make(told: Told) -> None:
        assert not one.start("another", make)
        assert one.start("the first", make), "asked again it is the same one"
        told(1, 4)
        assert one.progress.per_cent == 25
        done.append(1)
        raise OSError("Leila Corvin")

    monkeypatch.setattr(jobs.threading.Thread, "start", lambda self: self.run())
    monkeypatch.setattr(jobs.connections, "close_all", lambda: None)
    assert one.start("the first", make)
    assert done == [1]
    assert "OSError" in one.progress.failure
    assert "Leila" not in one.progress.failure


def test_the_ledgers_page_says_how_backups_stand(
    staff: dict[str, Staff], fixed_clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sereniv.clinic.backup import state
    from sereniv.clinic.workflows.admin import backups

    known = state.BackupState(made_at=NOON, made_seq=7, restored_at=NOON, restored="charts opened")
    plan = state.Plan(to="/mnt/backups")
    monkeypatch.setattr(backups, "standing", lambda _: backups.Standing(plan=plan, state=known, complaint=""))
    page = as_(staff["admin"]).get("/ledger/").content.decode()
    assert "charts opened" in page
