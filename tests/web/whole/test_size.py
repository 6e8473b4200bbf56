"""Lists do not cost more where there are more people: charts folded and queries made stay what they were."""

import contextlib
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from operator import gt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store, folds
from sereniv.clinic.records.models import Person, SessionRow
from sereniv.clinic.urls import ROUTES
from sereniv.clinic.web.today import lines as today
from sereniv.clinic.web.today.clinic_now import OfOne
from sereniv.clinic.web.today.topics import TodayLine
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.followup import aftercare, answers
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.person import restricting
from sereniv.clinic.workflows.safety import safety
from sereniv.clinic.workflows.shell import lists
from sereniv.clinic.workflows.stock import stock
from sereniv.knowledge import knowledge
from sereniv.therapy.person.events import AdverseEventRecorded, Decision, Outcome, Pregnancy, Related
from tests.conftest import NOON, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE, VIAL

pytestmark = pytest.mark.django_db
stage = test_path.stage

SERIOUS = AdverseEventRecorded(
    term="seizure", words="two minutes", grade=3, serious=True, session="", related=Related.POSSIBLE,
    action="Midazolam", outcome=Outcome.RESOLVED,
)  # fmt: skip
KEPT_LISTS = (
    *(("/today/", who) for who in ("nurse", "prescriber", "coordinator", "director")),
    *((f"/today/{topic}/", "nurse") for topic in ("ask-in-person", "work-up-running-out")),
    *((path, "nurse") for path in ("/outcomes/", "/safety/items/", "/", "/board/tiles/")),
    *(("/side-effects/", who) for who in ("nurse", "nurse2")),
    ("/calendar/month/", "coordinator"),
    ("/deviations/", "director"),
    ("/rules/versions/", "director"),
    *((f"/rules/version/{knowledge().version}/", who) for who in ("director", "nurse")),
)
"""Pages whose people are rows: each with somebody who is shown it."""


class Counted:
    """What drawing one page takes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.charts = 0
        folded = folds.charts

        def counted(names: Sequence[str], *others: object) -> object:
            self.charts += len(names)
            return folded(names, *others)  # type: ignore[arg-type]

        monkeypatch.setattr(folds, "charts", counted)

    def drawing(self, client: Client, path: str) -> tuple[int, int]:
        """Return how many charts and how many queries one look takes, after a first one has brought rows up."""
        assert client.get(path).status_code == 200
        self.charts = 0
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        return self.charts, len(seen)


Grow = Callable[[str], None]


@pytest.fixture
def grow(stage: Stage) -> Grow:
    """Make people of every kind, whose names begin so: new, with an item open, ordered for, finished, restricted.

    One is found eligible in spite of a concern.
    """

    for number in range(6):  # what is in stock does not grow with the people
        arrived = stage.act("nurse", NOON - timedelta(days=60), "nurse2")
        stock.receive_vial(replace(VIAL, label=f"vial-{number}"), arrived, demo_id(f"vial-{number}"))

    def restricted(person: uuid.UUID) -> None:
        """Write down a serious side effect of somebody, and who alone may read of it."""
        act = stage.act("nurse", NOON - timedelta(hours=4))
        aftercare.record_adverse_event(person, SERIOUS, act)
        director = stage.act("director", NOON - timedelta(hours=2))
        restricting.restrict(person, ("nurse", "prescriber"), "She works here as a nurse.", director)

    def decided_in_spite(person: uuid.UUID) -> None:
        """Decide for somebody against what a rule asks, with the second who answers for it."""
        nurse = stage.act("nurse", NOON - timedelta(hours=2))
        intake.record_pregnancy(person, Pregnancy.PREGNANT, "urine hCG positive", nurse, breastfeeding=False)
        head = chart_store.person_chart(person).head
        both = stage.act("prescriber", NOON - timedelta(hours=1), "director")
        candidacy.decide_candidacy(person, Decision.ELIGIBLE, "ECT was declined", head, both)

    def some(name: str) -> None:
        day = timedelta(days=1 + sum(map(ord, name)) % 50)
        who = replace(SHE, family_name=name)
        stage.candidate(replace(who, name=f"{name}-new"), NOON - timedelta(hours=3))
        waiting = stage.candidate(replace(who, name=f"{name}-waiting"), NOON - timedelta(days=2))
        answers.answer(waiting, "phq9", (0,) * 8 + (1,), "patient", stage.act("nurse", NOON - timedelta(hours=1)))
        stage.ordered(replace(who, name=f"{name}-ordered"), NOON - timedelta(hours=2))
        decided_in_spite(stage.candidate(replace(who, name=f"{name}-against"), NOON - timedelta(hours=5)))
        session = stage.finished(replace(who, name=f"{name}-finished"), "Chair 1", NOON - day)
        restricted(SessionRow.objects.get(pk=session).person_id)

    return some


@pytest.fixture
def as_somebody(client: Client, staff: dict[str, Staff], fixed_clock: FixedClock) -> Callable[[str], Client]:
    fixed_clock.shown = NOON

    def signed_in(who: str) -> Client:
        client.force_login(staff[who], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


def grown(path: str, client: Client, grow: Grow, counted: Counted) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return what a page takes with a few people, and with three times as many."""
    for name in ("Abel", "Bode"):
        grow(name)
    few = counted.drawing(client, path)
    for name in ("Corr", "Dahl", "Egge", "Fenn"):
        grow(name)
    return few, counted.drawing(client, path)


