"""A concern that somebody signed over stays in sight while it holds, under its own name, whatever day decided it."""

from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal

import pytest

from sereniv.knowledge import Action, knowledge
from sereniv.knowledge.rows import Phase
from sereniv.therapy.candidacy import criteria
from sereniv.therapy.candidacy.signed_over import (
    ERASED_SINCE,
    as_told,
    of_gate,
    of_going_on,
    of_order,
    of_session,
    signed_over,
)
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.person.concern import grounds_in_words
from sereniv.therapy.person.limits_taken import limit_words
from sereniv.therapy.recording.entry import Erased
from sereniv.therapy.rules.deviations import of_person
from sereniv.therapy.session import events as ev
from tests.therapy.making import GONE_THROUGH, REGISTERED, STARTED, chart, checklist, minute, recorded

RULES = knowledge()
PREGNANT = pe.PregnancyRecorded(status=pe.Pregnancy.PREGNANT, basis="urine hCG positive", breastfeeding=False)
NOT_PREGNANT = replace(PREGNANT, status=pe.Pregnancy.NOT_PREGNANT)


ORDER = pe.OrderSigned(
    protocol="P-DEP", protocol_version=1, knowledge_version="k", infusion_number=1, weight_entry=3,
    measured_weight_kg=Decimal("71.4"), dose_weight_kg=Decimal("71.4"), weight_basis=pe.WeightBasis.ACTUAL,
    dose_mg_per_kg=Decimal("0.5"), dose_mg=Decimal("35.7"), concentration_mg_per_ml=Decimal(1),
    volume_ml=Decimal("35.7"), rate_ml_per_h=Decimal("53.6"), duration_min=40, limits=(),
)  # fmt: skip


def taken(criterion: str, action: Action | None = Action.GATE2, *grounds: str, result: str = "met") -> pe.FindingTaken:
    return pe.FindingTaken(
        criterion=criterion, version=1, result=result, action=action, read={"read": "as then"}, missing=(),
        grounds=grounds,
    )  # fmt: skip


def decided(*findings: pe.FindingTaken, decision: pe.Decision = pe.Decision.ELIGIBLE) -> pe.CandidacyDecided:
    return pe.CandidacyDecided(
        decision=decision, indication="depression", reason="She asks for it; obstetrician agrees.",
        knowledge_version="k", findings=findings,
    )  # fmt: skip


def person(*happened: tuple[float, pe.PersonEvent]) -> PersonChart:
    told = [*((0, each) for each in GONE_THROUGH), *happened]
    return chart_of(
        recorded(event, number, minute(at), "prescriber", "nurse2" if isinstance(event, pe.CandidacyDecided) else "")
        for number, (at, event) in enumerate(told, start=1)
    )


def titles(who: PersonChart, at: float = 60) -> list[str]:
    return [each.title for each in signed_over(who, REGISTERED, minute(at), RULES)]


def test_it_says_what_who_when_and_why() -> None:
    who = person((1, PREGNANT), (2, decided(taken("pregnancy", Action.GATE2, "pregnant"))))
    (found,) = signed_over(who, REGISTERED, minute(60), RULES)
    said = {"prescriber": "Dr Ono", "nurse2": "Lee Grant"}
    assert found.words(said.__getitem__, UTC) == (
        "Pregnancy (pregnant): Dr Ono with Lee Grant, 02 Mar 2026 12:02. She asks for it; obstetrician agrees."
    )
    assert found.is_weighty


@pytest.mark.parametrize(
    ("since", "at", "still"),
    [
        ((), 60, ["Pregnancy"]),
        ((), 30 * 24 * 60, ["Pregnancy"]),  # nobody knows any more: that is not "over"
        (((5, NOT_PREGNANT),), 60, []),
        (((5, decided(decision=pe.Decision.DECLINED)),), 60, []),
        (((5, decided()),), 60, []),
    ],
)
def test_it_stays_until_it_is_known_to_be_over(
    since: tuple[tuple[float, pe.PersonEvent], ...], at: float, still: list[str]
) -> None:
    who = person((1, PREGNANT), (2, decided(taken("pregnancy", Action.GATE2, "pregnant"))), *since)
    assert titles(who, at) == still


