"""What the clinic signs for itself: bag, pump and stock, and what follows from it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import VialRow
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.shell.in_force import Stock, rules_in_force, sign_standard
from sereniv.clinic.workflows.stock import stock
from sereniv.knowledge import knowledge
from sereniv.therapy.custody import VialReceived
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import NOON, ActMaker
from tests.workflows import test_path
from tests.workflows.test_path import SHE, VIAL, WANTED

pytestmark = pytest.mark.django_db
stage = test_path.stage
FIFTY = Stock(stocked_mg_per_ml=(Decimal(50),), concentration_mg_per_ml=Decimal(2), rate_increment_ml_per_h=Decimal(1))


def test_orders_are_worked_out_with_the_clinics_own_bag_and_pump(stage: Stage, act: ActMaker) -> None:
    person = stage.candidate(SHE, NOON)
    before = orders.propose(person, WANTED, act("prescriber"))
    assert before.hits == ()
    sign_standard(FIFTY, "Our pump steps by 1 mL/h", act("director"))
    rules = rules_in_force(NOON)
    assert rules.version != knowledge().version
    assert {each.concentration_mg_per_ml for each in rules.protocols.values()} == {Decimal(2)}
    off = orders.propose(person, WANTED, act("prescriber"))
    assert [hit.limit.id for hit in off.hits] == ["custom_concentration"], "what was standard no longer is"
    own = orders.propose(person, replace(WANTED, concentration_mg_per_ml=Decimal(2)), act("prescriber"))
    assert own.hits == ()
    assert (own.order.dose_mg, own.order.volume_ml) == (Decimal("35.7"), Decimal("17.8"))
    assert own.order.rate_ml_per_h == 27, "26.85 mL/h, to a step of this pump"


def test_what_is_signed_last_holds_and_the_packaged_tables_never_change(act: ActMaker) -> None:
    assert rules_in_force(NOON) is knowledge()
    sign_standard(FIFTY, "Our first standard", act("director"))
    sign_standard(replace(FIFTY, concentration_mg_per_ml=Decimal(1)), "Our second standard", act("director"))
    assert rules_in_force(NOON).standard.concentration_mg_per_ml == 1
    assert knowledge().standard.stocked_mg_per_ml == ()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"stocked_mg_per_ml": ()}, Malformed),
        ({"stocked_mg_per_ml": (Decimal(25),)}, Malformed),
        ({"rate_increment_ml_per_h": Decimal(0)}, Malformed),
        ({"rate_increment_ml_per_h": Decimal("1.1")}, Malformed),
        ({"concentration_mg_per_ml": Decimal(0)}, Malformed),
        ({"concentration_mg_per_ml": Decimal("10.1")}, Refused),
    ],
)
def test_a_standard_that_no_clinic_has_is_refused(
    act: ActMaker, change: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        sign_standard(replace(FIFTY, **change), "x", act("director"))
    with pytest.raises(Malformed, match="reason"):
        sign_standard(FIFTY, " ", act("director"))
    assert chart_store.read("home") == ()


def test_a_strength_that_is_not_stocked_needs_its_reason(act: ActMaker) -> None:
    ten = replace(VIAL, strength_mg_per_ml=Decimal(10), unusual_reason="")
    sign_standard(FIFTY, "One strength", act("director"))
    with pytest.raises(Refused, match=r"stocks 50 mg/mL; the vial is 10 mg/mL"):
        stock.receive_vial(ten, act("nurse", second="nurse2"))
    assert not VialRow.objects.exists()
    told = replace(ten, unusual_reason="50 mg/mL is on back order")
    vial = stock.receive_vial(told, act("nurse", second="nurse2"))
    received = chart_store.vial(vial).received
    assert received is not None
    assert received.unusual_reason == "50 mg/mL is on back order"
    stock.receive_vial(
        replace(ten, label="K50", strength_mg_per_ml=Decimal(50), volume_ml=Decimal(10)), act("nurse", second="nurse2")
    )


def test_until_a_strength_is_signed_what_is_in_the_safe_is_what_is_expected(act: ActMaker) -> None:
    ten = replace(VIAL, unusual_reason="")
    hundred = replace(ten, label="K100", strength_mg_per_ml=Decimal(100), volume_ml=Decimal(5))

    def receive(vial: VialReceived) -> None:
        stock.receive_vial(vial, act("nurse", second="nurse2"))

    with pytest.raises(Refused, match=r"Nobody has signed .* no vial is here; the vial is 100 mg/mL"):
        receive(hundred)
    receive(replace(ten, unusual_reason="The strength we order"))
    receive(replace(ten, label="K10-another"))
    with pytest.raises(Refused, match=r"the vials here are of 10 mg/mL; the vial is 100 mg/mL"):
        receive(hundred)
    assert VialRow.objects.count() == 2


@pytest.mark.parametrize("slipped", ["2", "0.2", "5", "50"])
def test_a_volume_that_a_vial_of_this_strength_does_not_hold_is_asked_back(act: ActMaker, slipped: str) -> None:
    other = replace(VIAL, label="K10-other", volume_ml=Decimal(slipped), unusual_reason="")
    stock.receive_vial(VIAL, act("nurse", second="nurse2"))
    with pytest.raises(Refused, match=rf"Vials of 10 mg/mL hold 20 mL; this one {slipped} mL"):
        stock.receive_vial(other, act("nurse", second="nurse2"))
    stock.receive_vial(replace(other, unusual_reason="It stands on the label"), act("nurse", second="nurse2"))
    stock.receive_vial(replace(other, label="K10-again"), act("nurse", second="nurse2"))