@pytest.mark.slow
@pytest.mark.parametrize(("path", "who"), KEPT_LISTS)
def test_a_list_of_more_people_takes_no_more(
    path: str, who: str, grow: Grow, as_somebody: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "ON_A_PAGE", 2)  # of each on a page of the worklist the record itself is read
    few, many = grown(path, as_somebody(who), grow, Counted(monkeypatch))
    assert many <= few


@pytest.mark.parametrize("path", ["/deviations/", "/side-effects/", "/outcomes/"])
def test_what_is_grown_is_listed(path: str, grow: Grow, as_somebody: Callable[[str], Client]) -> None:
    """A page that lists nobody takes no more of anything whatever it would take for each of them."""
    grow("Abel")
    grow("Bode")
    assert all(f" {name}</a>" in as_somebody("director").get(path).content.decode() for name in ("Abel", "Bode"))


GROWS: dict[str, str] = {}
"""Pages that take more where there are more people, each with why that is as it should be."""


def paths_of_the_house() -> list[str]:
    """Return the address of every page that is about nobody and nothing in particular."""
    found = set()
    for name in ROUTES:
        with contextlib.suppress(NoReverseMatch):
            found.add(reverse(name))
    return sorted(found | {"/people/?q=abel", "/people/?q=1", "/calendar/find/?q=abel", "/people/?waiting=1"})


@pytest.mark.slow
def test_no_page_of_the_house_takes_more_where_there_are_more_people(
    grow: Grow, as_somebody: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "ON_A_PAGE", 2)
    for page in ("sereniv.clinic.web.person.views.PAGE", "sereniv.clinic.web.guide.views.PAGE"):
        monkeypatch.setattr(page, 2)
    counted = Counted(monkeypatch)

    def taken() -> dict[str, tuple[int, int]]:
        found = {}
        for who in ("director", "nurse", "coordinator", "admin"):
            client = as_somebody(who)
            for path in paths_of_the_house():
                if f"{who} {path}" in once or client.get(path).status_code == 200:
                    found[f"{who} {path}"] = counted.drawing(client, path)
        return found

    once: dict[str, tuple[int, int]] = {}
    for name in ("Abel", "Bode"):
        grow(name)
    once = taken()
    assert len({each.split()[1] for each in once}) > 50, "the pages of the house are drawn"
    for name in ("Corr", "Dahl", "Egge", "Fenn"):
        grow(name)
    again = taken()
    growing = {path: (few, again[path]) for path, few in once.items() if max(few) and any(map(gt, again[path], few))}
    assert {path.split()[1] for path in growing} == set(GROWS), growing


