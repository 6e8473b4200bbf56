"""Every act is denied to whoever has no role for it, before it looks at anything else."""

import re
import uuid
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib import import_module
from inspect import isfunction, signature
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest

from sereniv.clinic import workflows
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from sereniv.clinic.records.file_events import RecordGivenOut
from sereniv.clinic.records.house_events import RecordsExported
from sereniv.clinic.records.models import Entry, Person
from sereniv.clinic.workflows.admin import (
    apps,
    chairs,
    credentials,
    duty,
    going_live,
    on_call,
    opening,
    places,
    push_devices,
    rooms,
    setting_up,
    sign_in_service,
)
from sereniv.clinic.workflows.calendar import booking, coming, feeds, moving
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import (
    calling,
    care,
    charting,
    drawing,
    letting_go,
    monitors,
    notes,
    off_before,
    reaching,
    ringing,
    sessions,
)
from sereniv.clinic.workflows.course import courses
from sereniv.clinic.workflows.devices import held, placing, registering
from sereniv.clinic.workflows.exchanging import giving
from sereniv.clinic.workflows.followup import aftercare, answers
from sereniv.clinic.workflows.guide import enquiries
from sereniv.clinic.workflows.importing import taking, undoing
from sereniv.clinic.workflows.importing.plan import HowRead, Plan, Source
from sereniv.clinic.workflows.inbox import settling
from sereniv.clinic.workflows.intake import elsewhere, intake, medical, screening
from sereniv.clinic.workflows.ledger import announced_erasures, exports
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import (
    care_teams,
    entry_erasure,
    identity,
    joining,
    people,
    person_erasure,
    referring,
    restricting,
)
from sereniv.clinic.workflows.phone import invitations
from sereniv.clinic.workflows.rules import own_groups, own_rules
from sereniv.clinic.workflows.safety import safety
from sereniv.clinic.workflows.shell import in_force, this_clinic
from sereniv.clinic.workflows.shell.acting import Act, NotPermitted
from sereniv.clinic.workflows.stock import drug, receipts, stock
from sereniv.exchange.incoming.contents import Incoming
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker
from tests.therapy.making import diagnosis, taken_up, trial
from tests.workflows.coursing import consent_version, moved
from tests.workflows.test_path import VIAL, WANTED, registration

pytestmark = pytest.mark.django_db


def of(role: Role | None) -> Staff:
    return Staff(pk=99, username="somebody", full_name="Somebody", roles=[] if role is None else [str(role)])


