"""The stay after a sedative, prompts whose source was struck, and the other things that happen at a chair."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.knowledge import Priority, knowledge
from sereniv.therapy.chair.recovery import discharge_lines, may_leave_from, minimum_stay, recovery_grid
from sereniv.therapy.monitoring import conditions, dissociation_due, news
from sereniv.therapy.monitoring.source_struck import withdrawals
from sereniv.therapy.session import events as ev
from sereniv.therapy.session.chart import Phase, SessionChart, chart_of
from sereniv.therapy.session.event_words import describe
from tests.therapy.making import PLAN, RECOVERED, STARTED, Happening, chart, entries, full_set, minute, vitals

RULES = knowledge()
LATER = replace(PLAN, infusion_number=2)
EXTRA = timedelta(minutes=RULES.sedated_stay.extra_min)
RAN: tuple[Happening, ...] = ((0, STARTED), (40, ev.InfusionStopped()))
MIDAZOLAM = ev.MedicineGiven(
    medicine="Midazolam", dose=Decimal(1), unit="mg", route="IV", indication="distress", effect=ev.Effect.SEDATIVE
)
ONDANSETRON = replace(MIDAZOLAM, medicine="Ondansetron", effect=ev.Effect.NEITHER)


def grade(what: ev.Observation, number: int) -> ev.ObservationCharted:
    return ev.ObservationCharted(observation=what, grade=number)


def test_each_standing_order_is_one_that_the_chart_can_hold() -> None:
    for row in RULES.standing_orders.values():
        assert row.kind in {"medicine", "measure"}
        assert bool(row.doses and row.unit and row.route) == (row.kind == "medicine"), row.id
        assert ev.Effect(row.effect) is ev.Effect.SEDATIVE or row.id not in RULES.sedated_stay.names


def test_a_first_infusion_and_an_eventful_one_stay_an_hour() -> None:
    def stay(*more: Happening, plan: ev.SessionPlan = LATER) -> int:
        return minimum_stay(chart(*RAN, *more, plan=plan), RULES.discharge) // timedelta(minutes=1)

    assert stay(plan=PLAN) == 60
    assert stay() == 30
    raised = ev.AlertRaised(
        alert="distress", kind=ev.AlertKind.PHYSIOLOGICAL, priority=Priority.MEDIUM, title="Distress", message="",
        rule="A-DISS v1", read={"distress": "2"},
    )  # fmt: skip
    assert stay((20, raised)) == 60
    assert stay((20, replace(raised, priority=Priority.LOW))) == 30
    assert stay((20, raised), (21, ev.AlertWithdrawn(alert="distress", entry=2))) == 30
    assert stay((20, ONDANSETRON)) == 60
    assert stay((20, ev.HelpCalled())) == 60


@pytest.mark.parametrize(
    "entry",
    [
        MIDAZOLAM,
        replace(MIDAZOLAM, medicine="Flumazenil", effect=ev.Effect.REVERSAL),
        replace(ONDANSETRON, medicine="lorazepam"),
        ev.InterventionCharted(what="Midazolam 1 mg IV, by phone order"),
    ],
)
def test_a_sedative_or_reversal_prolongs_the_stay(entry: ev.SessionEvent) -> None:
    told = chart(*RAN, (20, entry), plan=PLAN)
    assert may_leave_from(told, RULES) == minute(40 + 60) + EXTRA
    lines = discharge_lines(told, minute(219), RULES)
    assert [line.holds for line in lines[:2]] == [True, False]
    assert discharge_lines(told, minute(220), RULES)[1].holds


def test_a_sedative_late_in_recovery_counts_from_itself() -> None:
    told = chart(*RAN, (150, MIDAZOLAM), plan=PLAN)
    assert may_leave_from(told, RULES) == minute(150) + EXTRA


def test_a_struck_sedative_gives_the_time_back() -> None:
    told = chart(*RAN, (50, MIDAZOLAM), (51, ev.EntryStruck(entry=4, reason="other chair")), plan=PLAN)
    assert may_leave_from(told, RULES) == minute(100)


@given(given_at=st.lists(st.integers(0, 300), max_size=4), plan=st.sampled_from([PLAN, LATER]))
def test_no_medicine_ever_shortens_the_stay_and_two_do_not_add_up(given_at: list[int], plan: ev.SessionPlan) -> None:
    plain = may_leave_from(chart(*RAN, plan=plan), RULES)
    told = may_leave_from(chart(*RAN, *((at, MIDAZOLAM) for at in given_at), plan=plan), RULES)
    assert plain is not None
    assert told is not None
    assert told >= plain
    if given_at:
        assert told >= minute(max(given_at)) + EXTRA
        assert told == max(minute(100), minute(max(given_at))) + EXTRA
    most = [*given_at, 301]
    longer = may_leave_from(chart(*RAN, *((at, MIDAZOLAM) for at in most), plan=plan), RULES)
    assert longer is not None
    assert longer >= told


def test_dissociation_is_due_at_forty_minutes_or_at_an_earlier_end() -> None:
    rule = RULES.observations
    assert dissociation_due(chart(), rule) is None
    assert dissociation_due(chart((0, STARTED)), rule) == minute(40)
    assert dissociation_due(chart((0, STARTED), (25, ev.InfusionStopped())), rule) == minute(25)
    early = grade(ev.Observation.DISSOCIATION, 2)
    assert dissociation_due(chart((0, STARTED), (29, early)), rule) == minute(40)
    assert dissociation_due(chart((0, STARTED), (30, early)), rule) is None
    told = chart((0, STARTED), (40, full_set()))
    assert not [each for each in conditions(told, (), minute(41.9), RULES) if each.alert == "dissociation-overdue"]
    assert [each for each in conditions(told, (), minute(42), RULES) if each.alert == "dissociation-overdue"]


def watched(happened: list[Happening]) -> SessionChart:
    """Return the chart as the watch keeps it: after each entry it raises and ends what it finds."""
    at: float = -30
    told: list[Happening] = [(at, ev.SessionOpened(person="p", chair="C", order=1, plan=PLAN, knowledge_version="k"))]
    for at, event in happened:
        told.append((at, event))
        if isinstance(event, ev.EntryStruck):
            told += [(at, each) for each in withdrawals(chart_of(entries(*told)), RULES)]
        now = chart_of(entries(*told))
        told += [(at, each) for each in news(now, conditions(now, (), minute(at), RULES), minute(at)).events()]
    return chart_of(entries(*told))


def entry_of(told: SessionChart, event: ev.SessionEvent) -> int:
    return next(each.stream_seq for each in told.entries if each.event == event)


def struck_after(happened: list[Happening], wrong: ev.SessionEvent) -> SessionChart:
    number = entry_of(watched(happened), wrong)
    return watched([*happened, (happened[-1][0] + 1, ev.EntryStruck(entry=number, reason="wrong button"))])


WRONG = ev.ObservationCharted(observation=ev.Observation.DISTRESS, grade=2, remark="wrong button")


def test_striking_a_wrong_grade_ends_the_prompt_it_raised() -> None:
    told = struck_after([(0, STARTED), (1, WRONG)], WRONG)
    assert told.alerts["distress"].presence == "off"
    assert told.open_alerts == ()
    last = describe(told.entries[-1].event, str.capitalize)
    assert last == f"Prompt withdrawn: distress; entry {entry_of(told, WRONG)}, which it read, was struck"


def test_a_prompt_that_something_else_held_stays_latched() -> None:
    right, over = grade(ev.Observation.DISTRESS, 2), grade(ev.Observation.DISTRESS, 0)
    told = struck_after([(0, STARTED), (1, WRONG), (2, right), (3, over)], WRONG)
    assert told.alerts["distress"].presence == "latched"
    told = struck_after([(0, STARTED), (1, WRONG), (3, over)], WRONG)
    assert told.alerts["distress"].presence == "off"


def test_a_strike_of_what_raised_it_again_leaves_what_nobody_came_to() -> None:
    low, fine, again = vitals(spo2=85), vitals(spo2=97), vitals(spo2=84)
    told = struck_after([(0, STARTED), (2, low), (4, fine), (6, again)], again)
    assert told.alerts["saturation_very_low"].presence == "latched", "85 % stood, and nobody took notice of it"


def test_a_prompt_raised_anew_after_a_strike_stands() -> None:
    again = grade(ev.Observation.DISTRESS, 2)
    number = entry_of(watched([(0, STARTED), (1, WRONG)]), WRONG)
    told = watched([(0, STARTED), (1, WRONG), (2, ev.EntryStruck(entry=number, reason="x")), (3, again)])
    assert told.alerts["distress"].presence == "on"


def test_a_struck_pressure_ends_its_prompts_and_its_question() -> None:
    high = vitals(201, 90)
    told = struck_after([(0, STARTED), (1, high)], high)
    assert {name: each.presence for name, each in told.alerts.items()} == {"pressure_severe": "off"}
    absurd = replace(vitals(300, 90), questions={"systolic": "so high?"})
    told = struck_after([(0, STARTED), (1, absurd)], absurd)
    assert told.alerts["question-systolic"].presence == "off"


GRADES = st.lists(
    st.tuples(st.sampled_from([ev.Observation.DISTRESS, ev.Observation.NAUSEA]), st.integers(0, 3)),
    min_size=1,
    max_size=6,
)


@given(grades=GRADES, data=st.data())
def test_a_strike_leaves_no_prompt_that_the_rest_would_not_have_raised(
    grades: list[tuple[ev.Observation, int]], data: st.DataObject
) -> None:
    happened: list[Happening] = [(0, STARTED), *((n, grade(*each)) for n, each in enumerate(grades, start=1))]
    place = data.draw(st.integers(0, len(grades) - 1))
    before = watched(happened)
    numbers = [each.stream_seq for each in before.entries if isinstance(each.event, ev.ObservationCharted)]
    told = watched([*happened, (20, ev.EntryStruck(entry=numbers[place], reason="x"))])
    without = watched([each for n, each in enumerate(happened) if n != place + 1])
    names = ("distress", "distress_severe", "nausea")
    open_now = {each.raised.event.alert for each in told.open_alerts} & set(names)
    assert open_now <= set(without.alerts), "nothing that counts ever raised this"
    for name in {each.raised.event.alert for each in without.open_alerts} & set(names):
        assert open_now & {name, f"{name}_severe"}, (
            "what the remaining grades raised still asks for somebody, or a graver one does"
        )


def test_a_transfer_ends_the_session_without_a_discharge() -> None:
    gone = ev.TransferredOut(where="City Hospital", reason="chest pain")
    told = chart((0, STARTED), (10, ev.InfusionStopped()), (12, gone))
    assert (told.phase, told.discharged) == (Phase.DISCHARGED, None)
    assert describe(gone, str.capitalize) == "Transferred to City Hospital: chest pain"


def test_help_is_open_from_the_first_call_until_somebody_came() -> None:
    called = chart((1, ev.HelpCalled()), (2, ev.HelpCalled()))
    assert called.help_open_since == minute(1)
    assert chart((1, ev.HelpCalled()), (3, ev.HelpAnswered(who="Dr Voss"))).help_open_since is None
    assert chart((1, ev.HelpCalled()), (3, ev.HelpAnswered(who="x")), (5, ev.HelpCalled())).help_open_since == minute(5)


def test_the_recovery_grid_says_since_when_each_line_has_held() -> None:
    bad = replace(RECOVERED, nausea=2)
    told = chart(
        (-5, full_set(120, 80)), *RAN, (50, RECOVERED), (55, full_set(130, 80)), (60, bad), (70, RECOVERED),
        (80, full_set(150, 95)), (90, full_set(130, 80)), plan=LATER,
    )  # fmt: skip
    since = {line.title: line.since for line in recovery_grid(told, minute(100), RULES)}
    assert since["Nausea 1 or less"] == minute(70)
    assert since["Walks unaided"] == minute(50)
    assert since["30 minutes since the end of the infusion"] == minute(70)
    assert next(at for title, at in since.items() if title.startswith("Pressure")) == minute(90)
    assert since["Drug accounted for, with a witness"] is None
    lines = [(line.title, line.holds, line.why) for line in recovery_grid(told, minute(100), RULES)]
    assert lines == [(line.title, line.holds, line.why) for line in discharge_lines(told, minute(100), RULES)]


def test_dissociation_is_judged_against_the_patients_own() -> None:
    usual = grade(ev.Observation.DISSOCIATION, 1)
    told = chart((-5, usual), *RAN, (90, replace(RECOVERED, dissociation=1)))
    line = next(each for each in discharge_lines(told, minute(100), RULES) if each.title.startswith("Dissociation"))
    assert line.holds
    more = chart((-5, usual), *RAN, (90, replace(RECOVERED, dissociation=2)))
    line = next(each for each in discharge_lines(more, minute(100), RULES) if each.title.startswith("Dissociation"))
    assert line.holds is False


@pytest.mark.parametrize(
    ("read", "words"),
    [({}, "Prompt: Chest pain? (said v1)"), ({"spo2": "86"}, "Prompt: Chest pain? (SpO₂ 86; said v1)")],
)
def test_a_prompt_that_read_no_number_shows_none(read: dict[str, str], words: str) -> None:
    raised = ev.AlertRaised(
        alert="said-chest_pain", kind=ev.AlertKind.PHYSIOLOGICAL, priority=Priority.HIGH, title="Chest pain?",
        message="Look.", rule="said v1", read=read,
    )  # fmt: skip
    assert describe(raised, str) == words
