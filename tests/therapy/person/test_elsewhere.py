"""An infusion that others gave counts once, however many records tell of it, and spaces the next by what is assumed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.elsewhere import infusions_elsewhere, most_mg, undated
from sereniv.therapy.treatment.last_time import doses_before
from sereniv.therapy.treatment.maintenance import Given, exposure
from sereniv.therapy.treatment.spacing import spacing
from tests.therapy.coursing import day, person

RULES = knowledge()
P_DEP = RULES.protocols["P-DEP"]
TOLD = pe.InfusedElsewhere(
    given_on=date(2026, 3, 2), mg=Decimal(45), weight_kg=Decimal(90), minutes=40, treats=P_DEP.kind, tolerated=True,
    told_by="Practice of Dr Brook",
)  # fmt: skip


def test_what_two_records_tell_of_one_day_is_one_infusion() -> None:
    mill = replace(TOLD, told_by="Mill Clinic", mg=None, weight_kg=None, minutes=None, treats="", words="at noon")
    found = infusions_elsewhere(person((0, TOLD), (0, mill)))
    assert [each.event for each in found] == [
        replace(TOLD, told_by="Practice of Dr Brook and Mill Clinic", words="at noon")
    ], "what one leaves out is known from the other"
    apart = infusions_elsewhere(person((0, TOLD), (7, replace(TOLD, given_on=date(2026, 3, 9)))))
    assert len(apart) == 2


def test_where_records_differ_the_step_reads_the_least_and_the_sum_the_most() -> None:
    mill = replace(TOLD, told_by="Mill Clinic", mg=Decimal(60), weight_kg=Decimal(91), minutes=60, tolerated=False)
    chart = person((0, TOLD), (0, mill))
    (found,) = infusions_elsewhere(chart)
    assert (found.event.mg, found.event.weight_kg, found.event.minutes) == (45, None, None)
    assert found.event.tolerated is False, "harm that one record tells is not outweighed"
    assert found.event.words == "the records differ: 45 mg, 60 mg"
    assert most_mg(chart, found) == 60
    (before,) = doses_before((), chart, P_DEP.kind, RULES, day(9))
    assert (before.mg, before.mg_per_h) == (45, None)


def test_what_is_told_of_a_day_on_which_one_was_given_here_is_that_one() -> None:
    zone = ZoneInfo("America/Denver")
    chart = person((0, TOLD))
    assert infusions_elsewhere(chart, [datetime(2026, 3, 2, 23, 30, tzinfo=UTC)]) == ()
    assert len(infusions_elsewhere(chart, [datetime(2026, 3, 3, 9, tzinfo=UTC)])) == 1
    found = spacing(P_DEP, chart, [day(0)], zone)
    assert found is not None
    assert (found.last, found.assumed) == (day(0), "")


def test_the_hour_of_an_infusion_elsewhere_is_assumed_and_said() -> None:
    zone = ZoneInfo("America/Denver")
    found = spacing(P_DEP, person((2, TOLD)), [day(-3)], zone)
    assert found is not None
    assert found.last == datetime(2026, 3, 2, 23, 59, tzinfo=zone)
    assert found.earliest == found.last + timedelta(hours=40)
    assert found.assumed == (
        "The last infusion was given elsewhere on 02 Mar 2026: 02 Mar 23:59, the latest that it can have been, is "
        "assumed for its start."
    )
    heard_at_once = spacing(P_DEP, person((0, TOLD)), [], zone)
    assert heard_at_once is not None
    assert heard_at_once.last == day(0), "never later than somebody told of it"
    unsure = spacing(P_DEP, person((9, replace(TOLD, within_days=3))), [], zone)
    assert unsure is not None
    assert unsure.last == datetime(2026, 3, 5, 23, 59, tzinfo=zone)
    assert "elsewhere about 02 Mar 2026, 3 days more or less: 05 Mar 23:59" in unsure.assumed
    given_here_since = spacing(P_DEP, person((2, TOLD)), [day(3)], zone)
    assert given_here_since is not None
    assert given_here_since.assumed == ""


@given(before=st.lists(st.integers(min_value=0, max_value=20), min_size=1, max_size=8))
def test_those_told_of_by_number_alone_are_never_counted_beside_those_told_of_by_themselves(before: list[int]) -> None:
    told = [(n, replace(TOLD, given_on=date(2026, 1, 1) + timedelta(days=n), others_before=others))
            for n, others in enumerate(before)]  # fmt: skip
    found = infusions_elsewhere(person(*told))
    in_all = sum(undated(found)) + len(found)
    assert in_all == max(others + len(before) - n for n, others in enumerate(before) if others >= n) or in_all == len(
        before
    )


def test_how_many_were_given_elsewhere_is_said_of_each_sum_by_itself() -> None:
    now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    ago = [Given(at=now - timedelta(days=500), mg=None, elsewhere=True)]
    ago += [Given(at=now - timedelta(days=days), mg=Decimal(45), elsewhere=True) for days in (400, 30)]
    ago += [Given(at=now - timedelta(days=days), mg=Decimal("35.25")) for days in (3, 1)]
    found = exposure(ago, now)
    assert (
        found.ever_words == "5 infusions, at least 160.5 mg (of 1 ? mg not known), 3 of the 5 given elsewhere, as told"
    )
    assert found.lately_words == "3 infusions, 115.5 mg, 1 of the 3 given elsewhere, as told"
    assert exposure(ago[-1:], now).ever_words == "1 infusion, 35.2 mg"
