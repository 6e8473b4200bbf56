"""What was signed over is on the person's page, the order, the gate, the chair, the note and the hand-over."""

import uuid
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.chair import charting, notes
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.orders import orders
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows import test_path

pytestmark = pytest.mark.django_db
stage = test_path.stage
WHO = replace(cast_list.INFUSING, name="expecting")
REASON = "Severe relapse, ECT declined; her obstetrician agrees."
LINE = "Signed over: <b>Pregnancy (pregnant)</b>"


@pytest.fixture
def decided(stage: Stage, act: ActMaker) -> uuid.UUID:
    person_id = stage.candidate(WHO, NOON)
    early = NOON - timedelta(minutes=26)
    intake.record_pregnancy(
        person_id, pe.Pregnancy.PREGNANT, "urine hCG positive", act("nurse", now=early), breastfeeding=False
    )
    head = chart_store.person_chart(person_id).head
    signing = act("prescriber", now=NOON - timedelta(minutes=25), second="director")
    candidacy.decide_candidacy(person_id, pe.Decision.ELIGIBLE, REASON, head, signing)
    return person_id


def page(staff: dict[str, Staff], name: str, **keywords: object) -> str:
    client = Client()
    client.force_login(staff["prescriber"], backend="django.contrib.auth.backends.ModelBackend")
    return unescape(client.get(reverse(name, kwargs=keywords)).content.decode())


def test_a_pregnancy_signed_over_is_in_sight_on_every_page(
    stage: Stage, decided: uuid.UUID, staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker
) -> None:
    del fixed_clock
    early = NOON - timedelta(minutes=25)
    head = chart_store.person_chart(decided).head
    order = orders.sign_order(decided, test_path.WANTED, "", head, act("prescriber", now=early))
    to_check = page(staff, "person_cosign", person_id=decided, order_entry=order)
    terms = chart_store.person_chart(decided).orders[-1].terms
    orders.co_sign_order(decided, order, terms.dose_mg, terms.rate_ml_per_h, act("nurse", now=early))
    shown = page(staff, "person", person_id=decided)
    assert "Nothing stands in the way" not in shown
    assert "<b>Pregnant</b>" in shown, "among the conditions"
    session = stage.seated(WHO, order, "Chair 1", NOON, demo_id("expecting-session"))
    at_gate = page(staff, "session_gate", session_id=session)
    assert "Pregnant, 02 Mar: urine hCG positive. Signed over by" in at_gate
    assert at_gate.count("passed by the prescriber") == 2, "neither candidacy nor pregnancy is a mere tick"
    stage.started(WHO, session, NOON)
    pages = {
        "person": shown,
        "order": page(staff, "person_order", person_id=decided),
        "co-sign": to_check,
        "gate": at_gate,
        "chair": page(staff, "session", session_id=session),
    }
    assert {name: (LINE in text, REASON in text) for name, text in pages.items()} == dict.fromkeys(pages, (True, True))
    sheet = page(staff, "session_document", session_id=session, which="hand-over")
    assert "Signed over" in sheet
    assert REASON in sheet
    charting.chart_fact(session, ev.InfusionStopped(), act("nurse", now=NOON + timedelta(minutes=40)))
    told = notes.note_of(chart_store.session_chart_of(session))
    lines = {each.heading: each.lines for each in told}["Signed over"]
    assert len(lines) == 1
    assert lines[0].startswith("Pregnancy (pregnant): ")
    assert lines[0].endswith(REASON)


def test_what_is_over_is_no_longer_shown(
    decided: uuid.UUID, staff: dict[str, Staff], fixed_clock: FixedClock, act: ActMaker
) -> None:
    del fixed_clock
    intake.record_pregnancy(
        decided, pe.Pregnancy.NOT_PREGNANT, "miscarriage, hCG negative", act("nurse"), breastfeeding=False
    )
    shown = page(staff, "person", person_id=decided)
    assert LINE not in shown
    assert "<b>Pregnant</b>" not in shown
