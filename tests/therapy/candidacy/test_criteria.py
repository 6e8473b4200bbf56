"""Candidacy has three values: what is missing, stale or questioned is unknown, never fine."""

from datetime import timedelta
from decimal import Decimal

import pytest

from sereniv.knowledge import Phase, knowledge
from sereniv.therapy.candidacy.criteria import Result, findings
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.safety import suicide
from tests.therapy.making import GONE_THROUGH, REGISTERED, SCREENED, minute, recorded

Happening = tuple[float, pe.PersonEvent]
DAY = 24 * 60
SECOND = timedelta(seconds=1)


def measured(weight: str | None = None, pressure: tuple[int, int] | None = None, **questions: str) -> pe.Measured:
    return pe.Measured(
        weight_kg=Decimal(weight) if weight else None,
        height_cm=Decimal(168) if weight else None,
        systolic=Decimal(pressure[0]) if pressure else None,
        diastolic=Decimal(pressure[1]) if pressure else None,
        questions=questions,
    )


NO_USE = pe.HistoryRecorded(list=pe.HistoryList.SUBSTANCE_USE)
NOT_PREGNANT = pe.PregnancyRecorded(status=pe.Pregnancy.NOT_PREGNANT, basis="urine hCG negative")
WORKED_UP: tuple[Happening, ...] = (
    (0, NO_USE),
    (0, measured("71.4", (124, 78))),
    (5, measured(None, (122, 76))),
    (6, NOT_PREGNANT),
    (7, pe.MedicinesReviewed()),
    *((7, event) for event in GONE_THROUGH),
)


def person(*happened: Happening) -> PersonChart:
    return chart_of(recorded(event, number, minute(at)) for number, (at, event) in enumerate(happened, start=1))


def verdicts(chart: PersonChart, at: float = 10, phase: Phase = Phase.SCREEN) -> dict[str, str]:
    return {each.row.id: each.verdict.words() for each in findings(chart, REGISTERED, phase, minute(at), knowledge())}


def of(criterion: str, chart: PersonChart, at: float = 10, phase: Phase = Phase.SCREEN) -> str:
    return verdicts(chart, at, phase)[criterion]


def test_nothing_known_is_unknown_everywhere_and_holds() -> None:
    found = verdicts(person())
    assert found.pop("age") == "not met", "the register knows it"
    assert found.pop("evaluated_against") == "not met", "nobody concluded anything"
    assert found.pop("manic_score") == "not met", "who has no YMRS is asked about mania on the checklist"
    assert set(found.values()) == {"unknown: HOLD"}


def test_a_complete_work_up_stands_in_nobodys_way() -> None:
    assert set(verdicts(person(*WORKED_UP, *((7, each) for each in SCREENED))).values()) == {"not met"}


@pytest.mark.parametrize("missing", range(len(WORKED_UP)))
def test_each_missing_fact_is_unknown_and_named(missing: int) -> None:
    kept = [each for place, each in enumerate(WORKED_UP) if place != missing]
    found = findings(person(*kept), REGISTERED, Phase.SCREEN, minute(10), knowledge())
    unknown = [each for each in found if each.verdict.result is Result.UNKNOWN]
    assert unknown
    assert all(each.verdict.missing and each.stands_in_the_way for each in unknown)


@pytest.mark.parametrize(
    ("criterion", "phase", "stale_after_min"),
    [
        ("uncontrolled_hypertension", Phase.SCREEN, 5 + DAY),
        ("uncontrolled_hypertension", Phase.BEFORE_START, 5 + 10),
        ("substance_use_needs_evaluation", Phase.SCREEN, 90 * DAY),
        ("weight_measured", Phase.SCREEN, DAY),
        ("pressures_taken", Phase.SCREEN, DAY),
        ("medicines_reviewed", Phase.SCREEN, DAY + 7),
        ("pregnancy", Phase.SCREEN, 7 * DAY + 6),
        ("breastfeeding", Phase.BEFORE_START, 7 * DAY + 6),
    ],
)
def test_a_fact_goes_stale_to_the_second(criterion: str, phase: Phase, stale_after_min: int) -> None:
    chart = person(*WORKED_UP)
    fresh = {each.row.id: each for each in findings(chart, REGISTERED, phase, minute(stale_after_min), knowledge())}
    stale = {
        each.row.id: each for each in findings(chart, REGISTERED, phase, minute(stale_after_min) + SECOND, knowledge())
    }
    assert fresh[criterion].verdict.result is Result.NOT_MET
    assert stale[criterion].verdict.result is Result.UNKNOWN


@pytest.mark.parametrize(
    ("minutes_apart", "words"), [(5, "not met"), (4.99, "unknown: HOLD"), (0, "unknown: HOLD"), (60, "not met")]
)
def test_two_pressures_count_as_two_from_five_minutes(minutes_apart: float, words: str) -> None:
    chart = person(*WORKED_UP[:2], (minutes_apart, measured(None, (122, 76))), *WORKED_UP[3:])
    assert of("pressures_taken", chart, 70) == words


