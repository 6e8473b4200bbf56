"""The page on which the drug is drawn offers the vials that hold the dose."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.stock import stock
from tests.conftest import NOON, FixedClock
from tests.shared_state import SharedStage
from tests.workflows.test_path import SHE, VIAL, at

NEARLY_EMPTY = replace(VIAL, label="K10-rest", volume_ml=Decimal(2), expires=date(2026, 6, 1))
"""First to expire, and too little for 35.7 mg: 2 mL of 10 mg/mL."""


@pytest.mark.parametrize("full_one", [True, False])
def test_a_rest_is_offered_only_where_no_vial_holds_the_dose(
    full_one: bool, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    stage = SharedStage()
    for vial in (NEARLY_EMPTY, VIAL) if full_one else (NEARLY_EMPTY,):
        stock.receive_vial(vial, stage.act("nurse", at(-120), "nurse2"), demo_id(vial.label))
    person_id, order = stage.ordered(SHE, NOON)
    session = sessions.open_session(person_id, order, "Chair 1", stage.act("nurse", at(-15)))
    nurse = Client()
    nurse.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    page = nurse.get(f"/sessions/{session}/draw/").content.decode()
    assert "<b>35.7 mg</b> in <b>35.7 mL</b> of 1 mg/mL" in page
    assert "more than 1 mg/mL is never given undiluted" in page
    assert (f"{VIAL.label}: 10 mg/mL, draw 3.57 mL + 32.13 mL diluent (20 mL left)" in page) is full_one
    assert ("K10-rest: 10 mg/mL, draw 3.57 mL + 32.13 mL diluent (2 mL left)" in page) is not full_one
