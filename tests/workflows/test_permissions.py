"""Every act is denied to whoever has no role for it, before it looks at anything else."""

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from sereniv.clinic.records.models import Entry, Person
from sereniv.clinic.workflows import (
    answers,
    candidacy,
    chairs,
    charting,
    enquiries,
    erasure,
    house,
    intake,
    medical,
    monitors,
    on_call,
    opening,
    orders,
    own_rules,
    people,
    rooms,
    rules,
    safety,
    screening,
    sessions,
    setting_up,
)  # fmt: skip
from sereniv.clinic.workflows.acting import Act, NotPermitted
from sereniv.therapy import person_events as pe
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker
from tests.therapy.making import diagnosis, trial
from tests.workflows.test_path import VIAL, WANTED, registration

pytestmark = pytest.mark.django_db


def of(role: Role | None) -> Staff:
    return Staff(pk=99, username="somebody", full_name="Somebody", roles=[] if role is None else [str(role)])


ANY: Any = uuid.UUID(int=0)
NUMBER = Decimal(1)
NEWCOMER = setting_up.Newcomer(full_name="Eva", username="eva", roles=["nurse"], password="three-quiet-rooms-here")
SCORE = pe.ScoreEntered(scale="dast10", total=1, scored_by="x")
ASKED = pe.EvaluationOpened(criterion="work_up", question="x", asked_of="x")
GUARDED: list[tuple[Permission, Callable[[Act], object]]] = [
    (Permission.REGISTER_PEOPLE, lambda act: people.register(registration(), act)),
    (Permission.READ_PEOPLE, lambda act: enquiries.answered(ANY, act)),
    (Permission.READ_PEOPLE, lambda act: enquiries.opened_again(ANY, act)),
    (Permission.RECORD_CONSENT, lambda act: intake.record_consent(ANY, "1", "Ida", "", act)),
    (Permission.REGISTER_PEOPLE, lambda act: intake.record_history(ANY, pe.HistoryList.ALLERGIES, (), (), act)),
    (Permission.CHART, lambda act: intake.record_measurements(ANY, {}, act)),
    (Permission.CHART, lambda act: intake.confirm_value(ANY, 1, "weight_kg", "", act)),
    (Permission.CHART, lambda act: intake.record_pregnancy(ANY, pe.Pregnancy.NOT_APPLICABLE, "", act)),
    (Permission.REGISTER_PEOPLE, lambda act: medical.record_conditions(ANY, pe.HistoryList.CONDITIONS, (), (), act)),
    (Permission.CHART, lambda act: medical.list_medicines(ANY, (), act)),
    (Permission.DECIDE_CANDIDACY, lambda act: medical.judge_line(ANY, pe.HistoryList.MEDICINES, "x", "read", act)),
    (Permission.DECIDE_CANDIDACY, lambda act: medical.record_anaesthetic_risk(ANY, 1, "open", act)),
    (Permission.CHART, lambda act: answers.answer_phq9(ANY, (0,) * 9, "", act)),
    (Permission.CHART, lambda act: answers.answer_mood(ANY, 5, "", act)),
    (Permission.CHART, lambda act: safety.acknowledge(ANY, 1, "", act)),
    (Permission.CHART, lambda act: answers.take_up_safety(ANY, 1, "asked", act)),
    (Permission.REGISTER_PEOPLE, lambda act: people.change_indication(ANY, "ptsd", "x", act)),
    (Permission.RECORD_CONSENT, lambda act: intake.withdraw_consent(ANY, "x", act)),
    (Permission.REGISTER_PEOPLE, lambda act: screening.record_diagnosis(ANY, diagnosis("ptsd", "F43.10"), act)),
    (Permission.REGISTER_PEOPLE, lambda act: screening.record_trial(ANY, trial(), act)),
    (Permission.REGISTER_PEOPLE, lambda act: screening.close_trials(ANY, act)),
    (Permission.REGISTER_PEOPLE, lambda act: screening.record_substances(ANY, (), act)),
    (Permission.CHART, lambda act: screening.enter_score(ANY, SCORE, act)),
    (Permission.CHART, lambda act: screening.record_work_up(ANY, [], act)),
    (Permission.CHART, lambda act: candidacy.open_evaluation(ANY, ASKED, act)),
    (Permission.DECIDE_CANDIDACY, lambda act: screening.decide_level_of_care(ANY, pe.LevelOfCare.INPATIENT, "x", act)),
    (Permission.DECIDE_CANDIDACY, lambda act: candidacy.record_evaluation(ANY, "work_up", "fine", 9, act)),
    (Permission.DECIDE_CANDIDACY, lambda act: candidacy.decide_candidacy(ANY, pe.Decision.DECLINED, "x", 0, act)),
    (Permission.READ_CHART, lambda act: orders.propose(ANY, WANTED, act)),
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
    (Permission.SIGN_NOTE, lambda act: sessions.sign_note(ANY, 0, act)),
    (Permission.CHART, lambda act: charting.chart_fact(ANY, ev.HelpCalled(), act)),
    (Permission.CHART, lambda act: charting.chart_vitals(ANY, {"spo2": "98"}, act)),
    (Permission.CHART, lambda act: charting.confirm_value(ANY, 1, "spo2", "", act)),
    (Permission.CHART, lambda act: charting.chart_observation(ANY, ev.Observation.PAIN, 1, "", act)),
    (Permission.CHART, lambda act: charting.strike(ANY, 1, "x", act)),
    (Permission.CHART, lambda act: charting.acknowledge(ANY, "a", "", act)),
    (Permission.CHART, lambda act: charting.reconcile_drug(ANY, NUMBER, NUMBER, "", "", act)),
    (Permission.CHART, lambda act: monitors.chart_from_monitor(ANY, act)),
    (Permission.RECEIVE_STOCK, lambda act: house.receive_vial(VIAL, act)),
    (Permission.MANAGE_HOME, lambda act: setting_up.add_staff(NEWCOMER, act)),
    (Permission.MANAGE_HOME, lambda act: setting_up.change_roles(1, ["nurse"], act)),
    (Permission.MANAGE_HOME, lambda act: setting_up.deactivate(1, act)),
    (Permission.MANAGE_HOME, lambda act: setting_up.reactivate(1, act)),
    (Permission.MANAGE_HOME, lambda act: setting_up.give_new_password(1, "", act)),
    (Permission.MANAGE_HOME, lambda act: setting_up.clear_pin(1, act)),
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
    (Permission.SIGN_LIVE, lambda act: house.go_live(act)),
    (Permission.ERASE, lambda act: erasure.erase(1, False, "x", act)),
    (Permission.SIGN_RULES, lambda act: rules.sign_standard(ANY, "x", act)),
    (Permission.SIGN_RULES, lambda act: own_rules.sign_own(ANY, act)),
]


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
