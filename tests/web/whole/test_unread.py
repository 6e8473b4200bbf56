"""An entry that cannot be read breaks its own line and no page: it is named, counted as missing, and asked about."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store, folds, listing
from sereniv.clinic.records.models import Chair, Entry, Person, SessionRow
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.chair import charting, notes, sessions
from sereniv.clinic.workflows.course import weighing
from sereniv.clinic.workflows.course.treatment import treatment_of
from sereniv.clinic.workflows.documents import documents
from sereniv.clinic.workflows.exchanging import records
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.phone import invitations
from sereniv.clinic.workflows.shell import lists
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.exchange.fhir.table import TABLE
from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import DecisionKind
from sereniv.therapy import custody
from sereniv.therapy.chair.gate_facts import LineState
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.records.damage import damage
from tests.staged_rows import busy_clinic, open_clinic
from tests.workflows import test_path
from tests.workflows.coursing import eligible, sign
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ROLES = ("nurse", "prescriber", "coordinator", "director")
OF_PERSON = ("", "course/", "order/", "decide/", "documents/plan/", "documents/summary/", "appointments/")
OF_SESSION = ("", "gate/", "note/", "drug/", "log/", "status/", "documents/note/", "documents/hand-over/")


def newest(stream: str, kind: type) -> Entry:
    return Entry.objects.filter(stream=stream, kind=kind.__name__).order_by("-seq")[0]


def client_as(username: str) -> Client:
    client = Client()
    client.force_login(Staff.objects.get(username=username))
    return client


def today_of(person: Staff) -> dict[str, list[str]]:
    return {topic.title: [line.what for line in topic.lines] for topic in topics_for(person, at(5))}


def test_a_record_says_on_its_page_and_papers_what_cannot_be_read(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    who = eligible(act, NOON)
    stream = chart_store.person_stream(who)
    listed = people.record(who, pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES, entries=("latex",)), act("nurse"))
    damage(newest(stream, pe.HistoryRecorded))
    chart = chart_store.person_chart(who)
    assert [each.stream_seq for each in chart.unread] == [listed]
    assert chart.head == listed, "what is decided now is decided on the chart with its gap"
    page = client_as("prescriber").get(f"/people/{who}/").content.decode()
    assert f"Entry {listed} cannot be read: history recorded" in page
    assert "latex" not in page
    fixed_clock.shown = NOON
    paper = documents.of_person(people_row(who), "plan", NOON)
    assert paper is not None
    assert "cannot be read" in str(paper.lead[0])
    for role in ("nurse", "prescriber"):
        assert any("cannot be read" in line for line in today_of(staff[role])["Entries that cannot be read"])


@pytest.mark.parametrize(
    "page", ["/outcomes/", "/side-effects/", "/deviations/", f"/rules/version/{knowledge().version}/"]
)
def test_what_counts_people_names_whom_it_may_lack(
    page: str, stage: Stage, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    fixed_clock.shown = at(5)
    assert "cannot be read, and what is counted" not in client_as("director").get(page).content.decode()
    session = stage.finished(SHE, "Chair 1", at(-3 * 24 * 60))
    damage(newest(f"session/{session}", ev.InfusionStarted))
    said = client_as("director").get(page).content.decode()
    assert "Entries about 1 person cannot be read, and what is counted and listed here may lack them" in said
    assert SHE.family_name in said


def people_row(who: object) -> people.Person:
    return people.Person.objects.get(pk=who)


def test_an_order_over_what_cannot_be_read_asks_why(act: ActMaker) -> None:
    who = eligible(act, NOON)
    people.record(who, pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES, entries=("latex",)), act("nurse"))
    damage(newest(chart_store.person_stream(who), pe.HistoryRecorded))
    with pytest.raises(Refused, match="cannot be read: entry"):
        sign(act, who, NOON)
    sign(act, who, NOON, why="asked the patient anew: no allergies")
    sight = weighing.in_sight(DecisionKind.CO_SIGNATURE, who, treatment_of(who, NOON).read)
    assert "unread" in {each.signal.row.id for each in sight.borne}


def test_a_session_says_that_its_doses_may_lack_something(stage: Stage, staff: dict[str, Staff], act: ActMaker) -> None:
    stage.infusing(SHE, "Chair 1", NOON)
    row = SessionRow.objects.get()
    stream = chart_store.session_stream(row.pk)
    started = newest(stream, ev.InfusionStarted)
    damage(started)
    chart = chart_store.session_chart_of(row.pk)
    assert [each.event.kind for each in chart.unread] == ["InfusionStarted"]
    words = f"ntry {started.stream_seq} cannot be read: infusion started"
    for page in ("", "drug/", "note/", "documents/hand-over/"):
        answer = client_as("nurse").get(f"/sessions/{row.pk}/{page}")
        assert answer.status_code == 200, page
        assert words in answer.content.decode(), page
    note = "\n".join(line for section in notes.note_of(chart) for line in section.lines)
    assert words in note
    line = next(each for each in sessions.gate_lines(chart, act("nurse", now=at(5))) if each.row.id == "record_reads")
    assert (line.state, line.may_be_passed_over) == (LineState.DOES_NOT_HOLD, True)
    assert not line.lets_pass


def test_a_session_whose_opening_cannot_be_read_is_said_and_takes_nothing_else_along(
    stage: Stage, staff: dict[str, Staff]
) -> None:
    stage.infusing(SHE, "Chair 1", NOON)
    row = SessionRow.objects.get()
    Chair.objects.create(name="Chair 1")
    damage(newest(chart_store.session_stream(row.pk), ev.SessionOpened))
    nurse = client_as("nurse")
    assert "Chart on paper" in nurse.get(f"/sessions/{row.pk}/").content.decode()
    assert "Cannot be read: chart on paper" in nurse.get("/").content.decode()
    assert nurse.get(f"/people/{row.person_id}/").status_code == 200
    assert any("cannot be read" in line for line in today_of(staff["nurse"])["Entries that cannot be read"])


def test_an_infusion_that_is_over_whose_opening_cannot_be_read_breaks_no_page(stage: Stage, act: ActMaker) -> None:
    """The person's page and the summary of the course answered with an error."""
    session = stage.infusing(SHE, "Chair 1", NOON)
    charting.chart_fact(session, ev.InfusionStopped(reason="limit"), act("nurse", now=at(40)))
    person = SessionRow.objects.get().person_id
    damage(newest(chart_store.session_stream(session), ev.SessionOpened))
    prescriber = client_as("prescriber")
    assert prescriber.get(f"/people/{person}/").status_code == 200
    summary = prescriber.get(f"/people/{person}/documents/summary/")
    assert summary.status_code == 200
    assert summary.content.decode().count("cannot be read") >= 3