@pytest.mark.parametrize(
    ("old", "title"),
    [
        (taken("work_up", Action.GATE2, "pregnant"), "Pregnancy"),
        (taken("work_up", Action.GATE2, "breastfeeding"), "Breastfeeding"),
        (taken("work_up"), "Work-up"),  # of before decisions kept what they settled
        (taken("a_row_of_long_ago"), "a row of long ago"),
    ],
)
def test_a_decision_of_an_older_table_keeps_its_concern_in_sight(old: pe.FindingTaken, title: str) -> None:
    assert titles(person((1, replace(PREGNANT, breastfeeding=True)), (2, decided(old)))) == [title]


def test_an_older_decision_on_a_pregnancy_covers_it_still() -> None:
    from sereniv.knowledge import Phase
    from sereniv.therapy.candidacy.criteria import findings

    who = person((1, replace(PREGNANT, breastfeeding=True)))
    found = {each.row.id: each for each in findings(who, REGISTERED, Phase.SCREEN, minute(5), RULES)}
    old = taken("work_up", Action.GATE2, "pregnant")
    assert found["pregnancy"].settled_by(old)
    assert not found["breastfeeding"].settled_by(old), "another fact under the same old name"
    assert not found["pregnancy"].settled_by(taken("work_up"))


def test_a_condition_no_longer_ticked_is_over_and_a_warning_is_kept_apart() -> None:
    ticked = checklist(pe.HistoryList.CONDITIONS, "aneurysm", "sleep_apnoea")
    decision = decided(
        taken("aneurysm", Action.GATE2, "aneurysm"), taken("sleep_apnoea", Action.WARN, "sleep_apnoea"),
        taken("diabetes", Action.INFO, "diabetes"), taken("age", None, result="not met"),
    )  # fmt: skip
    who = person((1, ticked), (2, decision))
    assert [(each.title, each.is_weighty) for each in signed_over(who, REGISTERED, minute(60), RULES)] == [
        ("Aneurysm", True),
        ("Sleep apnoea", False),
    ]
    assert titles(person((1, ticked), (2, decision), (3, checklist(pe.HistoryList.CONDITIONS)))) == []


def test_a_running_session_keeps_what_was_known_when_it_began() -> None:
    """What is decided or struck later changes no account of an infusion that began before it."""
    before = ((1, PREGNANT), (2, decided(taken("pregnancy", Action.GATE2, "pregnant"))))
    session = chart((30, STARTED))
    later = person(*before, (40, NOT_PREGNANT), (41, decided()))
    assert [each.title for each in of_session(session, later, REGISTERED, RULES, minute(60))] == ["Pregnancy"]
    waiting = chart()
    assert [each.title for each in of_session(waiting, later, REGISTERED, RULES, minute(60))] == []


def test_a_line_passed_and_a_limit_gone_past_stay_in_sight() -> None:
    passed = ev.GateLineOverridden(line="fasting", reason="Clear tea an hour ago, no more.", read="Not so, 11:50.")
    (found,) = of_gate(chart((-5, passed)), RULES)
    assert (found.title, found.reason) == ("Gate, Fasting", "Clear tea an hour ago, no more.")
    assert of_order(None, RULES) == ()
    assert found.at == minute(0) - timedelta(minutes=5)


def test_a_signal_that_an_order_went_on_in_spite_of_stays_in_sight_at_its_own_chair_alone() -> None:
    """It stood on the person and the order, and neither gate, chair, note nor hand-over of that infusion named it."""

    def went(decision: str, signal: str, reason: str) -> pe.WentOn:
        said = RULES.signals[signal].title + ": Burning, since Friday"
        return pe.WentOn(
            decision=decision, signals=(pe.SignalTaken(signal=signal, version=1, words=said),), reason=reason
        )

    last = (1, ORDER), (1, went("order", "mania", "Of the last order."))
    mine = (
        (3, went("review", "urinary", "At the review.")),
        (4, ORDER),
        (5, went("order", "urinary", "Culture clear.")),
    )
    after = (6, went("review", "pressure", "Of the next.")), (7, ORDER), (7, went("order", "mania", "Of the next."))
    who = person(*last, *mine, *after)
    order = next(each for each in who.orders if each.signed.at == minute(4))
    (found,) = of_going_on(order, who, RULES)
    assert (found.title, found.rests_on, found.reason, found.by, found.at) == (
        RULES.signals["urinary"].title, "Burning, since Friday", "Culture clear.", "prescriber", minute(5),
    )  # fmt: skip
    session = chart((30, STARTED))
    opened = replace(session.opened, event=replace(session.opened.event, order=order.signed.stream_seq))
    assert found in of_session(replace(session, opened=opened), who, REGISTERED, RULES, minute(60))


