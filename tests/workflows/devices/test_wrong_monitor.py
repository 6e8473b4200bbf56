"""A monitor picked at the wrong chair: what it sent was another patient's, which striking the pick says."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Device, DeviceMessage, SessionRow
from sereniv.clinic.workflows.chair import charting, monitor_curves, monitors, off_before
from sereniv.clinic.workflows.devices import held, placing
from sereniv.knowledge import knowledge
from sereniv.therapy import monitoring
from sereniv.therapy.recording.refusal import Refused
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.exchange.speaking import BEATS, DIASTOLIC, HEART, MMHG, SYSTOLIC, row, spoken
from tests.web.desk import Desk, words_of
from tests.workflows.devices.conftest import Sends
from tests.workflows.test_path import SHE, at

pytestmark = pytest.mark.django_db
NOW = at(10)


def said(minute: float, spo2: str, above: str = "140") -> bytes:
    rows = row(value=spo2), row(HEART, "72", BEATS), row(SYSTOLIC, above, MMHG), row(DIASTOLIC, "80", MMHG)
    return spoken(*rows, number=f"W{minute}", at=f"{at(minute):%Y%m%d%H%M%S}+0000")


@pytest.fixture
def session(stage: Stage, device: Device, sends: Sends, act: ActMaker, fixed_clock: FixedClock) -> uuid.UUID:
    """Pick the monitor of another patient: 84 % and 210/80, the saturation charted by one tap."""
    session = stage.infusing(SHE, "Chair 1", NOON)
    placing.connect(session, device.pk, act("nurse", now=at(9)))
    fixed_clock.shown = NOW
    sends(said(10, "84", "210"), now=NOW)
    monitors.watch_session(session, NOW)
    monitors.chart_from_monitor(session, act("nurse", now=NOW))
    return session


def picked(session: uuid.UUID) -> int:
    entries = chart_store.session_chart_of(session).entries
    return next(each.stream_seq for each in entries if isinstance(each.event, ev.MonitorConnected))


def struck(session: uuid.UUID, act: ActMaker) -> None:
    charting.strike(session, picked(session), "the monitor of Chair 2", act("nurse", now=at(10.2)))


def test_what_it_sent_leaves_numbers_curves_and_prompts(session: uuid.UUID, act: ActMaker) -> None:
    """Nothing took it back: a stranger's readings stood in the chart, in the note's curve and behind each prompt."""
    assert monitor_curves.signals_of(session, chart_store.session_chart_of(session))
    struck(session, act)
    chart = chart_store.session_chart_of(session)
    assert chart.monitor is None
    assert SessionRow.objects.get(pk=session).monitor == ""
    assert monitors.recent(session, at(10.2), chart) == ()
    assert monitors.last_cuff(session, at(10.2), chart) == monitoring.Cuff()
    assert monitor_curves.signals_of(session, chart) == {}


def test_what_was_charted_from_it_is_asked_about_until_it_is_struck(session: uuid.UUID, act: ActMaker) -> None:
    struck(session, act)
    monitors.watch_session(session, at(10.2))
    chart = chart_store.session_chart_of(session)
    asked = {
        each.raised.event.title: dict(each.raised.event.read)
        for each in chart.open_alerts
        if each.raised.event.alert.startswith("amended-")
    }
    title, words = "Charted from another patient's monitor", "of another patient's monitor"
    assert set(asked) == {title}
    assert all(each.endswith(words) for each in asked[title].values())
    for each in chart.vitals:
        if each.event.samples:
            charting.strike(session, each.stream_seq, "another patient's", act("nurse", now=at(10.3)))
    monitors.watch_session(session, at(10.4))
    open_still = chart_store.session_chart_of(session).open_alerts
    assert not [each for each in open_still if each.raised.event.alert.startswith("amended-") and each.presence == "on"]


def test_its_messages_wait_to_be_given_to_whom_they_belong(
    session: uuid.UUID, stage: Stage, sends: Sends, act: ActMaker
) -> None:
    struck(session, act)
    assert list(DeviceMessage.objects.values_list("state", "session_id")) == [("held", None)]
    sends(said(10.5, "85"), now=at(10.5))
    assert held.count() == 2, "and what it goes on to send is at no chair"
    assert not monitors.recent(session, at(10.5), chart_store.session_chart_of(session))


def test_the_right_monitor_and_the_same_one_rightly_picked_later_count(
    session: uuid.UUID, device: Device, sends: Sends, act: ActMaker
) -> None:
    struck(session, act)
    placing.connect(session, device.pk, act("nurse", now=at(12)))
    sends(said(12.1, "97"), now=at(12.1))
    chart = chart_store.session_chart_of(session)
    shown = monitoring.fresh_numerics(chart, monitors.recent(session, at(12.1), chart), at(12.1), knowledge())
    assert int(shown["spo2"].value or 0) == 97
    assert [len(points) for points in monitor_curves.signals_of(session, chart).values()] == [1, 1, 1, 1]


def test_one_that_ended_before_it_was_struck_leaves_what_came_after_it(
    session: uuid.UUID, device: Device, sends: Sends, act: ActMaker
) -> None:
    monitors.disconnect(session, act("nurse", now=at(10.1)))
    placing.connect(session, device.pk, act("nurse", now=at(11)))
    sends(said(11.1, "98"), now=at(11.1))
    struck(session, act)
    chart = chart_store.session_chart_of(session)
    assert chart.monitor is not None, "the second pick stands"
    spo2 = monitor_curves.signals_of(session, chart)["spo2"]
    assert [value for _, value in spo2] == [98.0]


def test_what_was_given_to_the_wrong_patient_is_taken_back(
    stage: Stage, device: Device, sends: Sends, act: ActMaker
) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    sends(said(10, "84"), now=NOW)
    (group,) = held.groups()
    held.assign(group.upto, session, act("nurse", now=at(10.1)))
    assert monitor_curves.signals_of(session, chart_store.session_chart_of(session))
    entries = chart_store.session_chart_of(session).entries
    given = next(each for each in entries if isinstance(each.event, ev.MonitorDataAssigned))
    charting.strike(session, given.stream_seq, "it was Chair 2's", act("nurse", now=at(10.3)))
    assert monitor_curves.signals_of(session, chart_store.session_chart_of(session)) == {}
    assert held.count() == 1


def test_the_log_leads_to_it_and_its_page_says_what_it_does(session: uuid.UUID, staff: dict[str, Staff]) -> None:
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    address = f"/sessions/{session}/strike/{picked(session)}/"
    assert address in nurse.get(f"/sessions/{session}/log/").content.decode()
    page = words_of(nurse.get(address).content.decode())
    assert "What came by it is not this patient's then" in page
    sent = nurse.post(address, {"reason": "the monitor of Chair 2", "key": uuid.uuid4().hex})
    assert sent.status_code == 302
    assert chart_store.session_chart_of(session).monitor is None


def test_what_came_before_a_monitor_was_moved_stays_and_what_came_since_is_nobodys_here(
    stage: Stage, device: Device, sends: Sends, act: ActMaker, fixed_clock: FixedClock
) -> None:
    """Striking the pick was the only way, and took hours of this patient's own readings out of the chart."""
    session = stage.infusing(SHE, "Chair 1", NOON)
    placing.connect(session, device.pk, act("nurse", now=at(9)))
    sends(said(10, "97"), now=at(10))
    sends(said(12, "84", "210"), now=at(12))
    monitors.chart_from_monitor(session, act("nurse", now=at(12)))
    fixed_clock.shown = at(13)
    monitors.disconnect(session, act("nurse", now=at(13)), at(11))
    monitors.watch_session(session, at(13))
    chart = chart_store.session_chart_of(session)
    assert [value for _, value in monitor_curves.signals_of(session, chart)["spo2"]] == [97.0]
    assert held.count() == 1
    assert (chart.monitor, SessionRow.objects.get(pk=session).monitor) == (None, "")
    asked = [each.raised.event.title for each in chart.open_alerts if each.raised.event.alert.startswith("amended-")]
    assert set(asked) == {"Charted from another patient's monitor"}
    assert held.groups()[0].messages == 1


