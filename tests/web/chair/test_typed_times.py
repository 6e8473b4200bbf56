"""Times typed at the chair: what cannot be taken as typed is asked back, kept as chosen, and breaks no page."""

import html
import itertools
import uuid
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import charting
from sereniv.clinic.workflows.shell import this_clinic
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase
from sereniv.therapy.session.delivered import delivered
from tests.conftest import NOON, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage
keys = (f"typed-time-{number:04d}" for number in itertools.count(1))


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


@pytest.fixture
def running(stage: Stage, fixed_clock: FixedClock) -> uuid.UUID:
    """An infusion that runs since noon; it is twenty past, and the chair was taken at 11:45."""
    session = stage.infusing(SHE, "Chair 1", NOON)
    fixed_clock.shown = at(20)
    return session


@pytest.fixture
def nurse(staff: dict[str, Staff]) -> Client:
    client = Client()
    client.force_login(staff["nurse"])
    return client


def send(nurse: Client, session: uuid.UUID, page: str, **typed: str) -> tuple[int, str]:
    """Send a form of the chair; returns the status and the page's words."""
    answer = nurse.post(f"/sessions/{session}/{page}/", {"key": next(keys), **typed})
    return answer.status_code, html.unescape(answer.content.decode())


def offered(page: str) -> list[str]:
    """Return the moments that a page offers to choose from."""
    return [part.split('"')[0] for part in page.split('name="meant" value="')[1:]]


def drawn(nurse: Client, session: uuid.UUID) -> dict[str, int]:
    """Draw every page about a session; returns the status of each."""
    pages = (
        "", "status/", "log/", "data/", "note/", "vitals/", "observe/", "medicine/", "done/", "note-down/", "stopped/",
        "paused/", "found/", "drug/", "recovery/", "discharge/", "rate/", "resume/", "gate/", "documents/hand-over/",
        "documents/note/", "documents/discharge/", "documents/note/pdf/",
    )  # fmt: skip
    found = {page: nurse.get(f"/sessions/{session}/{page}").status_code for page in pages}
    found |= {page: nurse.get(page).status_code for page in ("/", "/today/", "/board/tiles/", "/board/hand-over/")}
    return found


@pytest.mark.parametrize("page", ["stopped", "paused"])
def test_a_stop_before_the_start_is_asked_about_kept_as_chosen_and_not_counted(
    running: uuid.UUID, nurse: Client, page: str
) -> None:
    status, asked = send(nurse, running, page, when="11:50", reason="felt unwell")
    assert status == 422
    assert "charted as started at 12:00" in asked
    assert 'value="felt unwell"' in asked, "nothing typed is lost"
    (moment,) = offered(asked)
    assert send(nurse, running, page, when="11:50", reason="felt unwell", meant=moment)[0] == 302
    chart = chart_store.session_chart_of(running)
    assert (chart.phase, chart.started_at) == (Phase.INFUSING, NOON)
    assert [step.at for step in chart.misplaced] == [at(-10)]
    shown = html.unescape(nurse.get(f"/sessions/{running}/").content.decode())
    assert shown.count("charted for a time before the start: kept, and not counted") == 1, "above the chart"
    assert "Charted for a time before the start: kept, and not counted" in shown, "and in the log"
    assert "not counted" in html.unescape(nurse.get(f"/sessions/{running}/note/").content.decode())
    assert not {page for page, status in drawn(nurse, running).items() if status not in {200, 302}}


def test_within_its_minute_what_was_typed_comes_after_what_was_charted(
    running: uuid.UUID, nurse: Client, act: test_path.ActMaker
) -> None:
    changed = ev.RateFound(rate_ml_per_h=Decimal(30), deviation="found so")
    charting.chart_fact(running, changed, act("nurse", now=at(6 + 50 / 60)))
    assert send(nurse, running, "stopped", when="12:06")[0] == 302
    chart = chart_store.session_chart_of(running)
    assert chart.phase is Phase.RECOVERY
    assert chart.stopped_at is not None
    assert at(6 + 50 / 60) < chart.stopped_at < at(7)
    after = send(nurse, running, "vitals", when="12:06", systolic="120", diastolic="80")
    assert after[0] == 302
    assert chart_store.session_chart_of(running).usable_vitals()[-1].at > chart.stopped_at


def test_a_stop_before_a_rate_charted_later_says_that_the_pump_would_count_as_running(
    running: uuid.UUID, nurse: Client, act: test_path.ActMaker
) -> None:
    changed = ev.RateFound(rate_ml_per_h=Decimal(30), deviation="found so")
    charting.chart_fact(running, changed, act("nurse", now=at(6 + 50 / 60)))
    for page in ("stopped", "paused"):
        status, asked = send(nurse, running, page, when="12:05")
        assert status == 422
        assert "A rate of 30 mL/h is charted for 12:06" in asked
    assert chart_store.session_chart_of(running).phase is Phase.INFUSING