GROWING = ("records_entry", "records_sessionrow", "records_appointmentrow", "records_samplerow", "records_listedrow")
WALKED = re.compile(rf"SCAN (?:TABLE )?({'|'.join(GROWING)})\b(?! USING COVERING INDEX)")


def walked_by(queries: Sequence[str]) -> set[str]:
    """Return the tables that grow with a clinic and that some queries go through from end to end.

    Not what is only counted in an index, and not the newest so many of all.
    """
    found: set[str] = set()
    with connection.cursor() as cursor:
        for query in queries:
            if query.startswith("SELECT") and not (" LIMIT " in query and " WHERE " not in query):
                cursor.execute(f"EXPLAIN QUERY PLAN {query}")
                found |= {each[1] for row in cursor.fetchall() if (each := WALKED.search(row[3]))}
    return found


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="plans are read as SQLite writes them")
def test_no_page_walks_a_table_that_grows(grow: Grow, as_somebody: Callable[[str], Client]) -> None:
    """What is found by an index stays as quick as it was; charts and queries alone say nothing of that."""
    grow("Abel")
    person, session = Person.objects.filter(given_names__gt="").first(), SessionRow.objects.order_by("pk").first()
    assert person is not None
    assert session is not None
    walking: dict[str, set[str]] = {}
    for who in ("director", "nurse", "coordinator", "admin"):
        client = as_somebody(who)
        for path in (*paths_of_the_house(), f"/people/{person.pk}/", f"/sessions/{session.pk}/"):
            client.get(path)
            with CaptureQueriesContext(connection) as seen:
                client.get(path)
            if found := walked_by([each["sql"] for each in seen.captured_queries]):
                walking[f"{who} {path}"] = found
    assert walking == {}


def test_a_finder_that_folds_everybody_is_caught(
    grow: Grow, as_somebody: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard above can fail: this is how Today was drawn before."""

    def of_everybody(clinic: today.Clinic) -> list[TodayLine]:
        return list(today.orders_to_sign(clinic))  # type: ignore[arg-type]

    monkeypatch.setattr(
        today, "TOPICS", (today.Asked(title="x", roles=frozenset({"nurse"}), of_the_house=of_everybody),)
    )
    few, many = grown("/today/", as_somebody("nurse"), grow, Counted(monkeypatch))
    assert many[0] > few[0]


def test_a_topic_shows_what_presses_first_and_counts_the_rest(
    grow: Grow, as_somebody: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sereniv.clinic.web.today.shown.MOST_SHOWN", 1)
    monkeypatch.setattr(today, "ON_A_PAGE", 2)
    for name in ("Abel", "Bode", "Corr"):
        grow(name)
    nurse = as_somebody("nurse")
    page = nurse.get("/today/").content.decode()
    assert "2 more: all 3" in page
    first = nurse.get("/today/ask-in-person/").content.decode()
    rest = nurse.get("/today/ask-in-person/?page=2").content.decode()
    assert (first.count("ask about suicide in person"), rest.count("ask about suicide in person")) == (2, 1)
    assert "1 to 2 of 3 lines" in first
    assert nurse.get("/today/candidates-to-decide/").status_code == 404, "what waits for prescribers alone"
    assert nurse.get("/today/no-such-topic/").status_code == 404
    assert lists.still_behind("today", NOON) == 0


def test_one_person_is_one_person(stage: Stage) -> None:
    stage.candidate(SHE, NOON)
    stage.candidate(replace(SHE, name="another", family_name="Another"), NOON)
    for person in Person.objects.all():
        assert [each.pk for each, _ in OfOne(person, NOON).people] == [person.pk]