def test_one_taken_off_without_its_time_may_be_given_it_afterwards(
    stage: Stage, device: Device, sends: Sends, staff: dict[str, Staff], act: ActMaker, fixed_clock: FixedClock
) -> None:
    """*No monitor is connected*: what another patient's heart had sent until then stayed in this chart for good."""
    session = stage.infusing(SHE, "Chair 1", NOON)
    placing.connect(session, device.pk, act("nurse", now=at(9)))
    sends(said(10, "97"), now=at(10))
    sends(said(12, "84", "210"), now=at(12))
    monitors.disconnect(session, act("nurse", now=at(13)))
    placing.connect(session, device.pk, act("nurse", now=at(14)))
    sends(said(14.5, "98"), now=at(14.5))
    fixed_clock.shown = at(15)
    desk = Desk(staff, "nurse")
    assert "12:09 to 12:13: off before that" in desk.reads("session_monitor_off", session)
    first = str(picked(session))
    late = desk.sends("session_monitor_off", session, connection=first, when="12:14")
    assert "was connected here from 12:09:00 to 12:13:00: say a time between" in late.words
    assert desk.sends("session_monitor_off", session, connection=first, when="12:11").taken
    chart = chart_store.session_chart_of(session)
    assert chart.monitor is not None, "the second pick stands"
    assert [value for _, value in monitor_curves.signals_of(session, chart)["spo2"]] == [97.0, None, 98.0]
    assert held.count() == 1
    assert "was off from here on, before it was charted so" in desk.reads("session_log", session)


def test_what_one_sent_before_another_was_picked_may_be_nobodys_here(
    stage: Stage, device: Device, sends: Sends, act: ActMaker
) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    placing.connect(session, device.pk, act("nurse", now=at(9)))
    sends(said(12, "84", "210"), now=at(12))
    monitors.connect(session, "M2", 5, ("spo2",), at(13), "another-monitor-1")
    off_before.was_off(session, picked(session), act("nurse", now=at(15)), at(11))
    chart = chart_store.session_chart_of(session)
    assert chart.monitor is not None
    assert chart.monitor.event.device == "M2"
    assert monitor_curves.signals_of(session, chart) == {}
    with pytest.raises(Refused, match="No connection of this session that has ended"):
        off_before.was_off(session, chart.monitor.stream_seq, act("nurse", now=at(15)), at(14))


def test_a_monitor_is_not_taken_off_before_it_was_connected(session: uuid.UUID, act: ActMaker) -> None:
    with pytest.raises(Refused, match="It was connected here at 12:09:00, after that time"):
        monitors.disconnect(session, act("nurse", now=at(13)), at(8))
    assert chart_store.session_chart_of(session).monitor is not None


def test_the_page_asks_when_it_was_taken_off(
    session: uuid.UUID, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    fixed_clock.shown = at(13)
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("session_monitor_off", args=[session])
    assert "moved to somebody else before this" in nurse.get(page).content.decode()
    sent = {"key": "monitor-off-12:12", "when": "12:09", "expected_seq": chart_store.session_chart_of(session).head}
    assert nurse.post(page, sent).status_code == 302
    chart = chart_store.session_chart_of(session)
    assert chart.monitor is None
    assert monitor_curves.signals_of(session, chart) == {}
