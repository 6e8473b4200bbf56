"""Everybody's story in the demo, as steps at times that lead up to now.

The steps of all stories are played in the order of their times, so that the ledger reads as a clinic's would.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.patients import DAY, HOUR, Patient, Step
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import REPLAY_LABEL, Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows import (
    candidacy,
    courses,
    intake,
    invitations,
    screening,
)
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe

PATIENT_KEY = "demo-patient-{}"


def everybody(stage: Stage, now: datetime) -> Iterator[Step]:
    """Give every step of every story, in no order."""
    for story in STORIES:
        yield from story(stage, now)


def under_way(stage: Stage, now: datetime) -> Iterator[Step]:
    """Rosa Amsel, depression: four of six, reviewed after three, the rest booked."""
    rosa = Patient(stage=stage, who=cast_list.FINISHED, chair="Chair 1")
    first = now - 9 * DAY - 3 * HOUR
    yield rosa.taken_in(first - 2 * HOUR)
    yield from rosa.course([first + day * DAY for day in (0, 2, 4, 7)])
    yield from rosa.moods((3, 5, 5, 4, 6, 6, 5, 7), first + DAY)
    yield rosa.answers_scale("phq9", (2, 1, 1, 1, 1, 1, 1, 0, 0), first + 6 * DAY + HOUR)
    yield rosa.reviewed(pe.ReviewOutcome.CONTINUE, first + 6 * DAY + 2 * HOUR)
    yield rosa.booked(first + 8 * DAY + 4 * HOUR, (now + DAY).date())


def first_infusion(stage: Stage, now: datetime) -> Iterator[Step]:
    """Tomas Brandt, depression: his first infusion, eleven minutes in."""
    start = now - timedelta(minutes=11)

    def happens(at: datetime) -> None:
        session = stage.infusing(cast_list.INFUSING, "Chair 1", at)
        stage.vitals(session, ("136", "84"), at + timedelta(minutes=5))
        stage.vitals(session, ("138", "85"), at + timedelta(minutes=10))

    yield Step(at=start, happens=happens)


def recorded(stage: Stage, now: datetime) -> Iterator[Step]:
    """Seat a recorded monitor, labelled as what it is."""
    start = now - timedelta(minutes=1)
    yield Step(at=start, happens=lambda at: stage.infusing(cast_list.REPLAYED, "Chair 4", at, REPLAY_LABEL))


def to_decide(stage: Stage, now: datetime) -> Iterator[Step]:
    """Leila Corvin, depression: everything is known, and a prescriber decides."""
    yield Step(at=now, happens=lambda at: stage.candidate(cast_list.CANDIDATE, at))


def recovery(stage: Stage, now: datetime) -> Iterator[Step]:
    """Ines Varga, PTSD: the fourth infusion is over, and she rests."""
    ines = Patient(stage=stage, who=cast_list.RECOVERING, chair="Chair 2")
    start = now - timedelta(minutes=66)
    first = start - 7 * DAY
    yield ines.taken_in(first - 3 * HOUR)
    yield from ines.course([first + day * DAY for day in (0, 2, 4)])
    better = (2, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 1, 2, 1, 2, 1, 2, 2, 2, 2)
    yield ines.answers_scale("pcl5", better, first + 6 * DAY)
    yield ines.reviewed(pe.ReviewOutcome.CONTINUE, first + 6 * DAY + HOUR)
    yield ines.recovering(4, start, (15,))


def at_the_gate(stage: Stage, now: datetime) -> Iterator[Step]:
    """Oskar Lindgren, anxiety: at the gate of his first infusion, vital signs still to be taken."""
    yield Step(at=now, happens=lambda at: stage.at_the_gate(cast_list.WAITING, "Chair 3", at))


def from_the_phone(stage: Stage, now: datetime) -> Iterator[Step]:
    """Mira Osei, bipolar depression: item 9 came from her phone a few minutes ago."""
    mira = Patient(stage=stage, who=cast_list.NIGHT, chair="Chair 5")
    first = now - 8 * DAY - 2 * HOUR
    yield mira.taken_in(first - 2 * HOUR)
    yield from mira.course([first, first + 2 * DAY])

    def asks_and_answers(at: datetime) -> None:
        person_id = demo_id(cast_list.NIGHT.name)
        invited = invitations.invite(person_id, ("phq9", "mood"), at + 7 * DAY, stage.act("nurse", at - 5 * HOUR))
        scale = knowledge().scales["phq9"]
        given = (2, 2, 2, 2, 1, 2, 1, 1, 1)
        invitations.answer(invited.invitation, scale, given, PATIENT_KEY.format("phq9"), at)

    yield Step(at=now - timedelta(minutes=6), happens=asks_and_answers)


def six_done(stage: Stage, now: datetime) -> Iterator[Step]:
    """Jonas Feld, depression: six infusions, better but not by half, and the decision is due."""
    jonas = Patient(stage=stage, who=cast_list.SIX, chair="Chair 6")
    first = now - 12 * DAY - 4 * HOUR
    yield jonas.taken_in(first - 2 * HOUR)
    yield from jonas.course([first + day * DAY for day in (0, 2, 4, 7, 9, 11)])
    yield jonas.answers_scale("phq9", (2, 3, 2, 2, 2, 2, 1, 1, 0), first + 6 * DAY)
    yield jonas.reviewed(pe.ReviewOutcome.CONTINUE, first + 6 * DAY + HOUR)
    yield from jonas.moods((4, 4, 5, 4, 5, 5, 4, 5, 5, 5, 4), first + DAY)
    yield jonas.answers_scale("phq9", (2, 2, 1, 2, 1, 2, 1, 1, 0), first + 12 * DAY + HOUR)


def maintained(stage: Stage, now: datetime) -> Iterator[Step]:
    """Greta Solano, depression: responded, kept weekly; now the scores rise again."""
    greta = Patient(stage=stage, who=cast_list.MAINTAINED, chair="Chair 5")
    first = now - 33 * DAY - 6 * HOUR
    yield greta.taken_in(first - 2 * HOUR)
    yield from greta.course([first + day * DAY for day in (0, 2, 4, 7, 9, 11)])
    yield greta.answers_scale("phq9", (1, 2, 1, 1, 1, 1, 1, 0, 0), first + 6 * DAY)
    yield greta.reviewed(pe.ReviewOutcome.CONTINUE, first + 6 * DAY + HOUR)
    yield greta.answers_scale("phq9", (1, 1, 1, 1, 0, 0, 0, 0, 0), first + 13 * DAY)
    yield greta.reviewed(pe.ReviewOutcome.MAINTENANCE, first + 13 * DAY + HOUR, interval_days=7)
    yield greta.worked_up_again(first + 13 * DAY + 2 * HOUR)
    yield from greta.course([first + 18 * DAY, first + 25 * DAY], first=7)
    yield greta.answers_scale("phq9", (1, 1, 1, 1, 0, 1, 0, 0, 0), first + 22 * DAY)
    yield greta.answers_scale("phq9", (2, 2, 2, 2, 1, 1, 1, 1, 0), first + 32 * DAY)


def pain(stage: Stage, now: datetime) -> Iterator[Step]:
    """Bram Keller, complex regional pain syndrome: five days of four hours, and the review is due."""
    bram = Patient(stage=stage, who=cast_list.PAIN, chair="Chair 3")
    first = now - 6 * DAY - 8 * HOUR
    yield bram.taken_in(first - 2 * HOUR)
    yield from bram.course([first + day * DAY for day in (0, 1, 2, 3, 4)], every_min=30)
    yield bram.answers_scale("peg", (6, 6, 5), first + 6 * DAY)


def in_danger(stage: Stage, now: datetime) -> Iterator[Step]:
    """Sami Toure, suicidal thoughts: one infusion yesterday; the call and the review are due."""
    sami = Patient(stage=stage, who=cast_list.CRISIS, chair="Chair 6")
    yield sami.taken_in(now - 29 * HOUR)
    yield sami.infusion(1, now - 27 * HOUR, 5)


def evaluated(stage: Stage, now: datetime) -> Iterator[Step]:
    """Pavel Novak: a substance-use history that somebody evaluates first."""
    at = now - 4 * DAY

    def happens(moment: datetime) -> None:
        person_id = stage.candidate(cast_list.EVALUATED, moment)
        use = (pe.SubstanceUse.PAST_DISORDER,)
        act = stage.act("nurse", moment)
        intake.record_history(person_id, pe.HistoryList.SUBSTANCE_USE, ("alcohol, abstinent for four years",), use, act)
        asked = pe.EvaluationOpened(
            criterion="substance_use_needs_evaluation", question="Is the remission stable? Risk of relapse or misuse?",
            asked_of="Dr Ada Brook, addiction medicine", due_on=(now + 3 * DAY).date(),
        )  # fmt: skip
        candidacy.open_evaluation(person_id, asked, stage.act("prescriber", moment))
        head = chart_store.person_chart(person_id).head
        reason = "Past alcohol use disorder: to be evaluated before a decision."
        candidacy.decide_candidacy(
            person_id, pe.Decision.NEEDS_EVALUATION, reason, head, stage.act("prescriber", moment)
        )

    yield Step(at=at, happens=happens)


def declined(stage: Stage, now: datetime) -> Iterator[Step]:
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

    yield Step(at=now - 3 * DAY, happens=happens)


def interrupted(stage: Stage, now: datetime) -> Iterator[Step]:
    """Yuki Arden, depression: two infusions, then influenza."""
    yuki = Patient(stage=stage, who=cast_list.INTERRUPTED, chair="Chair 2")
    first = now - 8 * DAY - 6 * HOUR
    yield yuki.taken_in(first - 2 * HOUR)
    yield from yuki.course([first, first + 2 * DAY])
    reason = "Influenza; to be asked again when well."
    yield Step(
        at=first + 4 * DAY,
        happens=lambda at: courses.interrupt(demo_id(cast_list.INTERRUPTED.name), reason, stage.act("nurse", at)),
    )


def new_today(stage: Stage, now: datetime) -> Iterator[Step]:
    """Chidi Marsh: registered an hour ago, intake begun."""

    def happens(moment: datetime) -> None:
        person_id = stage.registered(cast_list.NEW, moment)
        intake.record_history(person_id, pe.HistoryList.ALLERGIES, (), (), stage.act("nurse", moment))
        stage.answered(cast_list.NEW, "phq9", cast_list.NEW.phq9, moment + timedelta(minutes=5))

    yield Step(at=now - HOUR, happens=happens)


STORIES: tuple[Callable[[Stage, datetime], Iterator[Step]], ...] = (
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
