"""An order keeps what stood before whoever signed it, and shows it wherever the order is read afterwards."""

from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows.chair import charting, notes, sessions
from sereniv.clinic.workflows.intake import medical
from sereniv.clinic.workflows.intake.medical import Written
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.person import people
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows.coursing import eligible, infuse, sign, wanted

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def shown_of(person: object, entry: int) -> dict[str, str]:
    order = chart_store.person_chart(person).order_numbered(entry)  # type: ignore[arg-type]
    assert order is not None
    return {each.what: each.words for each in order.shown}


def test_an_order_keeps_the_last_dose_how_it_was_borne_and_what_is_new_and_shows_it_later(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she, later = eligible(act, NOON), NOON + WEEK
    medical.list_medicines(she, [Written(name="sertraline")], act("nurse"))
    first = sign(act, she, NOON)
    assert shown_of(she, first)["Last infusion"] == "none before this one"
    orders.withdraw_order(she, first, "Not today after all", act("prescriber"))
    infuse(act, she, NOON + timedelta(hours=1))
    medical.list_medicines(
        she, [Written(name="sertraline"), Written(name="oxycodone")], act("nurse", now=later - timedelta(hours=1))
    )
    entry = sign(act, she, later, wanted("0.4"))
    kept = shown_of(she, entry)
    assert kept["Medicines since"] == "● new: oxycodone"
    assert kept["How it was borne"].startswith("no prompt of high priority")
    assert "mg given of 35" in next(words for what, words in kept.items() if what.startswith("Last infusion"))
    medical.list_medicines(she, [Written(name="sertraline")], act("nurse", now=later + timedelta(minutes=5)))
    assert shown_of(she, entry) == kept
    fixed_clock.shown = later + timedelta(minutes=6)
    nurse = Client()
    nurse.force_login(staff["nurse2"], backend="django.contrib.auth.backends.ModelBackend")
    for page in ("person_cosign", "person"):
        at = reverse(page, args=[she, entry] if page == "person_cosign" else [she])
        text = unescape(nurse.get(at).content.decode())
        assert "Shown when it was signed" in text, page
        assert "● new: oxycodone" in text, page


def test_gate_chair_and_note_show_it_and_the_gate_says_what_reads_otherwise_now(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    """A severe side effect is heard of after the order was signed: whoever starts by it reads both."""
    she, later = eligible(act, NOON), NOON + WEEK
    medical.list_medicines(she, [Written(name="sertraline")], act("nurse"))
    before = infuse(act, she, NOON + timedelta(hours=1))
    entry = sign(act, she, later, wanted("0.4"))
    nurse = Client()
    nurse.force_login(staff["nurse2"], backend="django.contrib.auth.backends.ModelBackend")
    fixed_clock.shown = later + timedelta(minutes=10)
    heard = pe.AdverseEventRecorded(
        term="nausea", words="sick for two days", grade=3, serious=False, session=str(before),
        related=pe.Related.PROBABLE, action="", outcome=pe.Outcome.RESOLVED,
    )  # fmt: skip
    session = sessions.open_session(she, entry, "Chair 1", act("nurse", now=fixed_clock.shown))
    at = reverse("session_gate", args=[session])
    text = unescape(nurse.get(at).content.decode())
    assert "Shown when it was signed" in text
    assert "Otherwise now" not in text
    people.record(she, heard, act("nurse", now=fixed_clock.shown))
    for address in (at, reverse("person_cosign", args=[she, entry])):
        text = unescape(nurse.get(address).content.decode())
        assert "Otherwise now than when the order was signed" in text, address
        assert "● not tolerated: nausea, grade 3" in text, address
    running = ev.InfusionFoundRunning(rate_ml_per_h=Decimal(42), deviation="test")
    charting.chart_fact(session, running, act("nurse", now=fixed_clock.shown))
    for name in ("session", "session_note"):
        text = unescape(nurse.get(reverse(name, args=[session])).content.decode())
        assert "no prompt of high priority; ? nobody has asked since" in text, name
        assert "Otherwise now" not in text, name
    (section,) = (
        each for each in notes.note_of(chart_store.session_chart_of(session)) if each.heading.startswith("Shown")
    )
    assert section.lines[0].startswith("Last infusion, 02 Mar 2026, ")
