"""A clinic at its busiest, for walks: the demo, and beside it every state in which a page has other forms."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.demo.staging import stage_demo
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import AppointmentRow, Chair, Person, Room
from sereniv.clinic.workflows.admin import chairs, rooms, setting_up
from sereniv.clinic.workflows.calendar import feeds
from sereniv.clinic.workflows.chair import charting, monitors, sessions
from sereniv.clinic.workflows.followup import aftercare, answers
from sereniv.clinic.workflows.intake import intake, medical
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import care_teams, joining, people, person_erasure, restricting
from sereniv.clinic.workflows.phone import invitations
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from tests.gateway.sending import allergy
from tests.workflows.inbox.received import sent

SUICIDAL_THOUGHTS = (2, 2, 2, 2, 1, 1, 1, 0, 1)
RED = "chest_pain"
FEED = ("heart_rate", "spo2", "respiratory_rate", "systolic", "diastolic")


class Busier(Stage):
    """Stages what the demo leaves out, under keys of its own."""

    def act(self, username: str, now: datetime, second: str = "") -> Act:
        """Return an act of one of the staff."""
        act = super().act(username, now, second)
        return replace(act, key=act.key.replace("demo", "busier"))


def stage_busier(now: datetime) -> list[str]:
    """Stage the demo, then an order to co-sign, one to seat, a gate passed, a pause, and questions of every kind.

    Returns where a walk must come by: a patient's own link, and the people about whom most is asked.
    """
    stage_demo(now)
    stage = Busier()
    she = cast_list.CANDIDATE
    _to_co_sign(stage, replace(she, name="to-co-sign", family_name="Cosign"), now)
    stage.ordered(replace(she, name="to-seat", family_name="Seat"), now)
    ready = stage.at_the_gate(replace(she, name="ready", family_name="Ready"), "Chair 5", now)
    stage.vitals(ready, she.pressure, now - timedelta(minutes=2))
    sessions.pass_gate(ready, chart_store.session_chart_of(ready).head, stage.act("nurse", now))
    _to_draw(stage, replace(she, name="to-draw", family_name="Draw"), now)
    _joined(stage, replace(she, name="twice", family_name="Twice"), now)
    chairs.add_chair("Chair 7", stage.act("admin", now))
    chairs.add_chair("Chair 8", stage.act("admin", now))
    chairs.retire_chair(Chair.objects.get(name="Chair 8").pk, stage.act("admin", now))
    rooms.add_room("Old room", stage.act("admin", now))
    rooms.retire_room(Room.objects.get(name="Old room").pk, stage.act("admin", now))
    setting_up.deactivate(Staff.objects.get(username="nurse2").pk, stage.act("admin", now))
    _asked(stage, now)
    _paused(stage, now)
    _to_follow(stage, now)
    feeds.make(stage.act("director", now))
    sent(demo_id(cast_list.FINISHED.name), allergy(str(demo_id(cast_list.FINISHED.name)), "latex"), now)
    restricted = _restricted(stage, replace(she, name="restricted", family_name="Closed"), now)
    _teams(stage, now)
    declined = Person.objects.get(pk=demo_id(cast_list.DECLINED.name))
    person_erasure.announce_person(declined, "GDPR Article 17, asked for.", stage.act("director", now, "admin"))
    invited = invitations.invite(
        demo_id(cast_list.FINISHED.name), ("gad7", "mood"), now + timedelta(days=2), stage.act("nurse", now)
    )
    begun = (1, *[None] * (len(knowledge().scales["gad7"].items) - 1))
    invitations.keep(invited.invitation, knowledge().scales["gad7"], begun, "busier-kept")
    asked_about = [demo_id(each.name) for each in (cast_list.FINISHED, cast_list.CANDIDATE)]
    to_come = AppointmentRow.objects.filter(person_id=asked_about[0], starts_at__gt=now).earliest("starts_at")
    visits = [
        reverse(name, args=[asked_about[0], to_come.entry])
        for name in ("appointment_cancel", "appointment_missed", "appointment_called_back", "appointment_tell")
    ]
    return [
        f"/q/{invited.token}/",
        restricted,
        *visits,
        reverse("person", args=[demo_id("twice")]),
        *(f"/people/{each}/" for each in asked_about),
    ]


def _to_draw(stage: Stage, who: cast_list.DemoPerson, now: datetime) -> None:
    """Seat somebody whose drug is still to be drawn."""
    person_id, order = stage.ordered(who, now)
    sessions.open_session(person_id, order, "Chair 6", stage.act("nurse", now))


def _joined(stage: Stage, who: cast_list.DemoPerson, now: datetime) -> None:
    """Register somebody twice, and read the two records together."""
    other = replace(who, name="twice-again", given_names="Lea")
    kept_id, other_id = stage.registered(who, now), stage.registered(other, now)
    told = pe.InfusedElsewhere(
        given_on=now.date() - timedelta(days=30), mg=Decimal(45), weight_kg=None, minutes=None, treats="psychiatric",
        tolerated=True, told_by="Brook Clinic",
    )  # fmt: skip
    about = replace(told, given_on=now.date() - timedelta(days=32), within_days=7, told_by="Mill Clinic")
    for person_id, each in ((kept_id, told), (other_id, about)):
        people.record(person_id, each, stage.act("nurse", now))
    joining.join(kept_id, other_id, "Same passport and address.", stage.act("nurse", now, "nurse2"))


def _to_follow(stage: Stage, now: datetime) -> None:
    """Leave a check-in with thoughts to ask about, a side effect to follow, and a line nobody could place."""
    person_id = demo_id(cast_list.FINISHED.name)
    asked = tuple(knowledge().aftercare.questions)
    check_in = pe.CheckInRecorded(
        session=str(demo_id(f"{cast_list.FINISHED.name}-3-session")), reached=True, by_whom="the patient", asked=asked,
        symptoms=(asked[0], RED), suicidality=ev.Suicidality.WORSE, mood=pe.Mood.WORSE, drove_or_worked=False,
    )  # fmt: skip
    aftercare.record_check_in(person_id, check_in, {asked[0]: 2, RED: 3}, stage.act("nurse", now))
    medical.record_conditions(
        person_id, pe.HistoryList.CONDITIONS, (), ("Zebra fever of the third kind",), stage.act("nurse", now)
    )


def _restricted(stage: Stage, who: cast_list.DemoPerson, now: datetime) -> str:
    """Restrict a record, let somebody open it all the same, and return the page that asks the others why."""
    person = stage.registered(who, now - timedelta(days=1))
    restricting.restrict(person, ("director",), "She works here as a nurse.", stage.act("director", now))
    restricting.open_all_the_same(person, "Rang, which medicines are hers?", stage.act("prescriber", now))
    return reverse("person_open", args=[person])


def _teams(stage: Stage, now: datetime) -> None:
    """Name two care teams, and let somebody belong to one."""
    day = care_teams.found_team("Day team", ("prescriber", "nurse", "director"), stage.act("director", now))
    care_teams.found_team("Evening team", ("prescriber", "nurse"), stage.act("director", now))
    care_teams.choose(demo_id(cast_list.FINISHED.name), (day,), "", stage.act("director", now))


def _to_co_sign(stage: Stage, who: cast_list.DemoPerson, now: datetime) -> None:
    person_id = stage.candidate(who, now)
    stage.decided(who, now)
    protocol = knowledge().protocols[who.protocol]
    wanted = orders.Wanted(
        protocol=protocol.id,
        dose_mg_per_kg=protocol.dose_mg_per_kg,
        duration_min=protocol.duration_min,
        concentration_mg_per_ml=protocol.concentration_mg_per_ml,
        weight_basis=pe.WeightBasis.ACTUAL,
    )
    head = chart_store.person_chart(person_id).head
    orders.sign_order(person_id, wanted, "", head, stage.act("prescriber", now))


def _asked(stage: Stage, now: datetime) -> None:
    """Leave an implausible weight and an answer to item 9 open."""
    person_id = demo_id(cast_list.CANDIDATE.name)
    intake.record_measurements(person_id, {"weight_kg": "420"}, stage.act("nurse", now))
    answers.answer(person_id, "phq9", SUICIDAL_THOUGHTS, "patient, in clinic", stage.act("nurse", now))


def _paused(stage: Stage, now: datetime) -> None:
    """Give a running infusion a monitor, a prompt and a questioned value; pause the one beside it."""
    running, beside = demo_id("infusing-session"), demo_id("replayed-session")
    monitors.connect(running, "Bedside", 60, FEED, now, "busier-monitor")
    read = {"heart_rate": 71, "spo2": 84, "respiratory_rate": 14, "systolic": 131, "diastolic": 82}
    sent = [monitors.Incoming(signal=name, value=Decimal(value), at=now) for name, value in read.items()]
    monitors.receive(running, "Bedside", sent, now)
    charting.chart_vitals(running, {"systolic": "400", "diastolic": "80"}, stage.act("nurse", now))
    monitors.watch_session(running, now)
    charting.chart_fact(beside, ev.InfusionPaused(reason="Nausea"), stage.act("nurse", now))
