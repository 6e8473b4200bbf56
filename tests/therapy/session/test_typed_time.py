"""A time typed to the minute becomes the moment that was meant: across midnight, a change of the clocks, and days."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from sereniv.therapy.recording.refusal import Unsure
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart, chart_of
from sereniv.therapy.session.doubts import doubt_about
from sereniv.therapy.session.typed_time import Told, Typed, moment_meant, moment_of_the_day, within_its_minute
from tests.therapy.making import OPENED, STARTED, chart, entries, full_set, minute, recorded

DENVER = ZoneInfo("America/Denver")
REMARK = (ev.RemarkCharted(text="asks for water"),)


def wall(day: str, clock: str, fold: int = 0) -> datetime:
    """Return a moment as a wall clock in Denver shows it."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=DENVER, fold=fold)


def opened(at: datetime) -> SessionChart:
    return chart_of([recorded(OPENED, 1, at)])


def meant(typed: str, session: SessionChart, now: datetime, chosen: str = "") -> datetime:
    of_day = time.fromisoformat(typed)
    return moment_meant(Typed(time_of_day=of_day, chosen=chosen), session, REMARK, Told(now=now, zone=DENVER))


def asked(typed: str, session: SessionChart, now: datetime) -> tuple[str, list[str]]:
    with pytest.raises(Unsure) as found:
        meant(typed, session, now)
    return found.value.question, [each.words for each in found.value.choices]


def test_a_session_that_runs_past_midnight_takes_both_days_without_a_question() -> None:
    session, now = opened(wall("2026-03-02", "23:20")), wall("2026-03-03", "00:30")
    assert meant("23:50", session, now) == wall("2026-03-02", "23:50")
    assert meant("00:10", session, now) == wall("2026-03-03", "00:10")


def test_a_session_of_two_days_asks_which_one() -> None:
    session, now = opened(wall("2026-03-02", "10:00")), wall("2026-03-03", "11:00")
    question, choices = asked("10:30", session, now)
    assert question == "10:30 was more than once since this session was opened. Which one?"
    assert choices == ["Tue 03 Mar, 10:30", "Mon 02 Mar, 10:30"]
    assert meant("10:30", session, now, "2026-03-02T10:30:00-07:00") == wall("2026-03-02", "10:30")
    assert meant("11:30", session, now) == wall("2026-03-02", "11:30"), "within half a day, and yet yesterday's"


def test_the_hour_that_the_clocks_leave_out_is_asked_about_and_never_moved() -> None:
    """On 8 March 2026 the clocks in Denver went from 02:00 to 03:00."""
    session, now = opened(wall("2026-03-08", "01:30")), wall("2026-03-08", "04:00")
    question, choices = asked("02:30", session, now)
    assert question.startswith("The clocks were changed: none has shown 02:30 today.")
    assert choices == ["Sat 07 Mar, 02:30, before this session was opened"]
    with pytest.raises(Unsure, match="none has shown 02:30 today"):
        moment_of_the_day(Typed(time_of_day=time(2, 30)), Told(now=now, zone=DENVER))


def test_the_hour_that_the_clocks_go_through_twice_is_asked_which() -> None:
    """On 1 November 2026 they went from 02:00 back to 01:00."""
    first, second = wall("2026-11-01", "01:30"), wall("2026-11-01", "01:30", fold=1)
    session, now = opened(wall("2026-11-01", "00:30")), wall("2026-11-01", "03:00")
    _, choices = asked("01:30", session, now)
    assert choices == [
        "Sun 01 Nov, 01:30, after the clocks went back",
        "Sun 01 Nov, 01:30, before the clocks went back",
    ]
    chosen = [meant("01:30", session, now, each) for each in ("2026-11-01T01:30:00-07:00", "2026-11-01T01:30:00-06:00")]
    assert [each.timestamp() for each in chosen] == [second.timestamp(), first.timestamp()]
    between = wall("2026-11-01", "01:40")
    assert meant("01:30", session, between).timestamp() == first.timestamp(), "the second has not come yet"


def test_what_is_typed_outside_a_session_is_todays_or_asked_about() -> None:
    told = Told(now=wall("2026-03-03", "11:00"), zone=DENVER)
    assert moment_of_the_day(Typed(time_of_day=time(10, 59)), told) == wall("2026-03-03", "10:59")
    assert moment_of_the_day(Typed(), told) == told.now
    with pytest.raises(Unsure, match="14:00 has not come yet today") as found:
        moment_of_the_day(Typed(time_of_day=time(14)), told)
    (yesterday,) = found.value.choices
    assert yesterday.words == "Mon 02 Mar, 14:00"
    assert moment_of_the_day(Typed(time_of_day=time(14), chosen=yesterday.value), told) == wall("2026-03-02", "14:00")


