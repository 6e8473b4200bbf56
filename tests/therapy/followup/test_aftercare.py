"""After a session: whom to call, what is still open, and how often side effects were seen."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.therapy.followup.aftercare import adverse_events, check_in_due, is_red, red_answers_open, term_meant
from sereniv.therapy.followup.proportions import wilson
from sereniv.therapy.followup.side_effects import Ran, asked_in, counted, seen_in, share, tallies
from sereniv.therapy.person import events as pe
from sereniv.therapy.person.chart import PersonChart, chart_of
from sereniv.therapy.safety.suicide import waiting
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import SessionChart
from sereniv.therapy.session.events.incidents import Suicidality
from tests.therapy.making import RECOVERED, STARTED, Happening, chart, full_set, minute, recorded, vitals

RULES = knowledge()
RULE = RULES.aftercare.check_in
LEFT: tuple[Happening, ...] = (
    (0, STARTED), (40, ev.InfusionStopped()), (100, ev.Discharged(handed_to="Kim", advice_given=True)),
)  # fmt: skip
CALL = pe.CheckInRecorded(
    session="s-1", reached=True, by_whom="the patient", asked=("drowsy",), symptoms=(),
    suicidality=Suicidality.NONE, mood=pe.Mood.SAME, drove_or_worked=False,
)  # fmt: skip
ITCH = pe.AdverseEventRecorded(
    term="allergy", words="itch", grade=1, serious=False, session="s-1", related=pe.Related.POSSIBLE, action="",
    outcome=pe.Outcome.ONGOING,
)  # fmt: skip
HOUR = 60


def person(*happened: tuple[float, pe.PersonEvent]) -> PersonChart:
    return chart_of(recorded(event, number, minute(at)) for number, (at, event) in enumerate(happened, start=1))


def test_the_call_is_due_a_day_after_leaving_until_somebody_was_reached() -> None:
    left = 100
    told, nobody = chart(*LEFT), person()
    due = left + RULE.due_after_h * HOUR

    def at(number: float, who: PersonChart = nobody, session: SessionChart = told) -> str:
        found = check_in_due(session, "s-1", who, minute(number), RULE)
        return "" if found is None else f"{'overdue' if found.is_overdue(minute(number)) else 'due'} {found.tries}"

    assert (at(due - 1), at(due)) == ("", "due 0")
    assert at(left + RULE.overdue_after_h * HOUR) == "overdue 0"
    tried = replace(CALL, reached=False)
    assert at(due + 5, person((due, tried), (due + 1, tried))) == "due 2"
    assert at(due + 5, person((due, tried), (due + 1, CALL))) == ""
    assert at(due + 5, person((due, replace(CALL, session="another")))) == "due 0"
    assert at(due + 5, session=chart(*LEFT[:2])) == "", "still here"
    assert at(due + 5, session=chart((0, ev.SessionClosedUnused(reason="no vein")))) == "", "never infused"
    gone = chart(*LEFT[:2], (100, ev.TransferredOut(where="City Hospital", reason="chest pain")))
    assert at(due, session=gone) == "due 0"
    assert at(left + 400 * 24 * HOUR) == "overdue 0", "time ends nothing"
    given_up = pe.CheckInGivenUp(session="s", reason="moved abroad", instead="a letter was sent")
    assert at(due + 5, person((due, replace(given_up, session="another")))) == "due 0"
    assert at(due + 5, person((due, replace(given_up, session="s-1")))) == ""


def test_a_call_that_reaches_nobody_goes_up() -> None:
    told = chart(*LEFT)
    left, tried = 100, replace(CALL, reached=False)

    def step(hours: float, *tries: float) -> int:
        found = check_in_due(told, "s-1", person(*((each, tried) for each in tries)), minute(left + hours * HOUR), RULE)
        assert found is not None
        return found.step

    assert (step(47.9), step(48), step(95.9), step(96)) == (0, 1, 1, 2)
    assert (step(30, 1500.0), step(30, 1500.0, 1600.0)) == (0, 1), "two calls that reach nobody reach the prescriber"


ACTS = st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["tried", "reached", "gave up"])), max_size=8)


@given(acts=ACTS, jump=st.integers(0, 1000))
def test_a_call_once_owed_is_open_or_closed_by_a_named_act(acts: list[tuple[int, str]], jump: int) -> None:
    """Whatever the order of acts and however far the clock jumps."""
    happened, days = list[tuple[float, pe.PersonEvent]](), 1.1
    for later, what in acts:
        days += later
        event = {
            "tried": replace(CALL, reached=False),
            "reached": CALL,
            "gave up": pe.CheckInGivenUp(session="s-1", reason="moved abroad", instead="a letter was sent"),
        }[what]
        happened.append((100 + days * 24 * HOUR, event))
    now = minute(100 + (days + jump) * 24 * HOUR)
    open_still = check_in_due(chart(*LEFT), "s-1", person(*happened), now, RULE) is not None
    closed = any(what != "tried" for _, what in acts)
    assert open_still is not closed


def test_worse_or_unasked_thoughts_wait_until_somebody_asked_in_person() -> None:
    worse, unasked = (replace(CALL, suicidality=each) for each in (Suicidality.WORSE, Suicidality.NOT_ASKED))
    assert waiting(person((0, CALL), (1, replace(CALL, suicidality=Suicidality.NO_WORSE))), knowledge()) == ()
    assert len(waiting(person((0, worse), (1, unasked)), knowledge())) == 2
    assert waiting(person((0, worse), (1, pe.SafetyAsked(entry=1, finding="plan made"))), knowledge()) == ()
    later = waiting(person((0, worse), (1, CALL)), knowledge())
    assert len(later) == 1, "a later call does not take up what was found"
    assert waiting(person((0, unasked), (1, CALL)), knowledge()) == ()
    assert waiting(person((0, replace(unasked, reached=False))), knowledge()) == ()


def test_a_side_effect_is_open_until_it_is_over() -> None:
    told = person(
        (0, ITCH),
        (1, replace(ITCH, grade=3)),
        (2, pe.AdverseEventFollowed(entry=1, outcome=pe.Outcome.RESOLVED, words="gone")),
    )
    first, second = adverse_events(told)
    assert (first.is_open, second.is_open, second.presses) == (False, True, True)
    again = person(
        (0, ITCH),
        (1, pe.AdverseEventFollowed(entry=1, outcome=pe.Outcome.RESOLVED, words="gone")),
        (2, pe.AdverseEventFollowed(entry=1, outcome=pe.Outcome.ONGOING, words="back")),
    )
    assert adverse_events(again)[0].is_open
    struck = person((0, ITCH), (1, pe.RecordStruck(entry=1, reason="other person")))
    assert adverse_events(struck) == ()
    assert adverse_events(person((0, replace(ITCH, serious=True))))[0].presses


@pytest.mark.parametrize(
    ("cases", "of", "low", "high"),
    [(81, 263, "0.2553", "0.3662"), (15, 148, "0.0624", "0.1605"), (0, 20, "0", "0.1611"), (1, 29, "0.0061", "0.1718")],
)
def test_the_interval_is_the_published_one(cases: int, of: int, low: str, high: str) -> None:
    """Newcombe, Stat Med 1998;17:857, table I, score method without continuity correction."""
    found = wilson(cases, of, RULES.aftercare.small_cells.z)
    assert found == pytest.approx((float(low), float(high)), abs=5e-5)


@given(of=st.integers(1, 5000), data=st.data())
def test_the_interval_holds_the_rate_and_stays_a_fraction(of: int, data: st.DataObject) -> None:
    cases = data.draw(st.integers(0, of))
    low, high = wilson(cases, of, Decimal("1.959964"))
    assert -1e-12 <= low <= cases / of + 1e-12
    assert cases / of - 1e-12 <= high <= 1
    other = wilson(of - cases, of, Decimal("1.959964"))
    assert other == pytest.approx((1 - high, 1 - low))


def test_a_rate_is_of_those_who_were_asked_and_few_are_no_rate() -> None:
    rule = RULES.aftercare.small_cells
    assert share(10, 500, rule).words == "10 of 500 asked: 2.0 % (1.1 to 3.6)"
    assert share(0, 33, rule).words == "0 of 33 asked: 0.0 % (0.0 to 10.4)"
    assert share(0, 0, rule).words == "not asked"
    assert share(1, 10, rule).words == "1 of 10 asked"
    assert share(11, 44, rule).words == "11 of 44 asked: 25.0 % (14.6 to 39.4)"


def test_what_nobody_asked_is_not_among_none() -> None:
    ran = [
        Ran(person=f"p-{n}", terms=frozenset({"nausea"} if n == 0 else ()),
            asked=frozenset({"headache"} if n < 4 else ()))
        for n in range(33)
    ]  # fmt: skip
    found = {each.term.id: each for each in tallies(counted(ran), RULES)}
    assert (found["headache"].sessions.words, found["headache"].not_asked) == ("0 of 4 asked", 29)
    nausea = found["nausea"]
    assert (nausea.sessions.words, nausea.people.words) == ("not asked; 1 told unasked", "not asked; 1 told unasked")
    assert (nausea.cases, nausea.not_asked) == (1, 33)
    assert (found["vomiting"].sessions.words, found["vomiting"].people.words) == ("not asked", "not asked")


def test_what_was_graded_as_none_or_measured_was_asked() -> None:
    ran = chart((0, STARTED), (5, grade(ev.Observation.NAUSEA, 0)), (6, vitals(120, 80)))
    asked = asked_in(ran, RULES)
    assert {"nausea", "pressure_high"} <= asked
    assert "dissociation" not in asked
    assert not asked_in(chart((0, STARTED)), RULES)
    assert "pressure_high" not in asked_in(chart((-3, full_set(120, 80)), (0, STARTED)), RULES), "before the start"


@pytest.mark.parametrize(
    ("term", "happened", "asked"),
    [
        ("nausea", ((5, ("nausea", 2)),), False),
        ("nausea", ((5, ("nausea", 2)), (20, ("nausea", 0))), False),
        ("nausea", ((5, ("nausea", 0)), (20, ("nausea", 2))), True),
        ("nausea", ((-5, ("nausea", 0)), (20, ("nausea", 2))), False),
        ("nausea", ((5, ("nausea", 2)), (60, RECOVERED)), True),
        ("headache", ((5, ("headache", 1)), (60, RECOVERED)), False),
        ("drowsiness", ((5, ("moaas", 3)),), False),
        ("drowsiness", ((5, ("moaas", 3)), (60, RECOVERED)), True),
        ("dissociation", ((40, ("dissociation", 2)),), True),
        ("dissociation", ((-5, ("dissociation", 0)),), False),
        ("saturation_low", ((5, vitals(120, 80)),), False),
        ("saturation_low", ((5, full_set(120, 80)),), True),
        ("pressure_low", ((5, vitals(120, 80)),), True),
    ],
)
def test_what_was_charted_only_because_it_was_there_asked_nobody(
    term: str, happened: tuple[tuple[float, tuple[str, int] | ev.SessionEvent], ...], *, asked: bool
) -> None:
    events = [(at, grade(ev.Observation(each[0]), each[1]) if isinstance(each, tuple) else each)
              for at, each in happened]  # fmt: skip
    told = chart(*sorted([(0, STARTED), *events], key=lambda each: each[0]))
    assert (term in asked_in(told, RULES)) is asked


def test_what_was_told_unasked_is_a_case_and_makes_no_rate() -> None:
    """Thirty answered no, ten had it charted because it was there: neither 0 of 30 nor 10 of 40 is a rate."""
    ran = [Ran(person=f"p-{n}", terms=frozenset({"nausea"} if n >= 30 else ()),
               asked=frozenset({"nausea", "headache"} if n < 30 else ())) for n in range(40)]  # fmt: skip
    found = {each.term.id: each for each in tallies(counted(ran), RULES)}
    nausea = found["nausea"]
    assert (nausea.sessions.words, nausea.sessions.percent) == ("0 of 30 asked; 10 more told unasked", None)
    assert (nausea.people.words, nausea.people.percent) == ("0 of 30 asked; 10 more told unasked", None)
    assert (nausea.cases, nausea.not_asked) == (10, 10)
    assert found["headache"].sessions.words == "0 of 30 asked: 0.0 % (0.0 to 11.4)"


def test_who_was_asked_once_and_told_of_it_another_time_is_one_of_those_asked() -> None:
    once = Ran(person="p", terms=frozenset({"nausea"}), asked=frozenset({"nausea"}))
    again = Ran(person="p", terms=frozenset({"nausea"}), asked=frozenset())
    nausea = next(each for each in tallies(counted([once, again]), RULES) if each.term.id == "nausea")
    assert (nausea.sessions.words, nausea.people.words) == ("1 of 1 asked; 1 more told unasked", "1 of 1 asked")
    assert nausea.cases == 2


def grade(what: ev.Observation, number: int) -> ev.ObservationCharted:
    return ev.ObservationCharted(observation=what, grade=number)


def test_a_chart_shows_its_side_effects_by_name() -> None:
    def seen(*happened: Happening) -> dict[str, int | None]:
        return {
            each.term.id: each.worst for each in seen_in(chart((-3, full_set(170, 80)), (0, STARTED), *happened), RULES)
        }

    assert seen() == {}, "a pressure before the start is no side effect"
    assert seen((-2, grade(ev.Observation.NAUSEA, 2))) == {}, "nor is nausea"
    assert seen((5, grade(ev.Observation.NAUSEA, 1)), (9, grade(ev.Observation.NAUSEA, 2))) == {"nausea": 2}
    assert seen((5, grade(ev.Observation.NAUSEA, 0)), (5, grade(ev.Observation.MOAAS, 5))) == {}
    assert seen((5, grade(ev.Observation.MOAAS, 4)), (6, grade(ev.Observation.MOAAS, 3))) == {"drowsiness": 3}
    assert seen((60, RECOVERED)) == {"nausea": 1}, "scored for recovery with nausea"
    assert seen((5, vitals(164, 99))) == {}
    assert seen((5, vitals(165, 80)), (9, vitals(120, 80))) == {"pressure_high": None}
    assert seen((5, vitals(181, 80)), (9, vitals(182, 80))) == {"pressure_high": None, "pressure_severe": None}
    assert seen((5, replace(vitals(300, 80), questions={"systolic": "?"}))) == {}


def test_people_are_counted_once_however_often_they_had_it() -> None:
    nauseous, asked = frozenset({"nausea"}), frozenset({"nausea"})
    ran = [Ran(person=f"p-{n % 20}", terms=nauseous if n % 20 < 12 else frozenset(), asked=asked) for n in range(60)]
    nausea = next(each for each in tallies(counted(ran), RULES) if each.term.id == "nausea")
    assert (nausea.sessions.cases, nausea.sessions.of) == (36, 60)
    assert (nausea.people.cases, nausea.people.of) == (12, 20)


def test_terms_name_what_the_chair_can_chart() -> None:
    for row in RULES.aftercare.terms.values():
        assert not row.alert or row.alert in RULES.alerts, row.id
        assert not row.observation or row.observation in set(ev.Observation), row.id
        assert bool(row.observation) == (row.grade_from is not None or row.grade_up_to is not None), row.id
    assert {row.term for row in RULES.aftercare.questions.values()} <= set(RULES.aftercare.terms)
    assert list(RULES.aftercare.grades) == ["1", "2", "3", "4", "5"]
    assert RULE.due_after_h < RULE.overdue_after_h < RULE.prescriber_after_h < RULE.director_after_h


def test_every_question_of_the_check_in_is_about_one_thing_and_has_one_term() -> None:
    """Five things in one question were stored as blood pressure, which nobody had measured."""
    questions = RULES.aftercare.questions
    terms = [each.term for each in questions.values()]
    assert len(terms) == len(set(terms))
    assert set(terms) <= set(RULES.aftercare.terms)
    asks_for_a_number = {term.id for term in RULES.aftercare.terms.values() if term.alert}
    assert not asks_for_a_number & set(terms), "what a monitor measures is not heard on the telephone"
    for each in questions.values():
        assert "," not in each.question or each.id in {"urinary", "fainted", "dreams", "drowsy"}, each.question
        assert (each.red_from is None) == (not each.at_once), each.id
        assert each.red_from is None or "number" in each.at_once or "prescriber" in each.at_once, each.id
    for name in ("headache", "chest_pain", "short_breath", "fainted", "sight"):
        assert is_red(questions[name], 3), name
    assert is_red(questions["chest_pain"], 1)
    assert not is_red(questions["headache"], 2)
    assert not is_red(questions["drowsy"], 3)


def test_a_red_answer_waits_until_somebody_says_who_was_told() -> None:
    call = replace(CALL, asked=("chest_pain",), symptoms=("chest_pain",), red=("chest_pain",))
    assert [each.stream_seq for each in red_answers_open(person((0, CALL), (1, call)))] == [2]
    taken_up = pe.RedAnswerTakenUp(entry=2, told="Dr Ono", done="ambulance called")
    assert red_answers_open(person((0, CALL), (1, call), (2, taken_up))) == ()
    years = 5 * 365 * 24 * HOUR
    assert red_answers_open(person((0, CALL), (1, call), (years, CALL))), "no time ends it"


def test_what_the_one_question_for_five_things_stored_is_not_shown_as_blood_pressure() -> None:
    old = replace(ITCH, term="pressure_high", grade=3, words="Said at the check-in. saw stars")
    meant = term_meant(old, RULES.aftercare)
    assert (meant.id, "asked as one" in meant.title) == ("other", True)
    measured = replace(ITCH, term="pressure_high", words="172/101 at home, by her own cuff")
    assert term_meant(measured, RULES.aftercare).id == "pressure_high"
    assert term_meant(replace(ITCH, term="gone"), RULES.aftercare).title == "gone"
    assert RULES.aftercare.question_title("pressure").startswith("Headache, chest pain")
