"""An app that reads, and somebody to read."""

from decimal import Decimal

import pytest

from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.gateway.fhir import doors
from sereniv.clinic.gateway.smart import views
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.followup import answers
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.person import people
from sereniv.therapy.person import events as pe
from tests.conftest import NOON, ActMaker
from tests.gateway.letting_in import App, let_in
from tests.workflows.test_path import registration


@pytest.fixture(autouse=True)
def unhurried() -> None:
    doors.REQUESTS.begin_anew()
    views.TOKENS.begin_anew()


@pytest.fixture
def reader(act: ActMaker) -> App:
    return let_in(act("admin", second="director"))


@pytest.fixture
def ida(act: ActMaker) -> str:
    """Register somebody who was weighed, whose pressure was read in halves, and who answered."""
    person_id = people.register(registration(), act("coordinator"), demo_id("ida")).pk
    intake.record_measurements(person_id, {"weight_kg": "71.0"}, act("nurse"))
    half = pe.Measured(systolic=Decimal(124), questions={})
    with chart_store.in_turn():
        stream = chart_store.person_stream(person_id)
        chart_store.append([chart_store.New(stream=stream, event=half, at=NOON)], act("nurse").writing())
    answers.answer(person_id, "phq9", (3, 2, 1, 0, 1, 2, 3, 0, 1), "patient", act("nurse"))
    answers.answer(person_id, "phq9", (3, 2, None, 0, 1, 2, 3, 0, 0), "patient", act("nurse"))
    return str(person_id)