ANY: Any = uuid.UUID(int=0)
NUMBER = Decimal(1)
NEWCOMER = setting_up.Newcomer(full_name="Eva", username="eva", roles=["nurse"], password="three-quiet-rooms-here")
TOLD = pe.InfusedElsewhere(
    given_on=date(2026, 3, 1), mg=None, weight_kg=None, minutes=None, treats="", tolerated=None, told_by="x"
)
WHO = identity.Corrected(
    family_name="Lind", given_names="Ida", born=date(1980, 2, 2), sex_at_birth="female", phone="", address=""
)
ASKED = pe.EvaluationOpened(criterion="pregnancy", question="x", asked_of="x")
MONITOR = registering.Wanted(
    name="Bedside 3", kind="monitor", sender="", source="", certificate="", interval_s=1, signals=("spo2",)
)
STANDING_ORDER = next(iter(care.standing_orders("medicine")))
GIVEN = ev.MedicineGiven(
    medicine="ondansetron", dose=NUMBER, unit="mg", route="IV", indication="nausea", effect=ev.Effect.NEITHER
)
TELLING = pe.PatientTold(appointment=1, how=pe.Told.TELEPHONE, reached=True, words="comes on Friday")
EXPORTED = RecordsExported(
    to_seq=1, to_hash="0" * 64, sha256="0" * 64, sealed=True, with_papers=False, reason="for the auditor of the town"
)
GIVEN_OUT = RecordGivenOut(person="x", to_seq=1, sha256="0" * 64, reason="herself, passport seen")
NOTHING = Plan(
    source=Source(file="x.csv", sha256="0" * 64, told_by="a colleague"), incoming=Incoming(), theirs=(), questions=(),
    faults=(), read=HowRead(),
)  # fmt: skip
APP = apps.Wanted(name="x", keys="{}", scopes=("system/*.rs",), reason="x")
SERVICE = sign_in_service.Wanted(name="x", issuer="x", client_id="x", secret="x", shows_second_factor=False, reason="x")
CALLED = re.compile(r"lambda act: (\w+\.\w+)\(")
GUARDED: list[tuple[Permission, Callable[[Act], object]]] = [
    (Permission.REGISTER_PEOPLE, lambda act: people.register(registration(), act)),
    (Permission.REGISTER_PEOPLE, lambda act: joining.join(ANY, ANY, "same passport seen", act)),
    (Permission.REGISTER_PEOPLE, lambda act: joining.part(ANY, ANY, "twin sisters, seen together", act)),
    (Permission.RESTRICT_RECORDS, lambda act: restricting.restrict(ANY, (), "she works here", act)),
    (Permission.RESTRICT_RECORDS, lambda act: restricting.lift(ANY, "she has left", act)),
    (Permission.RESTRICT_RECORDS, lambda act: care_teams.found_team("Red", (), act)),
    (Permission.RESTRICT_RECORDS, lambda act: care_teams.change_team("red", "Red", (), "they left", act)),
    (Permission.RESTRICT_RECORDS, lambda act: care_teams.end_team("red", "they left", act)),
    (Permission.BOOK, lambda act: care_teams.choose(ANY, (), "moved", act)),
    (Permission.READ_INTAKE, lambda act: restricting.open_all_the_same(ANY, "rang with chest pain", act)),
    (Permission.REVIEW_OPENINGS, lambda act: restricting.review(ANY, 1, "asked them both", act, in_order=True)),
    (Permission.REGISTER_PEOPLE, lambda act: referring.record_referrer(ANY, pe.ReferrerRecorded(name="Dr Hale"), act)),
    (Permission.REGISTER_PEOPLE, lambda act: identity.correct(ANY, WHO, "Passport seen", act)),
    (Permission.REGISTER_PEOPLE, lambda act: referring.record_referrer(ANY, pe.ReferrerRecorded(name="x"), act)),
    (Permission.REGISTER_PEOPLE, lambda act: elsewhere.place_telling(ANY, 1, elsewhere.Placing(words="x"), act)),
    (Permission.READ_PEOPLE, lambda act: enquiries.answered(ANY, act)),
    (Permission.READ_PEOPLE, lambda act: enquiries.opened_again(ANY, act)),
    (Permission.RECORD_CONSENT, lambda act: intake.record_consent(ANY, consent_version(), "Ida", "", act)),
    (Permission.REGISTER_PEOPLE, lambda act: intake.record_history(ANY, pe.HistoryList.ALLERGIES, (), (), act)),
    (Permission.CHART, lambda act: intake.record_measurements(ANY, {}, act)),
    (Permission.CHART, lambda act: intake.confirm_value(ANY, 1, "weight_kg", "", act)),
    (
        Permission.CHART,
        lambda act: intake.record_pregnancy(ANY, pe.Pregnancy.NOT_APPLICABLE, "", act, breastfeeding=False),
    ),
    (Permission.REGISTER_PEOPLE, lambda act: medical.record_conditions(ANY, pe.HistoryList.CONDITIONS, (), (), act)),
    (Permission.CHART, lambda act: medical.list_medicines(ANY, (), act)),
    (Permission.DECIDE_CANDIDACY, lambda act: medical.judge_line(ANY, pe.HistoryList.MEDICINES, "x", "read", act)),
    (Permission.DECIDE_CANDIDACY, lambda act: medical.record_anaesthetic_risk(ANY, 1, "open", act)),
    (Permission.CHART, lambda act: answers.answer(ANY, "phq9", (0,) * 9, "", act)),
    (Permission.CHART, lambda act: answers.answer_mood(ANY, 5, "", act)),
    (Permission.CHART, lambda act: safety.acknowledge(ANY, 1, "", act)),
    (Permission.CHART, lambda act: safety.take_up(ANY, taken_up(1), act)),
    (Permission.REGISTER_PEOPLE, lambda act: people.change_indication(ANY, "ptsd", "x", act)),
    (Permission.RECORD_CONSENT, lambda act: intake.withdraw_consent(ANY, "x", act)),
    (Permission.REGISTER_PEOPLE, lambda act: screening.record_diagnosis(ANY, diagnosis("ptsd", "F43.10"), act)),
    (Permission.REGISTER_PEOPLE, lambda act: screening.record_trial(ANY, trial(), act)),
    (Permission.REGISTER_PEOPLE, lambda act: screening.close_trials(ANY, act)),
    (Permission.REGISTER_PEOPLE, lambda act: screening.record_substances(ANY, (), act)),
    (Permission.CHART, lambda act: elsewhere.record_infused_elsewhere(ANY, TOLD, act)),
    (Permission.CHART, lambda act: screening.enter_score(ANY, "dast10", 1, "x", act)),
    (Permission.CHART, lambda act: screening.record_work_up(ANY, [], act)),
    (Permission.CHART, lambda act: candidacy.open_evaluation(ANY, ASKED, act)),
    (Permission.DECIDE_CANDIDACY, lambda act: screening.decide_level_of_care(ANY, pe.LevelOfCare.INPATIENT, "x", act)),
    (Permission.DECIDE_CANDIDACY, lambda act: candidacy.record_evaluation(ANY, "pregnancy", "fine", 9, act)),
    (Permission.DECIDE_CANDIDACY, lambda act: candidacy.decide_candidacy(ANY, pe.Decision.DECLINED, "x", 0, act)),
    (Permission.READ_ORDERS, lambda act: orders.propose(ANY, WANTED, act)),
    (Permission.SIGN_ORDER, lambda act: orders.sign_order(ANY, WANTED, "", 0, act)),
    (Permission.CO_SIGN, lambda act: orders.co_sign_order(ANY, 1, NUMBER, NUMBER, act)),
    (Permission.SIGN_ORDER, lambda act: orders.withdraw_order(ANY, 1, "x", act)),
    (Permission.RUN_INFUSION, lambda act: sessions.open_session(ANY, 1, "Chair 1", act)),
    (Permission.RUN_INFUSION, lambda act: sessions.attest(ANY, "fasting", True, "", act)),
    (Permission.SIGN_EXCEPTION, lambda act: sessions.override(ANY, "vitals", "x", act)),
    (Permission.RUN_INFUSION, lambda act: sessions.prepare_drug(ANY, ANY, NUMBER, act)),
    (Permission.RUN_INFUSION, lambda act: sessions.pass_gate(ANY, 0, act)),
    (Permission.RUN_INFUSION, lambda act: sessions.start(ANY, NUMBER, 0, act)),
    (Permission.RUN_INFUSION, lambda act: sessions.change_rate(ANY, NUMBER, "x", 0, act)),
    (Permission.RUN_INFUSION, lambda act: sessions.resume(ANY, NUMBER, 0, act)),
    (Permission.DISCHARGE, lambda act: sessions.discharge(ANY, "Kim", True, "", 0, act, identity_checked=True)),
    (Permission.SIGN_NOTE, lambda act: notes.sign_note(ANY, 0, act)),
    (Permission.CHART, lambda act: charting.chart_fact(ANY, ev.HelpCalled(), act)),
    (Permission.CHART, lambda act: calling.open_emergency(ANY, act)),
    (Permission.CHART, lambda act: calling.close_emergency(ANY, "It is over", act)),
    (Permission.CHART, lambda act: charting.moment_of(ANY, ev.HelpCalled(), act, None)),
    (Permission.CHART, lambda act: charting.chart_vitals(ANY, {"spo2": "98"}, act)),
    (Permission.CHART, lambda act: charting.chart_pump(ANY, ev.InfusionStopped(), NUMBER, act)),
    (Permission.MANAGE_HOME, lambda act: booking.follow_rename("Chair 1", "Chair 9", act)),
    (Permission.CHART, lambda act: charting.confirm_value(ANY, 1, "spo2", "", act)),
    (Permission.CHART, lambda act: charting.chart_observation(ANY, ev.Observation.PAIN, 1, "", act)),
    (Permission.CHART, lambda act: charting.strike(ANY, 1, "x", act)),
    (Permission.CHART, lambda act: charting.acknowledge(ANY, "a", "", act)),
    (Permission.CHART, lambda act: charting.reconcile_drug(ANY, NUMBER, NUMBER, "", "", act)),
    (Permission.CHART, lambda act: monitors.chart_from_monitor(ANY, act)),
    (Permission.CHART, lambda act: monitors.disconnect(ANY, act)),
    (Permission.CHART, lambda act: off_before.was_off(ANY, 1, act, None)),
    (Permission.RUN_INFUSION, lambda act: drug.draw_further(ANY, ANY, NUMBER, "", act)),
    (Permission.RUN_INFUSION, lambda act: drawing.draw_another_bag(ANY, ANY, NUMBER, "", act)),
    (Permission.RUN_INFUSION, lambda act: drug.correct_draw(ANY, 1, ANY, NUMBER, "", act)),
    (Permission.CHART, lambda act: care.spill(ANY, NUMBER, "", act)),
    (Permission.CHART, lambda act: care.left_unseen(ANY, "", "", act)),
    (Permission.CHART, lambda act: care.record_death(ANY, "", "", act)),
    (Permission.CHART, lambda act: care.resite(ANY, "", "", act)),
    (Permission.RECEIVE_STOCK, lambda act: stock.receive_vial(VIAL, act)),
    (Permission.KEEP_STOCK, lambda act: stock.demand_two_keepers(act)),
    (Permission.KEEP_STOCK, lambda act: receipts.correct_receipt(ANY, ANY, act)),
    (Permission.KEEP_STOCK, lambda act: stock.open_vial(ANY, act)),
    (Permission.KEEP_STOCK, lambda act: stock.waste(ANY, NUMBER, "", "", act)),
    (Permission.KEEP_STOCK, lambda act: stock.damage(ANY, NUMBER, "", act)),
    (Permission.KEEP_STOCK, lambda act: stock.send_back(ANY, NUMBER, "", "", act)),
    (Permission.KEEP_STOCK, lambda act: stock.set_apart(ANY, "", act)),
    (Permission.KEEP_STOCK, lambda act: stock.put_back(ANY, "", act)),
    (Permission.KEEP_STOCK, lambda act: stock.strike(ANY, 1, "", act)),
    (Permission.KEEP_STOCK, lambda act: stock.count({}, act)),
    (Permission.SETTLE_STOCK, lambda act: stock.explain(ANY, 1, "", act)),
    (Permission.SETTLE_STOCK, lambda act: stock.adjust(ANY, 1, "", act)),
    (Permission.SETTLE_STOCK, lambda act: stock.report_loss_of(ANY, 1, "", "", "", act)),
    (Permission.MANAGE_HOME, lambda act: setting_up.add_staff(NEWCOMER, act)),
    (Permission.MANAGE_HOME, lambda act: setting_up.change_roles(1, ["nurse"], act)),
    (Permission.MANAGE_HOME, lambda act: setting_up.deactivate(1, act)),
    (Permission.MANAGE_HOME, lambda act: setting_up.reactivate(1, act)),
    (Permission.MANAGE_HOME, lambda act: credentials.clear_second_factor(1, act)),
    (Permission.MANAGE_HOME, lambda act: credentials.give_new_password(1, "", act)),
    (Permission.MANAGE_HOME, lambda act: credentials.clear_pin(1, act)),
    (Permission.MANAGE_HOME, lambda act: credentials.end_sessions_of(1, {"mark"}, act)),
    (Permission.READ_SESSIONS, lambda act: duty.go_on_duty(NOON, act)),
    (Permission.READ_SESSIONS, lambda act: duty.go_off_duty(act)),
    (Permission.READ_SESSIONS, lambda act: push_devices.subscribe(ANY, act)),
    (Permission.READ_SESSIONS, lambda act: reaching.see(ANY, {}, act)),
    (Permission.MANAGE_HOME, lambda act: apps.register(APP, act)),
    (Permission.MANAGE_HOME, lambda act: sign_in_service.set_service(SERVICE, act)),
    (Permission.MANAGE_HOME, lambda act: sign_in_service.end_one_link(1, "They left it", act)),
    (Permission.MANAGE_HOME, lambda act: sign_in_service.end_service("They run it no more", act)),
    (Permission.MANAGE_HOME, lambda act: apps.limit("an-app", ("system/*.rs",), "x", act)),
    (Permission.MANAGE_HOME, lambda act: apps.change_keys("an-app", "{}", "x", act)),
    (Permission.MANAGE_HOME, lambda act: apps.revoke("an-app", "x", act)),
    (Permission.CHART, lambda act: placing.connect(ANY, 1, act)),
    (Permission.CHART, lambda act: held.assign(1, ANY, act)),
    (Permission.CHART, lambda act: held.refuse(1, "Nobody was at it", act)),
    (Permission.CHART, lambda act: registering.set_clock(1, 60, act)),
    (Permission.MANAGE_HOME, lambda act: registering.add_device(MONITOR, act)),
    (Permission.MANAGE_HOME, lambda act: registering.change_device(1, MONITOR, act)),
    (Permission.MANAGE_HOME, lambda act: registering.new_token(1, act)),
    (Permission.MANAGE_HOME, lambda act: registering.revoke_device(1, act)),
    (Permission.MANAGE_HOME, lambda act: registering.revoke_home_token(act)),
    (Permission.MANAGE_HOME, lambda act: chairs.add_chair("Chair 9", act)),
    (Permission.MANAGE_HOME, lambda act: chairs.rename_chair(1, "Chair 9", act)),
    (Permission.MANAGE_HOME, lambda act: chairs.retire_chair(1, act)),
    (Permission.MANAGE_HOME, lambda act: chairs.reinstate_chair(1, act)),
    (Permission.MANAGE_HOME, lambda act: setting_up.set_details({"name": "Quiet Room"}, act)),
    (Permission.MANAGE_HOME, lambda act: setting_up.set_co_signing(1, True, act)),
    (Permission.MANAGE_HOME, lambda act: rooms.add_room("Room 9", act)),
    (Permission.MANAGE_HOME, lambda act: rooms.rename_room(1, "Room 9", act)),
    (Permission.MANAGE_HOME, lambda act: rooms.retire_room(1, act)),
    (Permission.MANAGE_HOME, lambda act: rooms.reinstate_room(1, act)),
    (Permission.MANAGE_HOME, lambda act: rooms.place_chair(1, None, act)),
    (Permission.MANAGE_HOME, lambda act: opening.set_hours({}, {}, act)),
    (Permission.MANAGE_HOME, lambda act: on_call.put_on_call(ANY, act)),
    (Permission.MANAGE_HOME, lambda act: on_call.take_off_call(1, act)),
    (Permission.SIGN_LIVE, lambda act: going_live.go_live(act)),
    (Permission.ERASE, lambda act: entry_erasure.erase(1, act)),
    (Permission.ERASE, lambda act: entry_erasure.announce(1, "x", act)),
    (Permission.ERASE, lambda act: letting_go.keep_for(10, "x", act)),
    (Permission.ERASE, lambda act: letting_go.let_go("", "x", act)),
    (Permission.ERASE, lambda act: announced_erasures.stop(1, "not needed any more", act)),
    (Permission.ERASE, lambda act: person_erasure.erase_person(ANY, act)),
    (Permission.ERASE, lambda act: person_erasure.announce_person(ANY, "x", act)),
    (Permission.SIGN_RULES, lambda act: in_force.sign_standard(ANY, "x", act)),
    (Permission.MANAGE_HOME, lambda act: places.once(act, lambda: None)),
    (Permission.DECIDE_CANDIDACY, lambda act: screening.leave_trial_unknown(ANY, 1, "x", act)),
    (Permission.SWITCH_LIVE_PREDICTION, lambda act: this_clinic.switch_live_prediction(True, act)),
    (Permission.CHART, lambda act: answers.answer(ANY, "mood", (5,), "", act)),
    (Permission.CHART, lambda act: people.strike_record(ANY, 1, "x", act)),
    (Permission.READ_PEOPLE, lambda act: feeds.make(act)),
    (Permission.CHART, lambda act: settling.take_over(ANY, 1, act)),
    (Permission.CHART, lambda act: settling.know(ANY, 1, act)),
    (Permission.CHART, lambda act: settling.refuse(ANY, 1, "x", act)),
    (Permission.REGISTER_PEOPLE, lambda act: people.register(registration(), act, ANY)),
    (Permission.CHART, lambda act: aftercare.record_check_in(ANY, ANY, {}, act)),
    (Permission.SIGN_EXCEPTION, lambda act: aftercare.give_up_check_in(ANY, ANY, "x", "x", act)),
    (Permission.CHART, lambda act: aftercare.record_adverse_event(ANY, ANY, act)),
    (Permission.CHART, lambda act: aftercare.follow_adverse_event(ANY, 1, pe.Outcome.ONGOING, "x", act)),
    (Permission.CHART, lambda act: aftercare.take_up_red(ANY, 1, "x", "y", act)),
    (Permission.BOOK, lambda act: booking.book(ANY, ANY, act)),
    (Permission.BOOK, lambda act: booking.book_course(ANY, (), act)),
    (Permission.BOOK, lambda act: booking.move(ANY, 1, moved(NOON, "Chair 1", "x"), act)),
    (Permission.BOOK, lambda act: moving.move_course(ANY, (), moving.Why(reason="x", known=pe.Told.TELEPHONE), act)),
    (Permission.BOOK, lambda act: booking.cancel(ANY, 1, "x", False, act, pe.Told.TELEPHONE)),
    (Permission.BOOK, lambda act: coming.tell(ANY, TELLING, act)),
    (Permission.BOOK, lambda act: coming.note(ANY, 1, pe.Coming.ARRIVED, act)),
    (Permission.BOOK, lambda act: coming.miss(ANY, 1, "", act)),
    (Permission.BOOK, lambda act: coming.called_back(ANY, 1, True, "x", act)),
    (Permission.BOOK, lambda act: coming.arrange_escort(ANY, 1, "Kim", "", "", act)),
    (Permission.CHART, lambda act: care.give_under_order(ANY, STANDING_ORDER, NUMBER, "x", act)),
    (Permission.CHART, lambda act: care.give_other(ANY, GIVEN, act)),
    (Permission.RUN_INFUSION, lambda act: care.screen(ANY, (), (), ev.Suicidality.NONE, "", act)),
    (Permission.CHART, lambda act: calling.answer_help(ANY, "Kim", act)),
    (Permission.CHART, lambda act: calling.come_to_help(ANY, act)),
    (Permission.CHART, lambda act: ringing.turn_off(ANY, "with her", act)),
    (Permission.CHART, lambda act: care.transfer_out(ANY, "x", "x", act)),
    (Permission.CHART, lambda act: charting.chart_facts(ANY, [(ev.HelpCalled(), None)], act)),
    (Permission.SIGN_ORDER, lambda act: courses.review(ANY, pe.ReviewOutcome.CONTINUE, "x", None, 0, act)),
    (Permission.SIGN_ORDER, lambda act: courses.plan_maintenance(ANY, 7, "x", 0, act)),
    (Permission.CHART, lambda act: courses.interrupt(ANY, "x", act)),
    (Permission.CHART, lambda act: courses.resume(ANY, "x", 0, act)),
    (Permission.SIGN_ORDER, lambda act: courses.end(ANY, pe.Ending.RESPONDED, "x", 0, act)),
    (Permission.CHART, lambda act: invitations.invite(ANY, ("mood",), NOON, act)),
    (Permission.CHART, lambda act: invitations.withdraw(ANY, act)),
    (Permission.RUN_INFUSION, lambda act: sessions.close_unused(ANY, "x", act)),
    (Permission.SIGN_RULES, lambda act: own_rules.sign_own(ANY, act)),
    (Permission.EXPORT, lambda act: exports.demand_two("for the auditor of the town", act)),
    (Permission.EXPORT, lambda act: exports.note(EXPORTED, act)),
    (Permission.READ_DOCUMENTS, lambda act: giving.demand_may_give(Person(), "herself, passport seen", act)),
    (Permission.READ_DOCUMENTS, lambda act: giving.note(GIVEN_OUT, act)),
    (Permission.IMPORT, lambda act: taking.demand_two("the practice of a colleague", act)),
    (Permission.IMPORT, lambda act: taking.take(NOTHING, lambda: NOTHING, "", "the practice of a colleague", act)),
    (Permission.IMPORT, lambda act: undoing.undo("a-batch", "the wrong practice", act)),
    (Permission.SIGN_RULES, lambda act: own_groups.sign_group("vital-signs", "x", "x", act)),
]

