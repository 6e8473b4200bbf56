"""The chair's prompt says who was told, when and by which way, and who has seen it."""

import uuid

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Duty, Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, Entry
from sereniv.clinic.workflows.chair import charting, monitors, reaching, sessions
from sereniv.therapy.monitoring.reaching import Reachable, nurse_of
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage
FLAG = ev.ObservationCharted(observation=ev.Observation.CHEST_PAIN, grade=1)
BY_MAIL = ev.Telling(who="nurse2", way="mail")


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock, act: ActMaker) -> uuid.UUID:
    session = stage.infusing(SHE, "Chair 1", NOON)
    fixed_clock.shown = at(5)
    charting.chart_fact(session, FLAG, act("nurse", now=at(4)))
    monitors.watch_session(session, at(4))
    return session


@pytest.fixture
def nurse(staff: dict[str, Staff], session: uuid.UUID) -> Client:
    del session
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def first(session: uuid.UUID) -> dict[str, int]:
    return reaching.raised_first(chart_store.session_chart_of(session), ["chest_pain"])


def shown(nurse: Client, session: uuid.UUID) -> str:
    return " ".join(nurse.get(f"/sessions/{session}/status/").content.decode().split())


def see(nurse: Client, session: uuid.UUID, *prompts: str) -> int:
    return nurse.post(f"/sessions/{session}/seen/", {"prompt": prompts}).status_code


def test_the_prompt_says_who_was_told_and_who_has_seen_it(nurse: Client, session: uuid.UUID) -> None:
    assert "Told" not in shown(nurse, session)
    reaching.keep(session, first(session), ev.Rung.NEXT, [BY_MAIL], at(5))
    assert "Told: Ben Okoro, RN by mail 12:05; seen by nobody" in shown(nurse, session)
    number = first(session)["chest_pain"]
    before = Entry.objects.count()
    assert see(nurse, session, f"chest_pain@{number}") == 204
    assert see(nurse, session, f"chest_pain@{number}") == 204
    assert Entry.objects.count() == before + 1, "one look is one entry for each person"
    assert "; seen by Ada Nightfall, RN 12:05" in shown(nurse, session)
    assert "Told: Ben Okoro" in shown(nurse, session), "who has looked has not acted"


def test_what_did_not_go_and_that_nobody_could_be_told_is_said(nurse: Client, session: uuid.UUID) -> None:
    reaching.keep(session, first(session), ev.Rung.NURSE, [], at(4))
    assert "Nobody could be told" in shown(nurse, session)
    failed = ev.Telling(who="nurse2", way="mail", failure="The server did not answer.")
    reaching.keep(session, first(session), ev.Rung.NEXT, [failed], at(5))
    assert "NOT told: Ben Okoro, RN by mail, The server did not answer; seen by nobody" in shown(nurse, session)
    reaching.keep(session, first(session), ev.Rung.NEXT, [BY_MAIL], at(5))
    assert "NOT told" not in shown(nurse, session)


@pytest.mark.parametrize("prompt", ["chest_pain@1", "chest_pain@999999", "no-such@7", "chest_pain", "@", "x" * 900])
def test_what_stood_on_no_page_is_seen_by_nobody(nurse: Client, session: uuid.UUID, prompt: str) -> None:
    before = Entry.objects.count()
    assert see(nurse, session, prompt) == 204
    assert Entry.objects.count() == before


def test_a_prompt_raised_anew_is_told_and_seen_anew(nurse: Client, session: uuid.UUID, act: ActMaker) -> None:
    old = first(session)
    reaching.keep(session, old, ev.Rung.NEXT, [BY_MAIL], at(5))
    charting.acknowledge(session, "chest_pain", "Asked her: it is gone", act("nurse", now=at(5)))
    charting.chart_fact(session, FLAG, act("nurse", now=at(6)))
    monitors.watch_session(session, at(6))
    reaching.keep(session, old, ev.Rung.LEAD, [BY_MAIL], at(6))
    assert "Told" not in shown(nurse, session), "what went about the prompt before tells nobody of this one"
    see(nurse, session, f"chest_pain@{old['chest_pain']}")
    (alert,) = chart_store.session_chart_of(session).open_alerts
    assert (alert.told, alert.seen) == ((), ())


def test_the_note_keeps_who_was_told_and_who_saw(nurse: Client, session: uuid.UUID) -> None:
    reaching.keep(session, first(session), ev.Rung.NEXT, [BY_MAIL], at(5))
    see(nurse, session, f"chest_pain@{first(session)['chest_pain']}")
    for page in ("note", "log"):
        text = nurse.get(f"/sessions/{session}/{page}/").content.decode()
        assert "Prompt told (next role): chest pain; nurse2 by mail" in text, page
        assert "Prompt seen: chest pain" in text, page


def test_one_says_until_when_one_is_on_duty(nurse: Client, staff: dict[str, Staff], session: uuid.UUID) -> None:
    del session
    assert "You have not said so, nor has anybody" in " ".join(nurse.get("/me/told/").content.decode().split())
    sent = nurse.post("/me/duty/", {"until": "18:00", "key": "duty-until-six"}, follow=True).content.decode()
    assert "You are on duty until 18:00" in sent
    (row,) = Duty.objects.all()
    assert (row.staff, row.ends) == (staff["nurse"], at(6 * 60))
    assert "within 16 hours" in nurse.post("/me/duty/", {"until": "12:00", "key": "duty-a-day"}).content.decode()
    nurse.post("/me/duty/", {"until": "", "key": "duty-is-over"})
    assert Duty.objects.get().ends == at(5)
    assert "You were not on duty" in nurse.post("/me/duty/", {"until": "", "key": "duty-again"}).content.decode()


def test_an_address_that_is_none_is_not_kept(nurse: Client, staff: dict[str, Staff]) -> None:
    sent = nurse.post("/me/mail/", {"address": "ada at work", "key": "mail-of-mine-1"})
    assert sent.status_code == 422
    assert "ada@clinic.example" in sent.content.decode()
    nurse.post("/me/mail/", {"address": "ada@clinic.example", "key": "mail-of-mine-2"})
    staff["nurse"].refresh_from_db()
    assert staff["nurse"].email == "ada@clinic.example"


def test_the_trial_says_where_no_way_leads(nurse: Client) -> None:
    sent = nurse.post("/me/trial/", {"key": "trial-of-mine-1"}, follow=True).content.decode()
    assert "No way leads to you yet" in sent


def test_whoever_only_looks_does_not_become_the_nurse_of_the_session(
    nurse: Client, staff: dict[str, Staff], session: uuid.UUID
) -> None:
    """The nurse of another chair touched the page, and from then on her name stood on the board."""
    Chair.objects.get_or_create(name="Chair 1")
    other = Client()
    other.force_login(staff["nurse2"], backend="django.contrib.auth.backends.ModelBackend")
    see(other, session, f"chest_pain@{first(session)['chest_pain']}")
    assert "Prompt seen: chest pain" in nurse.get(f"/sessions/{session}/log/").content.decode()
    tiles = nurse.get("/board/tiles/").content.decode()
    assert "Ada Nightfall" in tiles
    assert "Ben Okoro" not in tiles
    people = tuple(Reachable(who=who, roles=frozenset({"nurse"})) for who in ("nurse", "nurse2"))
    assert nurse_of(chart_store.session_chart_of(session), people) == "nurse"
    assert "Ben Okoro" not in sessions.staffing_beside(session, at(5)), "nor is she counted for the gate of the next"
