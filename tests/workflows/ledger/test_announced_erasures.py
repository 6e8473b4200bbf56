"""An erasure waits: announced by two, seen by everybody who may erase, stopped by one, and only then carried out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import ErasureAnnounced, ErasureStopped, PayloadsErased
from sereniv.clinic.records.models import Entry, Person
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.ledger import announced_erasures
from sereniv.clinic.workflows.person import entry_erasure, person_erasure
from sereniv.knowledge import knowledge
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage
WAIT = timedelta(days=knowledge().access.erasure_wait.days)
BASIS = "GDPR Article 17, request of 2 March"
Work = Callable[..., object]


@pytest.fixture
def person(stage: Stage) -> Person:
    return Person.objects.get(pk=stage.candidate(SHE, NOON))


@pytest.fixture
def seq(person: Person) -> int:
    return Entry.objects.filter(kind="ScaleAnswered", stream=f"person/{person.pk}").latest("seq").seq


def today(staff: Staff, days: float = 0) -> list[str]:
    topics = {topic.title: topic for topic in topics_for(staff, NOON + timedelta(days=days))}
    return [line.what for line in topics["Erasures announced"].lines] if "Erasures announced" in topics else []


def home() -> list[object]:
    return [each.event for each in chart_store.read("home")]


@pytest.mark.parametrize("whole", [False, True])
def test_nothing_is_erased_unannounced_nor_before_its_days(
    whole: bool, person: Person, seq: int, act: ActMaker
) -> None:
    announce: Work = (
        (lambda by: person_erasure.announce_person(person, BASIS, by))
        if whole
        else (lambda by: entry_erasure.announce(seq, BASIS, by))
    )
    erase: Work = (
        (lambda by: person_erasure.erase_person(person, by)) if whole else (lambda by: entry_erasure.erase(seq, by))
    )
    with pytest.raises(Refused, match="Announce this erasure first"):
        erase(act("director", second="admin"))
    announce(act("director", second="admin"))
    with pytest.raises(Refused, match="announced already"):
        announce(act("admin", second="director"))
    for early in (timedelta(0), WAIT - timedelta(seconds=1)):
        with pytest.raises(Refused, match="waits until 09 Mar 2026 12:00"):
            erase(act("admin", second="director", now=NOON + early))
    assert Entry.objects.get(seq=seq).payload is not None
    with pytest.raises(Refused, match="second person must sign"):
        erase(act("director", now=NOON + WAIT))
    assert erase(act("admin", second="director", now=NOON + WAIT)) == 1
    assert Entry.objects.get(seq=seq).payload is None
    erased = [each for each in home() if isinstance(each, PayloadsErased)]
    assert {each.basis for each in erased} == {BASIS}
    assert announced_erasures.waiting() == ()


def test_every_director_and_administrator_sees_it_and_one_of_them_stops_it(
    person: Person, seq: int, act: ActMaker, staff: dict[str, Staff]
) -> None:
    other = Staff.objects.create(username="director2", full_name="Dr O. Ther", roles=["medical director"])
    staff["director2"] = other
    assert today(other) == []
    entry_erasure.announce(seq, BASIS, act("director", second="admin"))
    person_erasure.announce_person(person, BASIS, act("director", second="admin"))
    waits = [f"Erasure by law of entry {seq}: is it right?", "Erasure by law of a person as a whole: is it right?"]
    for who in (other, staff["director"], staff["admin"]):
        assert today(who) == waits
    assert today(staff["nurse"]) == []
    assert all(SHE.name.split()[-1] not in each for each in waits), "whose it is stands on its page"
    assert today(other, 7)[0].endswith("carry it out, or stop it")
    first, whole = announced_erasures.waiting()
    with pytest.raises(Malformed, match="Write why"):
        announced_erasures.stop(first.seq, " ", act("director2"))
    announced_erasures.stop(first.seq, "Asked for by nobody", act("director2"))
    assert [each.seq for each in announced_erasures.waiting()] == [whole.seq]
    with pytest.raises(Refused, match="waits no more"):
        announced_erasures.stop(first.seq, "Asked for by nobody", act("admin"))
    with pytest.raises(Refused, match="Announce this erasure first"):
        entry_erasure.erase(seq, act("director", second="admin", now=NOON + WAIT))
    stopped = [each for each in chart_store.read("home") if isinstance(each.event, ErasureStopped)]
    assert [(each.recorded_by, each.event.reason) for each in stopped] == [("director2", "Asked for by nobody")]  # type: ignore[union-attr]
    entry_erasure.announce(seq, BASIS, act("director", second="admin", now=NOON + timedelta(days=1)))
    with pytest.raises(Refused, match="waits until 10 Mar"):
        entry_erasure.erase(seq, act("director", second="admin", now=NOON + WAIT))


def test_what_came_to_be_needed_meanwhile_is_kept(person: Person, act: ActMaker) -> None:
    person_erasure.announce_person(person, BASIS, act("director", second="admin"))
    answers.answer(person.pk, "phq9", (0,) * 8 + (2,), "patient", act("nurse"))
    with pytest.raises(Refused, match="suicide item"):
        person_erasure.erase_person(person, act("director", second="admin", now=NOON + WAIT))
    assert announced_erasures.waiting(), "it waits on"


def test_a_double_tap_announces_and_stops_once(seq: int, act: ActMaker) -> None:
    for _ in range(2):
        entry_erasure.announce(seq, BASIS, act("director", second="admin", key="double-tap-1"))
    (announced,) = announced_erasures.waiting()
    for _ in range(2):
        announced_erasures.stop(announced.seq, "Not asked for", act("director", key="double-tap-2"))
    assert [type(each) for each in home()][-2:] == [ErasureAnnounced, ErasureStopped]


@pytest.mark.parametrize("whole", [False, True])
def test_the_pages_lead_from_announcing_through_stopping_to_erasing(
    whole: bool, person: Person, seq: int, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    director = Client()
    director.force_login(staff["director"], backend="django.contrib.auth.backends.ModelBackend")
    address = f"/people/{person.pk}/erase/" if whole else f"/ledger/{seq}/erase/"
    second = {"second_person": staff["admin"].pk, "second_secret": PASSWORD}
    page = director.get(address).content.decode()
    assert "Announce the erasure" in page
    assert "waits 7 days" in page
    said = director.post(address, {"key": "announce-01", "basis": BASIS, **second}, follow=True).content.decode()
    assert "announced on Today" in said
    waiting = director.get(address, follow=True)
    (announced,) = announced_erasures.waiting()
    assert waiting.request["PATH_INFO"] == f"/erasures/{announced.seq}/stop/"
    text = waiting.content.decode()
    assert (
        "Dr Imre Sandor with Sam Admin: GDPR Article 17, request of 2 March. It can be carried out from 09 Mar" in text
    )
    fixed_clock.shown = NOON + WAIT
    director.force_login(staff["director"], backend="django.contrib.auth.backends.ModelBackend")
    page = director.get(address).content.decode()
    assert "for good" in page
    erased = director.post(address, {"key": "carry-out-1", "understood": "on", **second}, follow=True).content.decode()
    assert "Erased person 1" in erased if whole else "1 entry is erased by law" in erased
    assert director.get(f"/erasures/{announced.seq}/stop/").status_code == 404