def test_within_its_minute_a_typed_time_follows_what_was_charted_and_is_never_in_the_future() -> None:
    told = entries((-30, OPENED), (6 + 50 / 60, STARTED), (6 + 10 / 60, full_set()), (7, full_set()))
    found = within_its_minute(minute(6), told, minute(9))
    assert minute(6 + 50 / 60) < found < minute(7)
    assert within_its_minute(minute(6), told[:1], minute(9)) == minute(6)
    assert within_its_minute(minute(9), told, minute(9.5)) == minute(9.5)
    last = [recorded(STARTED, 1, minute(7) - timedelta(microseconds=1))]
    assert within_its_minute(minute(6), last, minute(9)) < minute(7)


def test_an_old_session_offers_its_own_days_and_no_others() -> None:
    session, now = opened(wall("2026-02-20", "10:00")), wall("2026-03-03", "15:00")
    _, choices = asked("11:00", session, now)
    assert choices == ["Tue 03 Mar, 11:00", "Mon 02 Mar, 11:00", "Sat 21 Feb, 11:00", "Fri 20 Feb, 11:00"]


def test_a_typed_time_after_the_patient_left_is_asked_about() -> None:
    left = chart((0, STARTED), (40, ev.InfusionStopped()), (100, ev.Discharged(handed_to="Kim", advice_given=True)))
    told = Told(now=minute(110), zone=ZoneInfo("UTC"))
    with pytest.raises(Unsure, match="charted as having left at 13:40") as found:
        moment_meant(Typed(), left, (full_set(),), told)
    assert [each.value for each in found.value.choices] == ["now"]
    assert moment_meant(Typed(chosen="now"), left, (full_set(),), told) == told.now
    assert moment_meant(Typed(), left, REMARK, told) == told.now, "a remark is an addendum"


def test_a_pump_seen_running_after_its_stop_is_asked_about() -> None:
    stopped = chart((0, STARTED), (40, ev.InfusionStopped()))
    runs = (ev.RateFound(rate_ml_per_h=OPENED.plan.rate_ml_per_h, deviation="runs"),)
    told = Told(now=minute(50), zone=ZoneInfo("UTC"), name_of=str.upper)
    with pytest.raises(Unsure, match=r"charted as stopped at 12:40, by NURSE\. Did it run again"):
        moment_meant(Typed(), stopped, runs, told)
    with pytest.raises(Unsure, match=r"charted as started at 12:00\. Did it run before"):
        moment_meant(Typed(time_of_day=time(11, 50)), stopped, runs, told)


@pytest.mark.parametrize("fact", [ev.InfusionStopped(reason="end"), ev.InfusionPaused(reason="nausea")])
def test_a_stop_or_pause_from_before_a_later_pause_says_which_milligrams_it_takes_back(fact: ev.SessionEvent) -> None:
    paused = chart((0, STARTED), (20, ev.InfusionPaused(reason="nausea")))
    question = doubt_about(paused, (fact,), minute(10), str)
    assert "The pump is charted as paused at 12:20, after that" in question
    assert ("charted already as paused at 12:20, by nurse" in question) == isinstance(fact, ev.InfusionPaused)
    assert "it gave 8.9 mg until then, and not 17.9 mg" in question
    stop = ev.InfusionStopped(reason="end")
    assert doubt_about(paused, (stop,), minute(25), str) == "", "after it"
    stopped = chart((0, STARTED), (20, stop))
    assert "it gave 8.9 mg until then" in doubt_about(stopped, (stop,), minute(10), str)
    running = chart((0, STARTED))
    assert doubt_about(running, (fact,), minute(10), str) == "", "nothing is charted after it"


def test_the_minute_of_now_is_no_future_and_has_come() -> None:
    told = Told(now=wall("2026-03-03", "11:00"), zone=DENVER)
    assert moment_of_the_day(Typed(time_of_day=time(11)), told) == told.now
    assert meant("11:00", opened(wall("2026-03-03", "10:00")), told.now) == told.now
    assert within_its_minute(minute(6), entries((-30, OPENED), (6.5, STARTED)), minute(7)) > minute(6.5)


def test_a_stop_before_what_ran_later_says_that_the_pump_runs_on() -> None:
    changed = ev.RateChanged(rate_ml_per_h=Decimal(30), reason="nausea")
    running = chart((0, STARTED), (20, changed))
    stop = ev.InfusionStopped(reason="end")
    question = doubt_about(running, (stop,), minute(10), str)
    assert "A rate of 30 mL/h is charted for 12:20, after that" in question
    assert "not as stopped" in question
    slow = chart((0, STARTED), (20, ev.RateChanged(rate_ml_per_h=Decimal("0.5"), reason="nausea")))
    assert "A rate of 0.5 mL/h" in doubt_about(slow, (stop,), minute(10), str)
    assert doubt_about(running, (stop,), minute(20), str) == "", "of the same minute"
    assert doubt_about(running, (stop,), minute(21), str) == ""


def test_whoever_charted_the_stop_is_named_and_no_other() -> None:
    told = chart_of([
        recorded(OPENED, 1, minute(-30), by="ana"), recorded(STARTED, 2, minute(0), by="ben"),
        recorded(ev.InfusionStopped(), 3, minute(40), by="cleo"), recorded(full_set(), 4, minute(41), by="dan"),
    ])  # fmt: skip
    assert "by cleo" in doubt_about(told, (ev.InfusionStopped(),), minute(42), str)