@pytest.mark.parametrize(
    ("pressure", "words"),
    [
        ((140, 90), "not met"), ((141, 90), "met: HOLD"), ((140, 91), "met: HOLD"), ((159, 99), "met: HOLD"),
        ((160, 90), "met: GATE"), ((140, 100), "met: GATE"),
    ],
)  # fmt: skip
def test_the_newest_pressure_is_judged(pressure: tuple[int, int], words: str) -> None:
    assert of("uncontrolled_hypertension", person(*WORKED_UP, (8, measured(None, pressure)))) == words
    late = person((8, measured(None, pressure)), *WORKED_UP)  # charted first, measured last
    assert of("uncontrolled_hypertension", late) == words


def test_a_questioned_value_counts_only_once_confirmed() -> None:
    doubtful = measured("154", None, weight_kg="+120 %")
    kept = [each for each in WORKED_UP if not isinstance(each[1], pe.Measured) or each[1].weight_kg is None]
    happened = (*kept, (0, measured(None, (124, 78))), (8, doubtful))
    chart = person(*happened)
    assert of("weight_measured", chart) == "unknown: HOLD"
    assert [(each.field, each.value) for each in chart.open_questions()] == [("weight_kg", 154)]
    confirmed = person(
        *happened, (9, pe.ValueConfirmed(entry=len(happened), field="weight_kg", remark="weighed twice"))
    )
    assert of("weight_measured", confirmed) == "not met"
    assert confirmed.open_questions() == ()


def test_one_doubtful_side_makes_the_pressure_unusable() -> None:
    chart = person((0, NO_USE), (0, measured(None, (300, 90), systolic="implausible")))
    assert of("uncontrolled_hypertension", chart) == "unknown: HOLD"


@pytest.mark.parametrize(
    ("uses", "words"),
    [
        ((), "not met"),
        ((pe.SubstanceUse.PAST_DISORDER,), "met: GATE"),
        ((pe.SubstanceUse.PAST_DISORDER, pe.SubstanceUse.ACTIVE_DISORDER), "met: GATE2"),
        ((pe.SubstanceUse.KETAMINE_OR_PCP_MISUSE, pe.SubstanceUse.PAST_DISORDER), "met: GATE2"),
    ],
)
def test_the_strictest_action_of_a_history_wins(uses: tuple[pe.SubstanceUse, ...], words: str) -> None:
    history = pe.HistoryRecorded(list=pe.HistoryList.SUBSTANCE_USE, substance_use=uses)
    assert of("substance_use_needs_evaluation", person((0, history))) == words


@pytest.mark.parametrize(
    ("status", "breastfeeding", "pregnancy_words", "breastfeeding_words"),
    [
        (pe.Pregnancy.PREGNANT, False, "met: GATE2", "not met"),
        (pe.Pregnancy.PREGNANT, True, "met: GATE2", "met: GATE2"),
        (pe.Pregnancy.NOT_PREGNANT, True, "not met", "met: GATE2"),
        (pe.Pregnancy.NOT_PREGNANT, None, "not met", "not met"),
        (pe.Pregnancy.BREASTFEEDING, None, "unknown: HOLD", "met: GATE2"),
    ],
)
def test_pregnancy_and_breastfeeding_are_concerns_of_their_own(
    status: pe.Pregnancy, breastfeeding: bool | None, pregnancy_words: str, breastfeeding_words: str
) -> None:
    said = pe.PregnancyRecorded(status=status, basis="said", breastfeeding=breastfeeding)
    for before in ((), WORKED_UP):
        chart = person(*before, (8, said))
        assert (of("pregnancy", chart), of("breastfeeding", chart)) == (pregnancy_words, breastfeeding_words)
    assert of("weight_measured", person(*WORKED_UP, (8, said))) == "not met", "the rest of the work-up is not in it"


def test_the_finding_kept_with_a_decision_says_what_it_read() -> None:
    found = {
        each.row.id: each.taken()
        for each in findings(person(*WORKED_UP), REGISTERED, Phase.SCREEN, minute(10), knowledge())
    }
    assert found["uncontrolled_hypertension"].read["systolic"] == "122 mmHg on 02 Mar 12:05"
    assert found["weight_measured"].missing == ()
    assert found["substance_use_needs_evaluation"].read == {"substance_use": "none of these, asked on 02 Mar 12:00"}


def test_a_blank_or_positive_suicide_item_waits_until_taken_up_in_person() -> None:
    blank = pe.ScaleAnswered(scale="phq9", answers=(0,) * 8 + (None,), total=None, answered_by="patient")
    positive = pe.ScaleAnswered(scale="phq9", answers=(0,) * 8 + (1,), total=1, answered_by="patient")
    clear = pe.ScaleAnswered(scale="phq9", answers=(0,) * 9, total=0, answered_by="patient")
    happened: tuple[Happening, ...] = ((0, blank), (1, positive), (2, clear))
    assert [each.entry for each in suicide.waiting(person(*happened), knowledge())] == [1, 2]
    asked = person(*happened, (3, pe.SafetyAsked(entry=1, finding="no thoughts")))
    assert [each.entry for each in suicide.waiting(asked, knowledge())] == [2]