def test_nothing_is_drawn_from_a_vial_of_which_nobody_knows_what_is_left(stage: Stage) -> None:
    stage.infusing(SHE, "Chair 1", NOON)
    drawn = Entry.objects.get(kind=custody.DrugDrawn.__name__)
    damage(drawn)
    vial = chart_store.vial(drawn.stream.partition("/")[2])
    assert [each.stream_seq for each in vial.unread] == [drawn.stream_seq]
    with pytest.raises(Refused, match="cannot be read"):
        custody.refuse_to_draw(vial, vial.on_hand_ml, NOON.date())
    page = client_as("nurse").get(f"/stock/{drawn.stream.partition('/')[2]}/").content.decode()
    assert f"Entry {drawn.stream_seq} cannot be read: drug drawn" in page


def test_a_repeat_of_what_cannot_be_read_is_not_taken_for_done(act: ActMaker) -> None:
    who, again = eligible(act, NOON), act("nurse")
    event = pe.HistoryRecorded(list=pe.HistoryList.ALLERGIES, entries=("latex",))
    people.record(who, event, again)
    damage(newest(chart_store.person_stream(who), pe.HistoryRecorded))
    news = [chart_store.New(stream=chart_store.person_stream(who), event=event, at=NOON)]
    with pytest.raises(Malformed, match="cannot be read any more"), transaction.atomic():
        chart_store.append(news, again.writing())


