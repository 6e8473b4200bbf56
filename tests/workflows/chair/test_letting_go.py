"""What monitors sent goes by the clinic's own rule alone: two sign, each session is read again, and nothing is lost."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from sereniv import verify_samples
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store, checked, projections, sample_digests
from sereniv.clinic.records.models import LetGoRow, SampleRow
from sereniv.clinic.records.sample_events import SamplesGone, SamplesLetGo
from sereniv.clinic.workflows.chair import letting_go, samples_going
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.this_clinic import served_home
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.records.test_checked import undefended
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage
WHY = "Ten years, by the law of the state"
LONG_AGO = NOON - timedelta(days=11 * 365)
SENT = 6


@pytest.fixture(autouse=True)
def at_noon(fixed_clock: FixedClock) -> None:
    fixed_clock.shown = NOON


@pytest.fixture
def session(stage: Stage) -> uuid.UUID:
    """A session of eleven years ago whose samples came in two hours, and stand in two digests."""
    found = stage.finished(SHE, "Chair 1", LONG_AGO)
    for hour in (0, 2):
        send(found, hour)
        sample_digests.digest_due(LONG_AGO + timedelta(hours=hour + 2))
    assert len(sample_digests.parts_of_sessions()[str(found)]) == 2
    return found


def send(session: uuid.UUID, hour: int) -> None:
    at = LONG_AGO + timedelta(hours=hour)
    SampleRow.objects.bulk_create(
        SampleRow(
            session_id=session, device="Bedside 3", signal="spo2", value=Decimal(97 - number),
            at=at + timedelta(seconds=number), received_at=at,
        )
        for number in range(SENT // 2)
    )  # fmt: skip


@pytest.fixture
def two(act: ActMaker) -> Act:
    return act("director", second="admin")


@pytest.fixture
def kept_ten_years(session: uuid.UUID, act: ActMaker) -> uuid.UUID:
    letting_go.keep_for(10, WHY, act("director", second="admin"))
    assert checked.whole(served_home(), NOON).report.sound
    return session


@pytest.fixture
def gone(kept_ten_years: uuid.UUID, two: Act) -> uuid.UUID:
    assert letting_go.let_go(mark(), WHY, two) == 1
    assert samples_going.go_on(NOON) == 1
    return kept_ten_years


def mark() -> str:
    found = letting_go.preview(NOON)
    assert found is not None
    return found.mark


def faults() -> list[str]:
    """Return what is found by the clinic's own check and, of a file, by the one that needs nothing but SQLite."""
    found = list(sample_digests.doubts())
    if connection.vendor == "sqlite":
        assert list(verify_samples.faults_in(connection.connection)) == found
    return found


