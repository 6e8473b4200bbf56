"""The emergency page says at once what whoever comes must hear, says what nobody knows, and charts by one tap."""

import uuid

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import ClinicDetails, SessionRow
from sereniv.clinic.workflows.intake import intake
from sereniv.therapy.chair.recovery import eventful
from sereniv.therapy.person.events import HistoryList
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
stage = test_path.stage


@pytest.fixture
def session(stage: Stage, fixed_clock: FixedClock) -> uuid.UUID:
    session = stage.infusing(SHE, "Chair 1", NOON)
    fixed_clock.shown = at(4)
    return session


@pytest.fixture
def nurse(staff: dict[str, Staff], session: uuid.UUID) -> Client:
    del session
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(client: Client, session: uuid.UUID) -> str:
    page = client.get(f"/sessions/{session}/emergency/")
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_what_is_known_and_what_nobody_asked_stand_side_by_side(
    nurse: Client, session: uuid.UUID, act: ActMaker
) -> None:
    person = SessionRow.objects.get(pk=session).person_id
    ClinicDetails.objects.update_or_create(pk=1, defaults={"name": "Harbour", "address": "1 Quay"})
    intake.record_history(person, HistoryList.ALLERGIES, ("Penicillin, hives",), (), act("nurse", now=at(3)))
    page = shown(nurse, session)
    assert "ALLERGY: Penicillin, hives" in page
    assert "Harbour, 1 Quay, Chair 1" in page
    assert "pump STILL RUNS at" in page
    assert "mg IV by charted rates since 12:00" in page
    assert "Goes home with</dt><dd>Kim Escort, 555 0100, by car" in page, "as it was said at the gate"


def test_a_clinic_that_nobody_described_says_so(nurse: Client, session: uuid.UUID) -> None:
    page = shown(nurse, session)
    assert "its address is NOT SET" in page
    assert "Nobody is on call: the roster is empty." in page
    assert "No call for help stands for this chair." in page


def test_one_tap_charts_and_the_page_stays(nurse: Client, session: uuid.UUID) -> None:
    taken = nurse.post(f"/sessions/{session}/done/?from=emergency", {"done": "Oxygen given", "key": "oxygen-at-once"})
    assert taken.headers["Location"] == f"/sessions/{session}/emergency/"
    (done,) = chart_store.session_chart_of(session).interventions
    assert done.event.what == "Oxygen given"
    assert "Done: Oxygen given" in shown(nurse, session)


def test_a_call_for_help_stands_on_the_page_with_its_clock_until_help_has_come(
    nurse: Client, session: uuid.UUID
) -> None:
    called = nurse.post(f"/sessions/{session}/help/")
    assert "Emergency at Chair 1" in called.content.decode(), "without scripts the page comes with the call"
    assert "Help called <b" in shown(nurse, session)
    nurse.post(f"/sessions/{session}/help/answered/", {"who": "Dr Meadow", "key": "help-has-come-1"})
    assert "No call for help stands for this chair." in shown(nurse, session)
    kinds = [type(each.event) for each in chart_store.session_chart_of(session).entries]
    assert kinds.count(ev.HelpCalled) == 1


def test_a_call_right_after_help_has_come_is_a_call_anew(nurse: Client, session: uuid.UUID) -> None:
    """Two taps in a hurry are one call; one after the help has come was swallowed, and the page said that it stands."""
    nurse.post(f"/sessions/{session}/help/")
    nurse.post(f"/sessions/{session}/help/")
    nurse.post(f"/sessions/{session}/help/answered/", {"who": "Dr Meadow", "key": "help-has-come-1"})
    nurse.post(f"/sessions/{session}/help/")
    chart = chart_store.session_chart_of(session)
    assert chart.help_open_since is not None
    assert len(chart.help_called) == 2


def test_it_is_opened_by_one_tap_its_clock_runs_and_leaving_it_is_an_act(nurse: Client, session: uuid.UUID) -> None:
    """It was a page alone: nobody could say afterwards when the emergency had begun, or that it was over."""
    opened = nurse.post(f"/sessions/{session}/emergency/open/", {"key": "emergency-opened-01"})
    assert opened.headers["Location"] == f"/sessions/{session}/emergency/"
    nurse.post(f"/sessions/{session}/emergency/open/", {"key": "emergency-opened-02"})
    assert "Opened <b" in shown(nurse, session)
    assert chart_store.session_chart_of(session).emergencies.opened == ((at(4), "nurse"),), (
        "a second tap is no second one"
    )
    assert "Emergency since" in nurse.get(f"/sessions/{session}/").content.decode()
    nothing = nurse.post(
        f"/sessions/{session}/emergency/over/", {"was": "one", "words": ".", "key": "emergency-over-01"}
    )
    assert nothing.status_code == 422
    said = {"was": "one", "words": "Saturation fell, oxygen, awake after three minutes", "key": "emergency-over-02"}
    assert nurse.post(f"/sessions/{session}/emergency/over/", said).status_code == 302
    assert "only looked at" in shown(nurse, session)
    log = nurse.get(f"/sessions/{session}/log/").content.decode()
    assert "Emergency opened" in log
    assert "Emergency over: Saturation fell" in log
    chart = chart_store.session_chart_of(session)
    assert not chart.emergencies.stands
    assert "an emergency" in eventful(chart), "whoever had one stays as long as after a call for help"


def test_one_opened_by_mistake_counts_for_nothing_and_stays_legible(nurse: Client, session: uuid.UUID) -> None:
    nurse.post(f"/sessions/{session}/emergency/open/", {"key": "emergency-opened-03"})
    said = {"was": "none", "words": "Tapped the wrong button", "key": "emergency-over-03"}
    nurse.post(f"/sessions/{session}/emergency/over/", said)
    chart = chart_store.session_chart_of(session)
    assert chart.emergencies.opened == ()
    assert eventful(chart) == ()
    assert "Opened by mistake, no emergency" in nurse.get(f"/sessions/{session}/log/").content.decode()
    again = nurse.post(f"/sessions/{session}/emergency/over/", {**said, "key": "emergency-over-04"})
    assert "No emergency stands at this chair" in again.content.decode()


def test_what_was_given_more_than_once_is_added_up_with_its_last_dose_also_for_the_ambulance(
    nurse: Client, session: uuid.UUID, fixed_clock: FixedClock
) -> None:
    for minute in (5, 9):
        fixed_clock.shown = at(minute)
        nurse.post(f"/sessions/{session}/medicine/", {"given": "midazolam 1", "key": f"midazolam-at-{minute}"})
    nurse.post(f"/sessions/{session}/medicine/", {"given": "ondansetron 4", "key": "ondansetron-once"})
    words = "Midazolam in all</dt><dd>2 mg in 2 doses, the last 1 mg at 12:09"
    page = shown(nurse, session)
    assert words in page
    assert "Ondansetron in all" not in page
    assert f"/sessions/{session}/documents/ambulance/" in page
    sheet = nurse.get(f"/sessions/{session}/documents/ambulance/").content.decode()
    assert "2 mg in 2 doses, the last 1 mg at 12:09" in sheet
    assert "Ondansetron 4 mg" in sheet
