"""Who may be second for what: one table that every act asks, and lists that show nobody else."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.seconds import TwoPersonAct, may_be_second, seconds_for
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.admin.apps import AppForm, KeysForm, LimitForm
from sereniv.clinic.web.admin.forms import ClearFactorForm, LetInForm
from sereniv.clinic.web.admin.house_forms import EraseForm, GoLiveForm
from sereniv.clinic.web.admin.samples_forms import KeepSamplesForm, LetSamplesGoForm
from sereniv.clinic.web.admin.service import ServiceForm
from sereniv.clinic.web.candidacy.forms import DecideForm
from sereniv.clinic.web.chair.finish_forms import DischargeForm, DrugForm
from sereniv.clinic.web.chair.forms import DrawForm, RateForm, ResumeForm
from sereniv.clinic.web.chair.mishap_forms import CorrectDrawForm, FurtherBagForm, SpillForm
from sereniv.clinic.web.course.forms import MaintenanceForm
from sereniv.clinic.web.exporting.forms import ExportForm
from sereniv.clinic.web.importing.forms import TakeForm, UndoForm
from sereniv.clinic.web.orders.forms import CoSignForm, OrderForm
from sereniv.clinic.web.person.forms import JoinForm
from sereniv.clinic.web.rules.forms import SignOwnNumberForm
from sereniv.clinic.web.shell.form_parts import SecondPersonMixin
from sereniv.clinic.web.stock import forms as stock
from sereniv.clinic.web.stock.forms import VialForm
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.rules.own_rules import OwnNumber, sign_own
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage
JUDGEMENTS = (TwoPersonAct.ORDER_PAST_HARD_LIMIT, TwoPersonAct.ELIGIBLE_DESPITE_CONCERN, TwoPersonAct.OWN_NUMBER)
NO_PRESCRIBERS = ["nurse", "nurse2", "coordinator", "admin"]
FORMS: list[type[SecondPersonMixin]] = [
    ServiceForm,
    RateForm, ResumeForm, DrawForm, DrugForm, DischargeForm, SignOwnNumberForm, VialForm,
    EraseForm, GoLiveForm, DecideForm, OrderForm, CoSignForm, stock.ReceiptForm,
    stock.WitnessForm, stock.WitnessedReasonForm, stock.WasteForm, stock.DamageForm, stock.ReturnForm, stock.CountForm,
    stock.SettleForm, JoinForm,
    FurtherBagForm, CorrectDrawForm, SpillForm, MaintenanceForm, LetInForm, ClearFactorForm,
    ExportForm, KeepSamplesForm, LetSamplesGoForm, TakeForm, UndoForm, AppForm, LimitForm, KeysForm,
]  # fmt: skip


@pytest.mark.parametrize("judgement", JUDGEMENTS)
def test_a_judgement_takes_two_who_prescribe(staff: dict[str, Staff], judgement: TwoPersonAct) -> None:
    shown = {each.username for each in seconds_for(judgement, staff["director"], NOON)}
    assert "prescriber" in shown
    assert not shown & {*NO_PRESCRIBERS, "director"}


@pytest.mark.parametrize("second", NO_PRESCRIBERS)
def test_nobody_but_a_second_prescriber_signs_for_somebody_under_18(stage: Stage, act: ActMaker, second: str) -> None:
    person_id = stage.candidate(SHE, NOON)
    Person.objects.filter(pk=person_id).update(born=date(2009, 1, 1))
    head = chart_store.person_chart(person_id).head

    def decide(beside: str) -> None:
        signing = act("prescriber", second=beside)
        candidacy.decide_candidacy(person_id, pe.Decision.ELIGIBLE, "No other treatment is left", head, signing)

    with pytest.raises(Refused, match="takes another prescriber"):
        decide(second)
    decide("director")


@pytest.mark.parametrize("second", NO_PRESCRIBERS)
def test_nobody_but_a_second_prescriber_countersigns_a_dose_limit(act: ActMaker, second: str) -> None:
    number = OwnNumber(
        threshold="limits.dose_mg.soft_above",
        value=Decimal(70),
        effective_from=NOON.date(),
        source="Ours",
        reason="Ours by our figures",
    )
    with pytest.raises(Refused, match="takes another prescriber"):
        sign_own(number, act("director", second=second))
    sign_own(number, act("director", second="prescriber"))


def test_at_the_chair_one_of_the_two_past_a_hard_limit_prescribes(staff: dict[str, Staff]) -> None:
    rate = TwoPersonAct.RATE_PAST_HARD_LIMIT
    assert may_be_second(rate, staff["nurse"], staff["prescriber"], NOON)
    assert may_be_second(rate, staff["prescriber"], staff["nurse"], NOON)
    assert not may_be_second(rate, staff["nurse"], staff["nurse2"], NOON)


def test_who_leaves_is_on_no_list_the_same_minute(staff: dict[str, Staff]) -> None:
    assert staff["nurse2"] in seconds_for(TwoPersonAct.DRUG_DRAWN, staff["nurse"], NOON)
    Staff.objects.filter(username="nurse2").update(is_active=False)
    for act_of_two in TwoPersonAct:
        assert "nurse2" not in {each.username for each in seconds_for(act_of_two, staff["nurse"], NOON)}


def test_each_form_names_its_act_and_shows_those_alone_who_may(staff: dict[str, Staff]) -> None:
    # Whoever may judge a rate past a hard limit stands in the list of those who may read the pump.
    judged = TwoPersonAct.RATE_PAST_HARD_LIMIT
    assert {each.second_for for each in FORMS} == set(TwoPersonAct) - {judged}
    for me in staff.values():
        assert set(seconds_for(judged, me, NOON)) <= set(seconds_for(TwoPersonAct.RATE_OVER_ORDER, me, NOON))
    for form_class in FORMS:
        assert form_class.second_for is not None
        more = (
            {"vials": []}
            if form_class in {DrawForm, stock.CountForm, FurtherBagForm, CorrectDrawForm}
            else {"signer": staff["director"]}
            if form_class is CoSignForm
            else {}
        )
        for me in staff.values():
            form = form_class(by=me, now=NOON, **more)
            shown = set(form.fields["second_person"].queryset)  # type: ignore[attr-defined]
            first = staff["director"] if form_class is CoSignForm else me
            assert shown == set(seconds_for(form_class.second_for, first, NOON)) - {me}, (form_class, me)


def test_a_name_that_is_not_on_the_list_is_refused_in_words(staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    client = Client()
    client.force_login(staff["director"], backend="django.contrib.auth.backends.ModelBackend")
    address = "/rules/own/limits.dose_mg.soft_above/sign/?value=70"
    page = client.get(address).content.decode()
    assert staff["prescriber"].full_name in page
    assert staff["admin"].full_name not in page.split("second_person", 1)[1]
    typed = {
        "key": "own-number-0001", "effective_from": NOON.date().isoformat(), "source": "Ours",
        "reason": "Ours by our figures", "second_person": staff["admin"].pk, "second_secret": PASSWORD,
    }  # fmt: skip
    answer = client.post(address, typed)
    assert answer.status_code == 422
    assert "Choose somebody of this list" in answer.content.decode()


def test_where_nobody_may_the_form_says_who_is_missing(staff: dict[str, Staff]) -> None:
    Staff.objects.exclude(username__in=["prescriber", "nurse"]).update(is_active=False)
    form = DecideForm(by=staff["prescriber"])
    assert "Nobody else here may sign this: it takes another prescriber." in form.fields["second_person"].help_text