NEVER_ASK = {
    "sessions.decide_and_append": "appends for a workflow that has asked; no page calls it",
    "people.record": "the same",
    "people.record_all": "the same",
    "setting_up.keep_staff": "notes what a workflow that has asked has changed",
    "setting_up.somebody_else": "asks itself, and writes nothing",
    "setting_up.keep_change": "notes what a workflow that has asked has changed",
    "setting_up.demand_still_permitted": "asks itself, and writes nothing",
    "notices.tell_reviewers": "tells others, for a workflow that has asked",
    "announced_erasures.announce": "writes, for a workflow that has asked",
    "announced_erasures.demand_due": "reads and refuses, for a workflow that has asked",
    "new_accounts.demand_vouched": "refuses, for a workflow that has asked",
    "new_accounts.first_code_ends": "reckons a time, and writes nothing",
    "new_accounts.now_new": "notes who let somebody in, for a workflow that has asked",
    "credentials.set_own_pin": "one's own, after one's password",
    "credentials.set_own_password": "the same",
    "push_devices.take_back": "one's own device",
    "feeds.take_back": "one's own link",
    "duty.set_own_address": "one's own, and it is told at one's next sign-in",
    "credentials.end_own_sessions": "one's own sign-ins",
    "sign_in_service.link": "oneself, after one's password and second factor",
    "sign_in_service.unlink": "one's own link",
    "sign_in_service.end_link_of": "ends a link, for a workflow that has asked",
    "booking.append": "writes, for a workflow that has asked",
    "order_state.order_now": "reads, for a workflow or a page that has asked",
    "order_state.live_order": "the same",
    "order_state.live_instead": "the same",
    "order_state.demand_order": "the same, and refuses in words",
    "order_state.why_not_drawn_for": "reads, for a workflow or a page that has asked",
    "drawing.demand_live_order": "the same, and refuses in words",
    "weighing.weigh": "reads and refuses, for a workflow that has asked",
    "thoughts.carry_over": "writes what follows from a fact, for a workflow that has asked",
    "sessions.gate_lines": "reads what the page may show, and writes nothing",
}
"""What takes an act and asks for no permission, with why."""