def test_what_is_typed_for_now_is_never_in_the_future(running: uuid.UUID, nurse: Client) -> None:
    assert send(nurse, running, "stopped", when="12:20")[0] == 302
    assert chart_store.session_chart_of(running).stopped_at == at(20)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("02:00", "Mon 02 Mar, 02:00, before this session was opened"),
        ("19:30", "Sun 01 Mar, 19:30, before this session was opened"),
        ("12:40", "12:40 has not come yet today"),
    ],
)
def test_vitals_of_no_time_within_the_session_are_asked_about_and_kept_as_chosen(
    running: uuid.UUID, nurse: Client, typed: str, words: str
) -> None:
    before = chart_store.session_chart_of(running)
    status, asked = send(nurse, running, "vitals", when=typed, systolic="151", diastolic="93")
    assert (status, words in asked) == (422, True)
    assert 'value="151"' in asked
    assert chart_store.session_chart_of(running).head == before.head, "nothing is charted before it is answered"
    moment = offered(asked)[0]
    assert send(nurse, running, "vitals", when=typed, systolic="151", diastolic="93", meant=moment)[0] == 302
    chart = chart_store.session_chart_of(running)
    assert (chart.vitals[-1].event.systolic, chart.vitals[-1].at) == (151, datetime.fromisoformat(moment))
    assert chart.open_questions() == (), "answered by the same act"
    by_the_same_act = chart.entries[-1].event
    assert isinstance(by_the_same_act, ev.ValueConfirmedInSession)
    assert (by_the_same_act.entry, by_the_same_act.field) == (chart.vitals[-1].stream_seq, "when")
    assert not {page for page, status in drawn(nurse, running).items() if status not in {200, 302}}


def test_an_answer_to_another_question_is_asked_anew(running: uuid.UUID, nurse: Client) -> None:
    _, asked = send(nurse, running, "vitals", when="02:00", spo2="97")
    status, again = send(nurse, running, "vitals", when="03:00", spo2="97", meant=offered(asked)[0])
    assert (status, "Mon 02 Mar, 03:00" in again) == (422, True)


def test_a_stop_before_the_session_says_as_well_that_it_would_not_count(running: uuid.UUID, nurse: Client) -> None:
    _, asked = send(nurse, running, "stopped", when="02:00")
    assert "This session was opened Mon 02 Mar, 11:45" in asked
    assert "Before that it would be kept and not count, and the milligrams would go on rising." in asked


@pytest.mark.parametrize("page", ["observe", "medicine", "done"])
def test_where_a_tap_charts_the_question_stands_above_the_taps(running: uuid.UUID, nurse: Client, page: str) -> None:
    typed = {"observe": {"pick": "nausea 2"}, "medicine": {"given": "other"}, "done": {"done": "other", "words": "x"}}
    more = {"medicine": "ondansetron", "dose": "4", "unit": "mg"} if page == "medicine" else {}
    _, asked = send(nurse, running, page, when="02:00", **typed[page], **more)
    assert asked.index("This session was opened") < asked.index('class="taps-row"')


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    ["observe", "medicine", "done", "note-down", "found", "transfer", "left-unseen", "died", "line", "spilt"],
)
def test_every_form_of_the_chair_asks_about_its_time(
    running: uuid.UUID, nurse: Client, staff: dict[str, Staff], page: str
) -> None:
    typed = {
        "observe": {"pick": "nausea 2"},
        "medicine": {"given": "other", "medicine": "ondansetron", "dose": "4", "unit": "mg"},
        "done": {"done": "other", "words": "blanket"},
        "note-down": {"kind": "remark", "text": "asks for water"},
        "found": {"rate_ml_per_h": "30", "deviation": "found so"},
        "transfer": {"where": "St Elm", "reason": "chest pain"},
        "left-unseen": {"last_seen": "at the window", "done": "called her"},
        "died": {"words": "cardiac arrest", "told": "family"},
        "line": {"site": "left hand", "reason": "sore vein"},
        "spilt": {
            "volume_ml": "5",
            "words": "fell",
            "second_person": str(staff["nurse2"].pk),
            "second_secret": PASSWORD,
        },
    }[page]
    head = chart_store.session_chart_of(running).head
    status, asked = send(nurse, running, page, when="02:00", **typed)
    assert (status, "This session was opened Mon 02 Mar, 11:45" in asked) == (422, True)
    assert chart_store.session_chart_of(running).head == head
    assert send(nurse, running, page, when="02:00", meant=offered(asked)[-1], **typed)[0] == 302


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("left-unseen", {"last_seen": "at the window", "done": "called her"}),
        ("died", {"words": "cardiac arrest", "told": "family"}),
        ("transfer", {"where": "St Elm", "reason": "chest pain"}),
    ],
)
def test_an_end_before_the_start_says_that_its_stop_would_not_count(
    running: uuid.UUID, nurse: Client, page: str, typed: dict[str, str]
) -> None:
    status, asked = send(nurse, running, page, when="11:50", **typed)
    assert (status, "charted as started at 12:00" in asked) == (422, True)
    assert send(nurse, running, page, when="12:10", **typed)[0] == 302
    assert chart_store.session_chart_of(running).stopped_at == at(10)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (ev.Discharged(handed_to="Kim", advice_given=True), "having left at 12:10"),
        (ev.TransferredOut(where="St Elm", reason="pain"), "having left at 12:10"),
        (ev.LeftUnseen(last_seen="12:05", done="called"), "left unseen at 12:10"),
        (ev.Died(words="arrest", told="family"), "died at 12:10"),
        (ev.SessionClosedUnused(reason="fever"), "closed, nothing infused at 12:10"),
    ],
)
def test_what_is_taken_after_a_session_ended_is_asked_about_however_it_ended(
    running: uuid.UUID, act: test_path.ActMaker, nurse: Client, end: ev.SessionEvent, said: str
) -> None:
    charting.chart_fact(running, ev.InfusionStopped(), act("nurse", now=at(9)))
    charting.chart_fact(running, end, act("nurse", now=at(10)))
    status, asked = send(nurse, running, "vitals", spo2="97")
    assert (status, said in asked) == (422, True)
    assert send(nurse, running, "vitals", spo2="97", meant="now")[0] == 302