def test_what_somebody_went_on_in_spite_of_is_not_told_once_an_entry_of_then_is_erased_by_law() -> None:
    """The patient's words stood on at gate, chair and note, and among the deviations."""
    taken = pe.SignalTaken(signal="urinary", version=1, words="Urinary symptoms: Burning, since Friday")
    who = person((4, ORDER), (5, pe.WentOn(decision="order", signals=(taken,), reason="Culture clear.")))
    place = replace(recorded(Erased(kind="AdverseEventRecorded", since=9), 1, minute(1)), seq=0)
    after = replace(who, erased=(place,))
    (found,) = of_going_on(after.orders[-1], after, RULES)
    assert (found.rests_on, found.reason) == (ERASED_SINCE, "Culture clear.")
    (told,) = as_told(after.all(pe.WentOn)[0], after).event.signals
    assert told.words == f"Urinary symptoms: {ERASED_SINCE}"
    assert as_told(who.all(pe.WentOn)[0], who) is who.all(pe.WentOn)[0]
    assert not any("Burning" in str(each) for each in of_person(after, RULES))
    assert any("Burning" in str(each) for each in of_person(who, RULES))


def test_every_limit_is_named_in_words_with_its_value_and_unit() -> None:
    for name, row in RULES.limits.items():
        taken = pe.LimitTaken(limit=name, severity="soft", value="1.250", reason="as before")
        words = limit_words(taken, RULES)
        assert words.startswith(row.title), name
        assert "_" not in words, name
        assert words.endswith(f"1.25 {row.unit}" if row.unit != "flag" else row.title), name
    allergic = pe.LimitTaken(
        limit="ketamine_allergy", severity="hard", value="ketamine: rash", reason="tolerated since"
    )
    assert limit_words(allergic, RULES) == f"{RULES.conditions['ketamine_allergy'].title}: ketamine: rash"
    old = pe.LimitTaken(limit="of_an_older_table", severity="soft", value="3", reason="then")
    assert limit_words(old, RULES) == "of an older table: 3"


def test_a_score_that_was_signed_over_says_its_scale_range_and_day() -> None:
    """The page said *Rests on: 15*, the concern *(15)*."""
    manic = pe.ScoreEntered(scale="ymrs", total=15, scored_by="Dr Ono")
    read = replace(taken("manic_score", Action.HOLD, "15"), read={"ymrs": "15, 02 Mar 2026"})
    (found,) = signed_over(person((1, manic), (2, decided(read))), REGISTERED, minute(60), RULES)
    assert found.rests_on == "YMRS 15 (of 0 to 60), 02 Mar 2026"
    facts = criteria.findings(person((1, manic)), REGISTERED, Phase.SCREEN, minute(60), RULES)
    (met,) = [each for each in facts if each.row.id == "manic_score"]
    assert grounds_in_words(met.verdict.grounds, met.read, RULES.scales) == ("YMRS 15 (of 0 to 60), 02 Mar 2026",)
    assert met.settled_by(read), "the same score of another day is settled as it was"


def test_what_is_no_score_stays_as_it_is() -> None:
    assert grounds_in_words(("not_pregnant", "15"), {"ymrs": "16, 02 Mar 2026"}, RULES.scales) == ("not pregnant", "15")


def test_what_is_not_known_is_named_as_its_form_is_titled() -> None:
    """The page said *Missing: past mania, adequate trials, phq9*."""
    found = criteria.findings(person(), REGISTERED, Phase.SCREEN, minute(60), RULES)
    said = [each.due(RULES) for each in found if "phq9" in each.verdict.missing]
    assert said
    assert all("PHQ-9" in words and "phq9" not in words for words in said)