def signed_in(staff: dict[str, Staff], username: str) -> Client:
    client = Client()
    client.force_login(staff[username], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.usefixtures("session")
def test_without_a_rule_everything_is_kept_for_ever(two: Act, act: ActMaker) -> None:
    assert letting_go.preview(NOON) is None
    with pytest.raises(Refused, match="for ever"):
        letting_go.let_go("", WHY, two)
    letting_go.keep_for(10, WHY, act("director", second="admin"))
    letting_go.keep_for(None, "The regulator asked for all of it", act("admin", second="director"))
    assert letting_go.preview(NOON) is None, "the rule signed last holds"


@pytest.mark.usefixtures("session")
def test_it_takes_director_and_administrator_and_a_number_of_years(act: ActMaker) -> None:
    with pytest.raises(Refused, match="medical director beside an administrator"):
        letting_go.keep_for(10, WHY, act("director", second="prescriber"))
    for years in (0, -1, 101):
        with pytest.raises(Malformed, match="years"):
            letting_go.keep_for(years, WHY, act("director", second="admin"))
    with pytest.raises(Malformed, match="Write on which law"):
        letting_go.keep_for(10, "x", act("director", second="admin"))


def test_what_is_younger_not_over_or_let_go_before_is_not_shown(
    kept_ten_years: uuid.UUID, stage: Stage, act: ActMaker
) -> None:
    found = letting_go.preview(NOON)
    assert found is not None
    assert [(each.session, each.samples) for each in found.sessions] == [(str(kept_ten_years), SENT)]
    younger = letting_go.preview(NOON - timedelta(days=366))
    assert younger is not None
    assert younger.sessions == ()
    letting_go.let_go(found.mark, WHY, act("director", second="admin"))
    with pytest.raises(Refused, match="Nothing is kept that is from before"):
        letting_go.let_go(found.mark, WHY, act("director", second="admin"))


def test_what_two_sign_is_what_they_were_shown(kept_ten_years: uuid.UUID, two: Act) -> None:
    shown = mark()
    send(kept_ten_years, 4)
    sample_digests.digest_due(LONG_AGO + timedelta(hours=6))
    with pytest.raises(Refused, match="not what you were shown"):
        letting_go.let_go(shown, WHY, two)
    assert not LetGoRow.objects.exists()


def test_nothing_goes_before_the_whole_was_found_sound(session: uuid.UUID, act: ActMaker) -> None:
    letting_go.keep_for(10, WHY, act("director", second="admin"))
    with pytest.raises(Refused, match="not found whole since"):
        letting_go.let_go(mark(), WHY, act("director", second="admin"))
    assert SampleRow.objects.filter(session_id=session).count() == SENT


def test_they_go_with_an_entry_before_and_one_after_and_the_check_takes_their_word(gone: uuid.UUID) -> None:
    assert not SampleRow.objects.filter(session_id=gone).exists()
    assert faults() == []
    assert checked.whole(served_home(), NOON).report.sound
    before, after = [each for each in chart_store.read("samples") if isinstance(each.event, SamplesLetGo | SamplesGone)]
    assert isinstance(before.event, SamplesLetGo)
    assert isinstance(after.event, SamplesGone)
    (said,) = before.event.sessions
    assert (before.recorded_by, before.co_signed_by) == ("director", "admin")
    assert (after.event.let_go, after.event.samples, after.event.sha256) == (before.seq, said.samples, said.sha256)
    assert samples_going.go_on(NOON) == 0, "once"


def test_what_differs_from_its_digest_stays_and_is_named(kept_ten_years: uuid.UUID, two: Act) -> None:
    letting_go.let_go(mark(), WHY, two)
    undefended(
        "records_samplerow_no_update", "UPDATE records_samplerow SET value = 60 WHERE session_id = %s",
        kept_ten_years.hex if connection.vendor == "sqlite" else kept_ten_years, table="records_samplerow",
    )  # fmt: skip
    assert samples_going.go_on(NOON) == 0
    assert SampleRow.objects.filter(session_id=kept_ten_years).count() == SENT
    assert [each.startswith(f"samples of session {kept_ten_years} differ") for each in faults()] == [True, True]


def test_what_is_put_back_past_the_program_is_named(gone: uuid.UUID) -> None:
    part = sample_digests.parts_of_sessions()[str(gone)][0]
    SampleRow.objects.create(
        pk=part.upto, session_id=gone, device="x", signal="spo2", value=Decimal(99), at=LONG_AGO, received_at=LONG_AGO
    )
    assert [each.startswith(f"samples of session {gone}: 1 are there, and entry ") for each in faults()] == [True]


def test_samples_taken_away_past_the_program_are_not_excused_by_a_forged_entry(session: uuid.UUID) -> None:
    whole = sample_digests.whole_of(str(session), sample_digests.parts_of_sessions()[str(session)])
    forged = chart_store.New(
        stream="samples", event=SamplesLetGo(before=NOON.date(), sessions=(whole,), reason=WHY), at=NOON
    )
    with transaction.atomic():
        chart_store.append([forged], chart_store.Writing(by="admin", now=NOON, key="forged-0001", co_signed_by="admin"))
    assert any("is not signed by two people" in each for each in faults())


def test_no_sample_of_another_session_can_be_deleted(gone: uuid.UUID) -> None:
    send(other := uuid.uuid4(), 9)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        SampleRow.objects.filter(session_id=other).delete()
    assert gone


def test_chart_note_and_paper_say_so_instead_of_an_empty_plot(gone: uuid.UUID, staff: dict[str, Staff]) -> None:
    nurse = signed_in(staff, "nurse")
    said = letting_go.words_of(gone)
    assert f"{SENT} samples, proof " in said
    for page in ("session", "session_note"):
        assert said in nurse.get(reverse(page, args=[gone])).content.decode()
    assert said in nurse.get(reverse("session_document", args=[gone, "note"]), {"as": "page"}).content.decode()


def test_rows_of_what_was_let_go_are_made_anew_from_the_entries(gone: uuid.UUID) -> None:
    before = LetGoRow.objects.values().get(pk=gone)
    LetGoRow.objects.all().delete()
    assert projections.project_let_go() == 1
    assert LetGoRow.objects.values().get(pk=gone) == before


def test_two_sign_and_let_go_on_their_pages(session: uuid.UUID, staff: dict[str, Staff]) -> None:
    director = signed_in(staff, "director")
    second = {"second_person": staff["admin"].pk, "second_secret": PASSWORD}
    page = director.get("/ledger/samples/").content.decode()
    assert "For ever: nobody signed anything else" in page
    form = {"key": "keep-000001", "years": "10", "reason": WHY, **second}
    assert "For 10 years at least" in director.post("/ledger/samples/keep/", form, follow=True).content.decode()
    checked.whole(served_home(), NOON)
    asked = director.get("/ledger/samples/let-go/")
    form = {"key": "let-go-00001", "reason": WHY, "understood": "on", **second}
    shown = asked.context["form"]["shown"].value()
    page = director.post("/ledger/samples/let-go/", {**form, "shown": shown}, follow=True).content.decode()
    assert "1 still to be read again and go" in page
    samples_going.go_on(NOON)
    page = director.get("/ledger/samples/").content.decode()
    assert "still to be read again" not in page
    assert WHY in page
    assert letting_go.words_of(session)