@pytest.fixture(scope="module")
def busy(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Every list is derived: of each damage only whoever it is about is read anew, and it is undone."""
    del django_db_setup
    with open_clinic(django_db_blocker):
        busy_clinic()
        while lists.catch_up(NOON):
            pass
        yield


@contextmanager
def undone(stream: str) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    folds.forget([stream])


@pytest.mark.slow
def test_no_kind_of_entry_breaks_a_page(busy: None) -> None:
    clients = {name: client_as(name) for name in ROLES}
    kinds = list(Entry.objects.exclude(stream="audit").values_list("kind", flat=True).distinct().order_by("kind"))
    assert len(kinds) > 50
    broken = []
    for kind in kinds:
        entry = Entry.objects.filter(kind=kind).order_by("-seq")[0]
        with undone(entry.stream):
            damage(entry)
            listing.touch([entry.stream], {}, chart_store.head().seq + 1)
            for who, page in pages_of(entry):
                try:
                    answer = clients[who].get(page, follow=True)
                except Exception as error:  # noqa: BLE001  whatever a page lets through is the finding
                    broken.append(f"{kind}: {who} {page}: {error!r}")
                    continue
                opens_here = kind in {"SessionOpened", "VialReceived"}
                if answer.status_code >= 500 or (answer.status_code not in {200, 403, 409} and not opens_here):
                    broken.append(f"{kind}: {who} {page} answered {answer.status_code}")
                if page.endswith((f"/people/{entry.stream[7:]}/", f"/sessions/{entry.stream[8:]}/")) and not opens_here:
                    said = f"Entry {entry.stream_seq} cannot be read"
                    if said not in answer.content.decode():
                        broken.append(f"{kind}: {page} does not say it")
            try:
                goes_out(entry)
            except Exception as error:  # noqa: BLE001  the same
                broken.append(f"{kind}: to another record or the phone: {error!r}")
    assert not broken, "\n".join(broken)


def goes_out(entry: Entry) -> None:
    """Write a whole record for another house, and open its patient's phone."""
    subject, _, name = entry.stream.partition("/")
    if subject not in {"person", "session"}:
        return
    person = Person.objects.get(pk=SessionRow.objects.get(pk=name).person_id if subject == "session" else name)
    record = records.record_of(person, records.clinic_of(clock.now()))
    assert [one for each in TABLE.values() if each.of_record is not None for one in each.of_record(record)]
    nurse = Act(by=Staff.objects.get(username="nurse"), now=clock.now(), key="a-phone-to-open")
    with suppress(Refused):  # whoever died is asked nothing
        token = invitations.invite(person.pk, ("mood",), clock.now() + timedelta(days=14), nurse).token
        assert Client().get(f"/q/{token}/", follow=True).status_code == 200


def pages_of(entry: Entry) -> list[tuple[str, str]]:
    """Return the pages on which an entry counts, each with who looks."""
    subject, _, name = entry.stream.partition("/")
    found = [(role, "/today/") for role in ROLES] + [
        ("nurse", "/"),
        ("director", "/outcomes/"),
        ("director", "/stock/"),
    ]
    found += [
        ("director", "/stock/"),
        ("coordinator", "/calendar/"),
        ("director", "/side-effects/"),
        ("director", "/ledger/"),
    ]
    if subject == "person":
        found += [("prescriber", f"/people/{name}/{page}") for page in OF_PERSON]
    if subject == "session":
        found += [("nurse", f"/sessions/{name}/{page}") for page in OF_SESSION]
        found += [("prescriber", f"/people/{SessionRow.objects.get(pk=name).person_id}/")]
    if subject == "stock":
        found += [("nurse", f"/stock/{name}/")]
    return found
