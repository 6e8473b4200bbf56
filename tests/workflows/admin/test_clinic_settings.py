"""Rooms, hours, closed days, the on-call roster, and who is trained to co-sign."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records.models import Chair, ClinicDetails, OnCall, Room
from sereniv.clinic.workflows.admin import chairs, on_call, opening, rooms, setting_up
from sereniv.clinic.workflows.safety import safety
from sereniv.clinic.workflows.shell.opening_hours import hours_in_words, opening_hours
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.scheduling.hours import DAYS, is_staffed, week_in_words
from tests.conftest import NOON, ActMaker

pytestmark = pytest.mark.django_db
FULL = (time(8), time(18))
SHORT = (time(9), time(12, 30))


def details() -> ClinicDetails:
    return setting_up.entered_details()


def test_hours_entered_are_the_hours_staffed_and_the_hours_shown(act: ActMaker) -> None:
    assert safety.is_staffed(NOON), "the default, Monday to Friday 08:00 to 18:00"
    week = {"Monday": FULL, "Tuesday": FULL, "Friday": SHORT}
    assert opening.set_hours(week, {date(2026, 3, 3): "Town holiday"}, act("admin")) == ("week", "closed_days")
    staffed = {
        datetime(2026, 3, 2, 12, tzinfo=UTC): True,
        datetime(2026, 3, 3, 12, tzinfo=UTC): False,
        datetime(2026, 3, 4, 12, tzinfo=UTC): False,
        datetime(2026, 3, 6, 12, 29, tzinfo=UTC): True,
        datetime(2026, 3, 6, 12, 30, tzinfo=UTC): False,
    }
    assert {at: safety.is_staffed(at) for at in staffed} == staffed
    assert hours_in_words(details(), NOON.date()) == (
        "Monday and Tuesday 08:00 to 18:00",
        "Friday 09:00 to 12:30",
        "Closed on 3 March 2026 (Town holiday)",
    )
    assert hours_in_words(details(), date(2026, 3, 4))[-1] == "Friday 09:00 to 12:30", "what is over is left out"
    assert opening.set_hours(week, {date(2026, 3, 3): "Town holiday"}, act("admin")) == ()


@pytest.mark.parametrize(
    ("week", "words"),
    [
        ({}, "at least one day"),
        ({"Monday": (time(18), time(8))}, "closes before"),
        ({"Monday": (time(8), time(8))}, "closes before"),
        ({"Mondy": FULL}, "no day of the week"),
    ],
)
def test_hours_that_cannot_be_are_refused(act: ActMaker, week: dict[str, tuple[time, time]], words: str) -> None:
    with pytest.raises(Malformed, match=words):
        opening.set_hours(week, {}, act("admin"))
    assert details().week == {}


@given(st.dictionaries(st.sampled_from(DAYS), st.sampled_from([FULL, SHORT])))
def test_the_words_name_every_open_day_once_and_no_other(week: dict[str, tuple[time, time]]) -> None:
    said: dict[str, str] = {}
    for line in week_in_words(week):
        named = [day for day in DAYS if day in line]
        if f"{named[0]} to {named[-1]}" in line:
            named = list(DAYS[DAYS.index(named[0]) : DAYS.index(named[-1]) + 1])
        for day in named:
            assert day not in said
            said[day] = line[-14:]
    assert said == {day: f"{opens:%H:%M} to {closes:%H:%M}" for day, (opens, closes) in week.items()}


def test_a_closed_day_wins_over_the_week() -> None:
    rule = opening_hours()
    assert is_staffed(NOON, rule, UTC)
    assert not is_staffed(NOON, replace(rule, closed=(NOON.date(),)), UTC)


def test_a_dated_shift_stands_in_front_of_whoever_always_stands(act: ActMaker) -> None:
    first = on_call.roles_on_call()[0]
    on_call.put_on_call(on_call.Shift(role=first, name="Dr Always", phone="555 1"), act("admin"))
    evening = NOON + timedelta(hours=6)
    on_call.put_on_call(
        on_call.Shift(role=first, name="Dr Night", phone="555 2", begins=evening, ends=evening + timedelta(hours=12)),
        act("admin"),
    )
    on_call.put_on_call(on_call.Shift(role="medical director", name="Dr Director", phone="555 3"), act("admin"))

    def called(now: datetime) -> list[str]:
        return [each.name for each in on_call.on_call_now(now)]

    assert called(NOON) == ["Dr Always", "Dr Director"]
    assert called(evening) == ["Dr Night", "Dr Director"]
    assert called(evening + timedelta(hours=12)) == ["Dr Always", "Dr Director"], "the end itself is no longer theirs"
    assert len(on_call.roster(evening + timedelta(hours=12))) == 2, "a shift that is over leaves the roster"
    on_call.take_off_call(OnCall.objects.get(name="Dr Night").pk, act("admin"))
    assert called(evening) == ["Dr Always", "Dr Director"]
    with pytest.raises(Refused, match="already"):
        on_call.take_off_call(OnCall.objects.get(name="Dr Night").pk, act("admin"))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"role": "janitor"}, "role"),
        ({"name": " "}, "who is called"),
        ({"phone": "call me"}, "no digit"),
        ({"begins": NOON}, "neither"),
        ({"begins": NOON, "ends": NOON}, "ends after"),
        ({"begins": NOON, "ends": NOON + timedelta(days=40)}, "within 31 days"),
        ({"begins": NOON - timedelta(days=2), "ends": NOON - timedelta(days=1)}, "over already"),
    ],
)
def test_a_shift_that_calls_nobody_is_refused(act: ActMaker, wrong: dict[str, object], words: str) -> None:
    shift = {"role": on_call.roles_on_call()[0], "name": "Dr V", "phone": "555"} | wrong
    with pytest.raises(Malformed, match=words):
        on_call.put_on_call(on_call.Shift(**shift), act("admin"))  # type: ignore[arg-type]  wrong on purpose
    assert not OnCall.objects.exists()


def test_a_room_is_retired_only_when_no_chair_in_use_stands_in_it(act: ActMaker) -> None:
    rooms.add_room("Garden room", act("admin"))
    room = Room.objects.get()
    chairs.add_chair("Chair 1", act("admin"))
    chair = Chair.objects.get()
    rooms.place_chair(chair.pk, room.pk, act("admin"))
    with pytest.raises(Refused, match="Chair 1 stands in Garden room"):
        rooms.retire_room(room.pk, act("admin"))
    rooms.place_chair(chair.pk, None, act("admin"))
    rooms.retire_room(room.pk, act("admin"))
    with pytest.raises(Refused, match="retired"):
        rooms.place_chair(chair.pk, room.pk, act("admin"))
    with pytest.raises(Refused, match="Put the retired one back"):
        rooms.add_room("garden ROOM", act("admin"))
    rooms.reinstate_room(room.pk, act("admin"))
    rooms.place_chair(chair.pk, room.pk, act("admin"))
    assert Chair.objects.get().room == room


def test_a_nurse_co_signs_only_when_trained_and_a_prescriber_always(act: ActMaker, staff: dict[str, Staff]) -> None:
    setting_up.set_co_signing(staff["nurse"].pk, False, act("admin"))
    nurse = Staff.objects.get(username="nurse")
    assert not nurse.may(Permission.CO_SIGN)
    assert nurse.may(Permission.WITNESS)
    with pytest.raises(Refused, match="already"):
        setting_up.set_co_signing(nurse.pk, False, act("admin"))
    with pytest.raises(Refused, match="is no nurse"):
        setting_up.set_co_signing(staff["prescriber"].pk, False, act("admin"))
    prescriber = staff["prescriber"]
    prescriber.co_signs_orders = False
    assert prescriber.may(Permission.CO_SIGN), "who may sign an order may check another's"
