"""Earlier treatments: adequacy from raw facts by two criteria, and nothing concluded from what is not known."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.person.trials import Adequacy, Count, failed, is_closed, judge, n_adequate, n_failed
from tests.therapy.making import NO_MORE_TRIALS, minute, recorded, trial

ATRQ, ATHF = knowledge().trials
FACTS = {
    "reached_minimum_dose": st.none() | st.booleans(),
    "weeks": st.none() | st.integers(0, 60),
    "adherent": st.none() | st.booleans(),
    "improvement_percent": st.none() | st.integers(0, 100),
    "in_current_episode": st.none() | st.booleans(),
    "stopped_for": st.sampled_from(pe.StoppedFor),
    "kind": st.sampled_from(pe.TrialKind),
}
TRIALS = st.fixed_dictionaries(FACTS).map(lambda facts: trial(**facts))
KNOWN = {
    "reached_minimum_dose": (False, True), "weeks": (0, 60), "adherent": (False, True), "improvement_percent": (0, 100),
}  # fmt: skip


def completions(tried: pe.TrialRecorded) -> list[pe.TrialRecorded]:
    """Return the trial with everything not known filled in, either way."""
    open_facts = [name for name in KNOWN if getattr(tried, name) is None]
    ways = itertools.product(*(KNOWN[name] for name in open_facts))
    return [replace(tried, **dict(zip(open_facts, values, strict=True))) for values in ways]


@given(TRIALS)
def test_learning_more_never_overturns_what_was_concluded(tried: pe.TrialRecorded) -> None:
    for criterion in (ATRQ, ATHF):
        concluded = judge(tried, criterion).adequacy
        outcomes = {judge(each, criterion).adequacy is Adequacy.ADEQUATE for each in completions(tried)}
        if concluded is Adequacy.UNKNOWN:
            assert outcomes == {True, False}, "unknown only where it could still turn out either way"
        else:
            assert outcomes == {concluded is Adequacy.ADEQUATE}


@given(TRIALS)
def test_what_the_longer_criterion_accepts_the_shorter_does_too(tried: pe.TrialRecorded) -> None:
    if judge(tried, ATRQ).adequacy is Adequacy.ADEQUATE:
        assert judge(tried, ATHF).adequacy is Adequacy.ADEQUATE


@given(TRIALS)
def test_intolerance_is_never_failure(tried: pe.TrialRecorded) -> None:
    intolerant = replace(tried, stopped_for=pe.StoppedFor.SIDE_EFFECTS)
    assert judge(intolerant, ATHF).adequacy in {Adequacy.NOT_TOLERATED, Adequacy.NOT_JUDGED}
    assert failed(intolerant, 50) is False


@given(st.lists(TRIALS, max_size=5), st.booleans())
def test_a_count_is_a_range_that_what_is_not_known_fills(tried: list[pe.TrialRecorded], in_episode: bool) -> None:
    counted = n_adequate(tried, ATRQ, in_current_episode=in_episode)
    assert counted.possible is not None
    assert 0 <= counted.certain <= counted.possible <= len(tried)
    assert len(counted.missing) == counted.possible - counted.certain
    still_open = n_adequate(tried, ATRQ, in_current_episode=in_episode, closed=False)
    assert (still_open.certain, still_open.possible) == (counted.certain, None)


def test_only_trials_of_this_episode_count_where_the_rule_says_so() -> None:
    tried = [trial(), trial("venlafaxine", in_current_episode=False), trial("lithium", in_current_episode=None)]
    assert n_adequate(tried, ATRQ).certain == 3
    in_episode = n_adequate(tried, ATRQ, in_current_episode=True)
    assert in_episode == Count(certain=1, possible=2, missing=("lithium: in this episode",))


def test_a_treatment_of_any_kind_can_fail_and_an_unknown_one_may_have() -> None:
    therapy = trial("trauma-focused therapy", kind=pe.TrialKind.PSYCHOTHERAPY, improvement_percent=None)
    other = replace(therapy, treatment="EMDR", stopped_for=pe.StoppedFor.OTHER)
    counted = n_failed([therapy, other, trial("ECT", kind=pe.TrialKind.ECT)], ["psychotherapy"], ATRQ)
    assert counted == Count(certain=1, possible=2, missing=("EMDR: improvement",))
    assert judge(therapy, ATRQ).adequacy is Adequacy.NOT_JUDGED


def listed(*events: pe.PersonEvent) -> PersonChart:
    return chart_of(recorded(event, number, minute(number)) for number, event in enumerate(events, start=1))


@pytest.mark.parametrize(
    ("events", "closed"),
    [
        ((), False), ((trial(),), False), ((NO_MORE_TRIALS,), True), ((trial(), NO_MORE_TRIALS), True),
        ((NO_MORE_TRIALS, trial()), False),
        ((NO_MORE_TRIALS, pe.RecordStruck(entry=1, reason="another person's")), False),
    ],
)  # fmt: skip
def test_a_list_is_complete_only_when_somebody_said_so_after_the_last(
    events: tuple[pe.PersonEvent, ...], closed: bool
) -> None:
    assert is_closed(listed(*events)) is closed
