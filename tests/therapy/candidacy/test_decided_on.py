"""What a decision read and is gone names the strikes that took it, and nothing of other records."""

from dataclasses import replace

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.candidacy.decided_on import reads_gone
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.person.joined import as_of, has_gaps, read_together
from sereniv.therapy.recording.entry import Recorded
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


def joined(*after: int) -> PersonChart:
    """Return a record, and what it reads of one joined at entry 10 that goes on with entries of these numbers."""
    own = chart_of([at_seq(REMARK, 1, 1), at_seq(JOINED, 2, 10)])
    theirs = [at_seq(REMARK, 1, 2), at_seq(JOINED_INTO, 2, 11)]
    more = [at_seq(REMARK, number, 20 + number) for number in after]
    return read_together(own, {1: chart_of([*theirs, *more])})


def test_the_entry_by_which_a_record_was_joined_is_no_gap_of_what_was_erased() -> None:
    """A strike in the joined record comes after that entry, which the chart over both leaves out."""
    assert not has_gaps(joined())
    assert not has_gaps(joined(3))
    assert has_gaps(joined(4))
    assert not has_gaps(as_of(joined(3), 30))
