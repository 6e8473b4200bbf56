"""Everybody's story in the demo, as steps at times that lead up to now.

The steps of all stories are played in the order of their times, so that the ledger reads as a clinic's would.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.diary import Diary, visit_for
from sereniv.clinic.demo.patients import DAY, HOUR, Passed, Patient, Step
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import REPLAY_LABEL, Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.intake import intake, screening
from sereniv.clinic.workflows.phone import invitations
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe

PATIENT_KEY = "demo-patient-{}"

OPENING, MORNING, NOON, AFTERNOON = time(8), time(10, 30), time(13), time(15, 30)
"""When infusions are booked: the chair is free again when the next one comes."""

EVERY_OTHER_DAY = (0, 2, 4, 6, 8, 10)
"""The days of a series of six, counted in days on which the clinic is open."""


NOBODY_YET = Passed(
    number=5, line="escort", said="his sister, 555 0173, is still at work",
    reason="His sister was reached and comes after work; he stays until she is here.",
)  # fmt: skip


def everybody(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Give every step of every story, in no order."""
    for story in STORIES:
        yield from story(stage, diary)


def under_way(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Rosa Amsel, depression: four of six, reviewed after three, the rest booked."""
    rosa = Patient(stage=stage, who=cast_list.FINISHED, chair="Chair 1")
    visits = [diary.on(day, OPENING) for day in (-8, -6, -4, -2)]
    yield rosa.taken_in(diary.on(-9, AFTERNOON))
    yield rosa.booked(diary.on(-9, time(15, 50)), visits)
    yield from rosa.course(visits)
    yield from rosa.moods((3, 5, 5, 4, 6, 6, 5, 7), visits[0] + DAY)
    yield rosa.answers_scale("phq9", (2, 1, 1, 1, 1, 1, 1, 0, 0), diary.on(-3, MORNING))
    yield rosa.reviewed(pe.ReviewOutcome.CONTINUE, diary.on(-3, NOON))
    yield rosa.booked(diary.on(-1, NOON), [diary.on(day, OPENING) for day in (1, 3)])


def first_infusion(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Tomas Brandt, depression: his first infusion, eleven minutes in."""
    tomas = Patient(stage=stage, who=cast_list.INFUSING, chair="Chair 1")
    start = diary.now - timedelta(minutes=11)
    later = [diary.on(day, MORNING) for day in EVERY_OTHER_DAY[1:]]
    yield tomas.taken_in(diary.on(-2, AFTERNOON))
    yield tomas.booked(diary.on(-2, time(15, 45)), [visit_for(start), *later])
    yield tomas.running(start, {5: ("136", "84"), 10: ("138", "85")})


def recorded(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Seat a recorded monitor, labelled as what it is."""
    replay = Patient(stage=stage, who=cast_list.REPLAYED, chair="Chair 4")
    start = diary.now - timedelta(minutes=1)
    yield replay.taken_in(diary.on(-1, NOON))
    yield replay.booked(diary.on(-1, time(13, 10)), [visit_for(start)])
    yield replay.running(start, {}, REPLAY_LABEL)


def to_decide(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Leila Corvin, depression: everything is known, and a prescriber decides."""
    yield Step(at=diary.now, happens=lambda at: stage.candidate(cast_list.CANDIDATE, at))


def recovery(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Ines Varga, PTSD: the fourth infusion is over, and she rests; the last two are booked."""
    ines = Patient(stage=stage, who=cast_list.RECOVERING, chair="Chair 2")
    start = diary.now - timedelta(minutes=66)
    visits = [diary.on(day, NOON) for day in (-6, -4, -2)]
    coming = [visit_for(start), *(diary.on(day, OPENING) for day in (2, 4))]
    yield ines.taken_in(diary.on(-7, MORNING))
    yield ines.booked(diary.on(-7, time(10, 50)), [*visits, *coming])
    yield from ines.course(visits)
    better = (2, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 1, 2, 1, 2, 1, 2, 2, 2, 2)
    yield ines.answers_scale("pcl5", better, diary.on(-1, time(9)))
    yield ines.reviewed(pe.ReviewOutcome.CONTINUE, diary.on(-1, MORNING))
    yield ines.recovering(4, start, (15,))


def at_the_gate(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Oskar Lindgren, anxiety: at the gate of his first infusion of seven, a week apart."""
    oskar = Patient(stage=stage, who=cast_list.WAITING, chair="Chair 3")
    weekly = [diary.on(5 * week, time(10)) for week in range(1, 7)]
    yield oskar.taken_in(diary.on(-1, time(16)))
    yield oskar.booked(diary.on(-1, time(16, 10)), [visit_for(diary.now), *weekly])
    yield oskar.at_the_gate(diary.now)


def from_the_phone(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Mira Osei, bipolar depression: the third infusion missed, and item 9 came from her phone a few minutes ago."""
    mira = Patient(stage=stage, who=cast_list.NIGHT, chair="Chair 5")
    visits = [diary.on(day, MORNING) for day in (-6, -4, -2, 1, 3, 5)]
    yield mira.taken_in(diary.on(-7, AFTERNOON))
    yield mira.booked(diary.on(-7, time(15, 50)), visits)
    yield from mira.course(visits[:2])
    yield mira.did_not_come(visits[2])
    person_id = demo_id(cast_list.NIGHT.name)

    def asks_and_answers(at: datetime) -> None:
        nurse = stage.act("nurse", diary.on(-1, AFTERNOON))
        invited = invitations.invite(person_id, ("phq9", "mood"), at + 7 * DAY, nurse)
        scale = knowledge().scales["phq9"]
        given = (2, 2, 2, 2, 1, 2, 1, 1, 1)
        invitations.answer(invited.invitation, scale, given, PATIENT_KEY.format("phq9"), at)

    yield Step(at=diary.now - timedelta(minutes=6), happens=asks_and_answers)


def six_done(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Jonas Feld, depression: six infusions, better but not by half, and the decision is due.

    Before the fifth nobody was there yet to take him home: the prescriber passed that line of the gate.
    """
    jonas = Patient(stage=stage, who=cast_list.SIX, chair="Chair 6")
    visits = [diary.on(day - 11, NOON) for day in EVERY_OTHER_DAY]
    yield jonas.taken_in(diary.on(-12, MORNING))
    yield jonas.booked(diary.on(-12, time(10, 50)), visits)
    yield from jonas.course(visits, passed=NOBODY_YET)
    yield jonas.answers_scale("phq9", (2, 3, 2, 2, 2, 2, 1, 1, 0), diary.on(-6, time(9)))
    yield jonas.reviewed(pe.ReviewOutcome.CONTINUE, diary.on(-6, MORNING))
    yield from jonas.moods((4, 4, 5, 4, 5, 5, 4, 5, 5, 5, 4), visits[0] + DAY)
    yield jonas.answers_scale("phq9", (2, 2, 1, 2, 1, 2, 1, 1, 0), diary.on(0, time(8, 40)))


def maintained(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Greta Solano, depression: responded, kept weekly; now the scores rise again."""
    greta = Patient(stage=stage, who=cast_list.MAINTAINED, chair="Chair 5")
    series = [diary.on(day - 24, OPENING) for day in EVERY_OTHER_DAY]
    weekly = [diary.on(day, OPENING) for day in (-9, -4)]
    yield greta.taken_in(diary.on(-25, NOON))
    yield greta.booked(diary.on(-25, time(13, 10)), series)
    yield from greta.course(series)
    yield greta.answers_scale("phq9", (1, 2, 1, 1, 1, 1, 1, 0, 0), diary.on(-19, MORNING))
    yield greta.reviewed(pe.ReviewOutcome.CONTINUE, diary.on(-19, NOON))
    yield greta.answers_scale("phq9", (1, 1, 1, 1, 0, 0, 0, 0, 0), diary.on(-13, MORNING))
    yield greta.reviewed(pe.ReviewOutcome.MAINTENANCE, diary.on(-13, NOON), interval_days=7)
    yield greta.worked_up_again(diary.on(-13, time(14)))
    yield greta.booked(diary.on(-13, time(14, 10)), weekly)
    yield from greta.course(weekly, first=7)
    yield greta.answers_scale("phq9", (1, 1, 1, 1, 0, 1, 0, 0, 0), diary.on(-7, MORNING))
    yield greta.answers_scale("phq9", (2, 2, 2, 2, 1, 1, 1, 1, 0), diary.on(-1, time(9, 30)))


def pain(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Bram Keller, complex regional pain syndrome: five of ten days of four hours, and the review is due."""
    bram = Patient(stage=stage, who=cast_list.PAIN, chair="Chair 3")
    visits = [diary.on(day, OPENING) for day in range(-6, -1)]
    yield bram.taken_in(diary.on(-7, NOON))
    yield bram.booked(diary.on(-7, time(13, 10)), [*visits, *(diary.on(day, time(12, 30)) for day in range(1, 6))])
    yield from bram.course(visits, every_min=30)
    yield bram.answers_scale("peg", (6, 6, 5), diary.on(-1, time(14)))


def in_danger(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Sami Toure, suicidal thoughts: one infusion on the last day; the call and the review are due before the next."""
    sami = Patient(stage=stage, who=cast_list.CRISIS, chair="Chair 6")
    visit = diary.on(-1, OPENING)
    yield sami.taken_in(diary.on(-2, time(16)))
    yield sami.booked(diary.on(-2, time(16, 10)), [visit, diary.on(0, AFTERNOON)])
    yield sami.infusion(1, visit, 5)


def evaluated(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Pavel Novak: a substance-use history that somebody evaluates first."""

    def happens(moment: datetime) -> None:
        person_id = stage.candidate(cast_list.EVALUATED, moment)
        use = (pe.SubstanceUse.PAST_DISORDER,)
        act = stage.act("nurse", moment)
        intake.record_history(person_id, pe.HistoryList.SUBSTANCE_USE, ("alcohol, abstinent for four years",), use, act)
        asked = pe.EvaluationOpened(
            criterion="substance_use_needs_evaluation", question="Is the remission stable? Risk of relapse or misuse?",
            asked_of="Dr Ada Brook, addiction medicine", due_on=diary.on(3, OPENING).date(),
        )  # fmt: skip
        candidacy.open_evaluation(person_id, asked, stage.act("prescriber", moment))
        head = chart_store.person_chart(person_id).head
        reason = "Past alcohol use disorder: to be evaluated before a decision."
        candidacy.decide_candidacy(
            person_id, pe.Decision.NEEDS_EVALUATION, reason, head, stage.act("prescriber", moment)
        )

    yield Step(at=diary.on(-4, time(16)), happens=happens)


def declined(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Ida Holm: psychotic features, and the prescriber said no."""

    def happens(moment: datetime) -> None:
        person_id = stage.candidate(cast_list.DECLINED, moment)
        diagnosis = pe.DiagnosisRecorded(
            indication="depression", icd10="F33.3", words="Recurrent depression, severe with psychotic symptoms",
            diagnosed_by="Dr Clara Voss", psychotic_features=True,
        )  # fmt: skip
        screening.record_diagnosis(person_id, diagnosis, stage.act("prescriber", moment))
        head = chart_store.person_chart(person_id).head
        reason = "Psychotic features: referred to inpatient care, ECT discussed."
        candidacy.decide_candidacy(person_id, pe.Decision.DECLINED, reason, head, stage.act("prescriber", moment))

    yield Step(at=diary.on(-3, time(16)), happens=happens)


def interrupted(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Yuki Arden, depression: two infusions, then influenza; the third was called off."""
    yuki = Patient(stage=stage, who=cast_list.INTERRUPTED, chair="Chair 2")
    visits = [diary.on(day, OPENING) for day in (-6, -4, -2)]
    reason = "Influenza; to be asked again when well."
    at = diary.on(-3, time(16))
    yield yuki.taken_in(diary.on(-7, time(16)))
    yield yuki.booked(diary.on(-7, time(16, 10)), visits)
    yield from yuki.course(visits[:2])
    yield yuki.called_off(at, visits[2], "Influenza")
    yield Step(
        at=at, happens=lambda at: courses.interrupt(demo_id(cast_list.INTERRUPTED.name), reason, stage.act("nurse", at))
    )


def new_today(stage: Stage, diary: Diary) -> Iterator[Step]:
    """Chidi Marsh: registered an hour ago, intake begun."""

    def happens(moment: datetime) -> None:
        person_id = stage.registered(cast_list.NEW, moment)
        intake.record_history(person_id, pe.HistoryList.ALLERGIES, (), (), stage.act("nurse", moment))
        stage.answered(cast_list.NEW, "phq9", cast_list.NEW.phq9, moment + timedelta(minutes=5))

    yield Step(at=diary.now - HOUR, happens=happens)


STORIES: tuple[Callable[[Stage, Diary], Iterator[Step]], ...] = (
    under_way,
    first_infusion,
    recorded,
    to_decide,
    recovery,
    at_the_gate,
    from_the_phone,
    six_done,
    maintained,
    pain,
    in_danger,
    evaluated,
    declined,
    interrupted,
    new_today,
)
"""Every story of the demo."""
