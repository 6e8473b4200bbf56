"""What a decision read and is gone names the strikes that took it, and nothing of other records."""

from dataclasses import replace

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.candidacy.decided_on import reads_gone
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import chart_of
from sereniv.therapy.person.gone import erased_after, gone
from sereniv.therapy.person.joined import BASE, as_of, read_together
from sereniv.therapy.recording.entry import Erased, Recorded
from tests.therapy.coursing import day, person
from tests.therapy.making import REGISTERED, recorded

RULES = knowledge()
RISK = pe.AnaestheticRiskRecorded(asa=1, airway="Mallampati 1")
REMARK = pe.PregnancyRecorded(status=pe.Pregnancy.NOT_PREGNANT, basis="urine")
TAKEN = pe.FindingTaken(
    criterion="anaesthetic_risk", version=1, result="not met", action=None, read={}, missing=(), grounds=()
)  # fmt: skip
DECIDED = pe.CandidacyDecided(
    decision=pe.Decision.ELIGIBLE, indication="depression", reason="benefit discussed", knowledge_version="k",
    findings=(TAKEN,),
)  # fmt: skip
GONE = pe.RecordStruck(entry=1, reason="of another patient")
BESIDE = pe.RecordStruck(entry=2, reason="typed twice")


def said(*happened: tuple[float, pe.PersonEvent]) -> list[str]:
    return list(reads_gone(person(*happened), REGISTERED, RULES))


@pytest.mark.parametrize("order", [(GONE, BESIDE), (BESIDE, GONE)])
def test_a_strike_that_took_nothing_of_it_is_no_reason_of_it(order: tuple[pe.RecordStruck, ...]) -> None:
    """Each further strike, of whatever, stood among the reasons: what was answered already prompted as new."""
    begun = ((-3, RISK), (-2, REMARK), (-1, DECIDED))
    (once,) = said(*begun, (0, GONE))
    assert said(*begun, *((number, each) for number, each in enumerate(order))) == [once]
    assert once.endswith("struck since: of another patient")


def test_of_two_that_each_would_have_done_both_strikes_are_named() -> None:
    twice = pe.RecordStruck(entry=2, reason="typed twice")
    (found,) = said((-3, RISK), (-2, RISK), (-1, DECIDED), (0, GONE), (1, twice))
    assert found.endswith("struck since: of another patient; typed twice")


JOINED = pe.RecordsJoined(other="b", is_kept=True, reason="same passport")
JOINED_INTO = pe.RecordsJoined(other="a", is_kept=False, reason="same passport")


def at_seq(event: pe.PersonEvent, number: int, seq: int) -> Recorded[pe.PersonEvent]:
    return replace(recorded(event, number, day(0)), seq=seq)


def test_what_a_joined_record_had_erased_is_read_with_it_and_was_read_before() -> None:
    """The entry by which it was joined is left out of the chart over both, and is no erasure."""
    own = chart_of([at_seq(REMARK, 1, 1), at_seq(JOINED, 2, 10)])
    place = replace(recorded(Erased(kind="PregnancyRecorded", since=30), 3, day(0)), seq=12)
    theirs = chart_of([at_seq(REMARK, 1, 2), at_seq(JOINED_INTO, 2, 11)], erased=(place,))
    both = read_together(own, {1: theirs})
    assert [(each.entry, each.words) for each in gone(both, pe.PregnancyRecorded)] == [
        (BASE + 3, "erased since by law")
    ]
    assert [erased_after(both, seq) for seq in (12, 20, 30, 40)] == [False, True, False, False]
    assert (as_of(both, 20).erased, len(as_of(both, 30).erased)) == ((), 1), "read then, and gone by then"


KEPT = [at_seq(REMARK, 1, 1), at_seq(DECIDED, 3, 20)]
PLACE = replace(recorded(Erased(kind="AnaestheticRiskRecorded", since=30), 2, day(0)), seq=2)


def test_what_was_erased_after_a_moment_is_no_news_of_before_it() -> None:
    """Whoever ordered after the erasure has said why; whoever did before has not."""
    chart = chart_of(KEPT, erased=(PLACE,))
    (found,) = reads_gone(chart, REGISTERED, RULES)
    assert found.endswith("erased since by law")
    assert list(reads_gone(as_of(chart, 25), REGISTERED, RULES)) == []
    assert list(reads_gone(as_of(chart, 30), REGISTERED, RULES)) == [found]
