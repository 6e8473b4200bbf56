"""Who is to be told of a prompt by when: the nurse at once, then the next role, then the lead, and nobody twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.therapy.monitoring.reaching import Owed, Reachable, nurse_of, owed, rungs_by, seen_by
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events import Rung
from tests.therapy.making import STARTED, Happening, chart, minute

RULES = knowledge()
PUSH = frozenset({"push"})
BOTH = frozenset({"push", "mail"})
BY_PUSH = dict.fromkeys(Rung, ("push",))
SECOND = timedelta(seconds=1)
IDA = Reachable(who="nurse", roles=frozenset({"nurse"}), ways=PUSH)
JON = Reachable(who="jon", roles=frozenset({"nurse"}), ways=PUSH)
VOSS = Reachable(who="voss", roles=frozenset({"prescriber"}), ways=PUSH)
MARA = Reachable(who="mara", roles=frozenset({"medical director", "prescriber"}), ways=PUSH)
KAI = Reachable(who="kai", roles=frozenset({"coordinator"}), ways=PUSH)
EVERYBODY = (IDA, JON, VOSS, MARA, KAI)


def raised(alert: str = "pressure_high") -> ev.AlertRaised:
    row = RULES.alerts[alert]
    return ev.AlertRaised(
        alert=alert, kind=ev.AlertKind.PHYSIOLOGICAL, priority=row.priority, title=row.title, message=row.message,
        rule=row.code, read={},
    )  # fmt: skip


ONE = ((0, STARTED), (4, raised()))


def told(rung: Rung, *who: str, failure: str = "", alerts: Sequence[str] = ("pressure_high",)) -> ev.AlertTold:
    tellings = tuple(ev.Telling(who=each, way="push", failure=failure) for each in who)
    return ev.AlertTold(alerts=tuple(alerts), rung=rung, told=tellings)


def owed_now(
    here: SessionChart, seconds: float, people: Sequence[Reachable] = EVERYBODY, ways: object = BY_PUSH
) -> list[tuple[Rung, str]]:
    now = minute(4) + seconds * SECOND
    return [(each.rung, each.who) for each in owed(here, now, RULES, people, ways)]  # type: ignore[arg-type]


NURSE, NEXT, LEAD = Rung


@pytest.mark.parametrize(
    ("seconds", "rungs"),
    [
        (-30, [NURSE]), (0, [NURSE]), (59, [NURSE]), (59.999, [NURSE]), (60, [NURSE, NEXT]), (61, [NURSE, NEXT]),
        (119, [NURSE, NEXT]), (120, [NURSE, NEXT, LEAD]), (121, [NURSE, NEXT, LEAD]), (9999, [NURSE, NEXT, LEAD]),
    ],
)  # fmt: skip
def test_each_rung_is_told_just_at_its_time(seconds: float, rungs: list[Rung]) -> None:
    assert list(rungs_by(minute(4), minute(4) + seconds * SECOND, RULES)) == rungs
    people = {NURSE: ["nurse"], NEXT: ["jon"], LEAD: ["voss", "mara"]}
    assert owed_now(chart(*ONE), seconds) == [(rung, who) for rung in rungs for who in people[rung]]


def test_a_clinics_own_seconds_count() -> None:
    own = replace(RULES, acknowledgement=replace(RULES.acknowledgement, escalate_after_s=20, second_role_after_s=40))
    found = [
        [each.rung for each in owed(chart(*ONE), minute(4) + seconds * SECOND, own, EVERYBODY, BY_PUSH)]
        for seconds in (19, 20, 40)
    ]
    assert found == [[NURSE], [NURSE, NEXT], [NURSE, NEXT, LEAD, LEAD]]


def test_whoever_acts_ends_it_and_whoever_looks_does_not() -> None:
    acted = ev.AlertAcknowledged(alert="pressure_high", action="slowed")
    seen = ev.AlertSeen(alerts=("pressure_high",))
    assert owed_now(chart(*ONE, (4, acted)), 200) == []
    after = chart(*ONE, (4, told(NURSE, "nurse")), (4.1, seen), (4.2, seen))
    assert owed_now(after, 60) == [(NEXT, "jon")]
    assert [who for _, who in seen_by(after.alerts["pressure_high"])] == ["nurse"], "each once, by the first look"


def test_nobody_is_told_twice_and_what_is_over_goes_on_until_it_is_acted_on() -> None:
    gone = (*ONE, (4, told(NURSE, "nurse")), (5, told(NEXT, "jon")))
    assert owed_now(chart(*gone), 119) == []
    latched = (*gone, (5.5, ev.AlertEnded(alert="pressure_high")))
    assert owed_now(chart(*latched), 120) == [(LEAD, "voss"), (LEAD, "mara")]
    again = (*latched, (5.7, raised()))
    assert owed_now(chart(*again), 119) == [], "raised again before anybody acted: it has waited since the first time"
    anew = (*gone, (5.5, ev.AlertAcknowledged(alert="pressure_high", action="slowed")), (9, raised()))
    assert owed_now(chart(*anew), 5 * 60) == [(NURSE, "nurse")], "raised anew after somebody acted: told anew"


def test_what_did_not_go_is_still_owed_and_the_next_rung_does_not_wait_for_it() -> None:
    failed = told(NURSE, "nurse", failure="the server did not answer")
    assert owed_now(chart(*ONE, (4, failed)), 1) == [(NURSE, "nurse"), (NEXT, "jon")]
    assert owed_now(chart(*ONE, (4, failed), (4.1, told(NURSE, "nurse"))), 10) == []


def test_a_rung_on_which_nobody_can_be_told_passes_at_once() -> None:
    mute = (replace(IDA, ways=frozenset()), replace(JON, ways=frozenset()), VOSS)
    assert owed_now(chart(*ONE), 0, mute) == [(LEAD, "voss")]
    assert owed_now(chart(*ONE), 0, (IDA, mute[1], VOSS)) == [(NURSE, "nurse")]
    assert owed_now(chart(*ONE), 60, (IDA, mute[1], VOSS)) == [(NURSE, "nurse"), (LEAD, "voss")]


def test_that_nobody_at_all_can_be_told_is_owed_once() -> None:
    assert owed_now(chart(*ONE), 0, ()) == [(LEAD, "")]
    nobody = chart(*ONE, (4, told(LEAD)))
    assert owed_now(nobody, 500, ()) == []
    assert [who for _, who in owed_now(nobody, 500)] == ["nurse", "jon", "voss", "mara"], "told as soon as they can be"


def test_those_on_duty_are_told_and_the_last_rung_is_never_empty_for_want_of_them() -> None:
    off = replace(VOSS, on_duty=False)
    assert owed_now(chart(*ONE, (4, told(NURSE, "nurse")), (5, told(NEXT, "jon"))), 120, (IDA, JON, off, MARA)) == [
        (LEAD, "mara")
    ]
    alone = [replace(each, on_duty=each is IDA) for each in EVERYBODY]
    assert owed_now(chart(*ONE), 60, alone) == [(NURSE, "nurse"), (LEAD, "voss"), (LEAD, "mara")], (
        "no other nurse is here: the lead is told at once"
    )
    all_off = [replace(each, on_duty=False) for each in EVERYBODY]
    found = owed_now(chart(*ONE), 120, all_off)
    assert found == [(NURSE, "nurse"), (NEXT, "jon"), (LEAD, "voss"), (LEAD, "mara")], "nobody says they are on duty"
    assert owed_now(chart(*ONE), 0, all_off) == [(NURSE, "nurse")], "the nurse of the session is told whatever was said"


def test_ways_are_told_as_the_clinic_has_set_them() -> None:
    both = replace(IDA, ways=BOTH)
    found = owed(chart(*ONE), minute(4), RULES, (both, JON), {NURSE: ("mail", "push"), NEXT: ("push",)})
    assert [(each.who, each.way) for each in found] == [("nurse", "mail"), ("nurse", "push")]
    later = owed_now(chart(*ONE), 0, (both, JON), {NURSE: (), NEXT: ("push",)})
    assert later == [(NEXT, "jon")]


def test_a_pager_of_the_clinic_is_told_on_each_of_its_rungs() -> None:
    pager = Reachable(who="webhook", ways=frozenset({"webhook"}), on_rungs=frozenset({NURSE, LEAD}))
    ways = dict.fromkeys(Rung, ("webhook",))
    people = (*EVERYBODY, pager)
    assert owed_now(chart(*ONE), 120, people, ways) == [(NURSE, "webhook"), (LEAD, "webhook")]
    gone = ev.AlertTold(alerts=("pressure_high",), rung=NURSE, told=(ev.Telling(who="webhook", way="webhook"),))
    assert (LEAD, "webhook") in owed_now(chart(*ONE, (4, gone)), 120, people, ways)


def test_prompts_of_one_chair_are_told_together_the_gravest_first() -> None:
    two = chart((0, STARTED), (4, raised()), (4, raised("line_out")))
    (first,) = owed(two, minute(4), RULES, EVERYBODY, BY_PUSH)
    assert first == Owed(alerts=("line_out", "pressure_high"), rung=NURSE, who="nurse", way="push")


def test_the_nurse_of_a_session_is_the_nurse_who_charted_last() -> None:
    here = chart(*ONE)
    assert nurse_of(here, EVERYBODY) == "nurse"
    assert nurse_of(here, (VOSS,)) == ""
    as_prescriber = replace(IDA, roles=frozenset({"prescriber"}))
    assert nurse_of(here, (as_prescriber, JON)) == "nurse", "where no nurse has charted, whoever did"


def test_a_patient_who_left_asks_for_nobody() -> None:
    left = ev.Discharged(handed_to="Kim Escort", advice_given=True)
    assert owed_now(chart(*ONE, (50, ev.InfusionStopped()), (110, left)), 999) == []


@given(
    seconds=st.lists(st.integers(0, 400), min_size=1, max_size=12).map(sorted),
    fails=st.lists(st.booleans(), min_size=60, max_size=60),
    duty=st.lists(st.booleans(), min_size=5, max_size=5),
    mute=st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_whenever_it_is_looked_nobody_is_told_twice_and_nobody_is_forgotten(
    seconds: list[int], fails: list[bool], duty: list[bool], mute: list[bool]
) -> None:
    """Looks at any moments, with ways that fail now and then, each time from the entries alone, as after a restart."""
    people = [
        replace(each, on_duty=on, ways=frozenset() if silent else PUSH)
        for each, on, silent in zip(EVERYBODY, duty, mute, strict=True)
    ]
    entries: list[Happening] = [*ONE]
    went: list[str] = []
    outcome = iter(fails)
    for at in [*seconds, 1000, 1000, 1000]:
        for each in owed(chart(*entries), minute(4) + at * SECOND, RULES, people, BY_PUSH):
            failure = "no" if each.who and at < 1000 and next(outcome, False) else ""
            telling = (ev.Telling(who=each.who, way=each.way, failure=failure),) if each.who else ()
            entries.append((4 + at / 60, ev.AlertTold(alerts=each.alerts, rung=each.rung, told=telling)))
            went += [each.who] if each.who and not failure else []
            if each.rung is not NURSE and at < (60 if each.rung is NEXT else 120) and not any(fails):
                assert mute[0] or mute[1] or not duty[1], "before its time only where a nearer rung could not be told"
    assert len(went) == len(set(went)), "nobody twice"
    assert owed(chart(*entries), minute(4) + 1001 * SECOND, RULES, people, BY_PUSH) == ()
    assert mute[0] or "nurse" in went
    others = [people[1]] if duty[1] or not any(duty) else []
    leads = [each for each in people[2:4] if each.on_duty] or people[2:4]
    assert all(each.who in went for each in (*others, *leads) if each.ways), "nobody forgotten"