def test_every_workflow_that_takes_an_act_is_held_against_every_role() -> None:
    """A workflow that somebody adds stands in one of the two tables, or this fails."""
    taking_acts = set()
    for each in walk_packages(workflows.__path__, f"{workflows.__name__}."):
        found, module = vars(import_module(each.name)), each.name.rpartition(".")[2]
        for name, made in found.items():
            if isfunction(made) and made.__module__ == each.name and not name.startswith("_"):
                annotations = [parameter.annotation for parameter in signature(made).parameters.values()]
                taking_acts |= {f"{module}.{name}"} if Act in annotations else set()
    called = set(CALLED.findall(Path(__file__).read_text(encoding="utf-8")))
    assert taking_acts - called - set(NEVER_ASK) == set()
    assert set(NEVER_ASK) <= taking_acts
    assert len(taking_acts) > 80


def test_no_page_goes_round_the_workflow_that_asks() -> None:
    """What appends without asking is called by workflows alone."""
    views = Path(workflows.__path__[0]).parent / "web"
    goes_round = re.compile(
        r"(people\.record(_all)?|booking\.append|decide_and_append)\(|keep_change\(|chart_store\.(append|erase|in_turn)\("
    )
    assert [str(file) for file in views.rglob("*.py") if goes_round.search(file.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("role", [None, *Role])
def test_every_act_is_denied_to_roles_without_its_permission(role: Role | None) -> None:
    granted = ROLE_PERMISSIONS[role] if role else frozenset()
    for permission, work in GUARDED:
        if permission in granted:
            continue
        with pytest.raises(NotPermitted) as denied:
            work(Act(by=of(role), now=NOON, key="denied-0001"))
        assert denied.value.permission is permission
    assert (Entry.objects.count(), Person.objects.count()) == (0, 0)


def test_somebody_who_left_may_nothing(act: ActMaker, staff: dict[str, Staff]) -> None:
    staff["nurse"].is_active = False
    with pytest.raises(NotPermitted):
        people.register(registration(), act("nurse"))
