"""Times and lengths are written one way: with a date where it is another day, in a unit that fits."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sereniv.therapy.recording.time_words import age_words, ago, clock_words, length, remaining, running


@pytest.mark.parametrize(
    ("seconds", "said", "watched"),
    [
        (0, "0 s", "0:00 min"),
        (89, "89 s", "1:29 min"),
        (90, "1 min", "1:30 min"),
        (3599, "59 min", "59:59 min"),
        (3600, "1 h", "1 h"),
        (85 * 60, "1 h 25 min", "1 h 25 min"),
        (5400, "1 h 30 min", "1 h 30 min"),
        (7200, "2 h", "2 h"),
        (1471 * 60 + 56, "24 h 31 min", "24 h 31 min"),
        (1572 * 60, "26 h 12 min", "26 h 12 min"),
        (48 * 3600, "2 days", "2 days"),
        (400 * 86400, "400 days", "400 days"),
        (-90, "0 s", "1:30 min"),
    ],
)
def test_a_length_is_written_in_the_unit_that_fits(seconds: int, said: str, watched: str) -> None:
    assert (length(timedelta(seconds=seconds)), running(timedelta(seconds=seconds))) == (said, watched)


@pytest.mark.parametrize(
    ("seconds", "said"), [(30, "30 s"), (89, "89 s"), (90, "2 min"), (1198, "20 min"), (3599, "1 h")]
)
def test_what_remains_is_written_to_the_nearest_minute(seconds: int, said: str) -> None:
    assert remaining(timedelta(seconds=seconds)) == said


def test_what_is_now_is_not_ago() -> None:
    assert (ago(timedelta(seconds=4)), age_words(timedelta(seconds=4))) == ("now", "now")
    assert (ago(timedelta(seconds=5)), age_words(timedelta(seconds=5))) == ("5 s ago", "5 s")
    assert age_words(timedelta(seconds=-5)) == "now"


def test_another_day_is_said() -> None:
    moment = datetime(2026, 3, 3, 0, 10, 7, tzinfo=UTC)
    assert clock_words(moment, moment.date()) == "00:10"
    assert clock_words(moment, datetime(2026, 3, 2, tzinfo=UTC).date(), seconds=True) == "Tue 3 Mar 00:10:07"
    assert clock_words(moment, None) == "3 Mar 2026 00:10"


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), "02:30 (before the clocks go back)"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1), "02:30 (after the clocks go back)"),
        (datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN), "02:30"),
    ],
)
def test_only_a_time_that_the_clock_shows_twice_says_which_it_is(moment: datetime, said: str) -> None:
    """In spring the clock skips an hour: a time within it is shown never, and no clock goes back there."""
    assert clock_words(moment, moment.date()) == said