def test_a_second_stop_from_a_stale_page_says_who_did_it_and_when(
    running: uuid.UUID, nurse: Client, act: test_path.ActMaker
) -> None:
    charting.chart_fact(running, ev.InfusionStopped(), act("nurse2", now=at(18)))
    status, asked = send(nurse, running, "stopped")
    assert (status, "charted already as stopped at 12:18, by Ben Okoro" in asked) == (422, True)
    assert send(nurse, running, "stopped", meant="now")[0] == 302
    assert chart_store.session_chart_of(running).stopped_at == at(18)


def test_a_program_that_gives_a_time_before_the_session_is_kept_marked_and_not_used(
    running: uuid.UUID, nurse: Client, act: test_path.ActMaker
) -> None:
    charting.chart_vitals(running, {"systolic": "186", "diastolic": "114"}, act("nurse", now=at(20)), at(-60))
    chart = chart_store.session_chart_of(running)
    ((entry, field, question),) = chart.open_questions()
    assert (field, "before this session was opened" in question) == ("when", True)
    page = html.unescape(nurse.get(f"/sessions/{running}/").content.decode())
    assert "does not count yet" in page
    assert send(nurse, running, f"confirm/{entry}/when", remark="that was the time")[0] == 302
    assert 186 in {each.event.systolic for each in chart_store.session_chart_of(running).usable_vitals()}


WORST: list[list[tuple[float, ev.SessionEvent]]] = [
    [(-5, ev.InfusionStopped())],
    [(-5, ev.InfusionPaused()), (2, ev.InfusionStopped())],
    [(0, ev.InfusionStopped())],
    [(0, ev.InfusionPaused()), (0, ev.InfusionResumed(rate_ml_per_h=Decimal(30))), (0, ev.InfusionStopped())],
    [(-2000, ev.InfusionFoundRunning(rate_ml_per_h=Decimal(30), deviation="yesterday"))],
    [(-40, ev.RecoveryScored(
        activity=2, respiration=2, circulation=2, consciousness=2, oxygen=2, moaas=5, dissociation=0, nausea=0,
        oriented=True, walks_unaided=True, suicidality_asked_not_worse=True, iv_removed=True, escort_present="Kim",
    )), (19, ev.InfusionStopped())],
    [(5, ev.InfusionStopped()), (6, ev.InfusionStopped()), (4, ev.InfusionResumed(rate_ml_per_h=Decimal(30)))],
    [(5, ev.RateFound(rate_ml_per_h=Decimal(0), deviation="stands")), (3, ev.InfusionStopped())],
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("order", range(len(WORST)))
def test_every_page_of_the_chair_is_drawn_for_the_worst_order_of_events(
    running: uuid.UUID, nurse: Client, staff: dict[str, Staff], act: test_path.ActMaker, order: int
) -> None:
    this_clinic.switch_live_prediction(True, Act(by=staff["director"], now=at(1), key=next(keys)))
    charting.chart_facts(running, [(event, at(minute)) for minute, event in WORST[order]], act("nurse", now=at(20)))
    assert not {page for page, status in drawn(nurse, running).items() if status not in {200, 302}}
    for number in range(1, chart_store.session_chart_of(running).head + 1):
        assert nurse.get(f"/sessions/{running}/strike/{number}/").status_code in {200, 404}
    delivered(chart_store.session_chart_of(running), at(30))
