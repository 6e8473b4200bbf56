"""An order keeps what stood before whoever signed it, and shows it wherever the order is read afterwards."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows import medical, orders
from sereniv.clinic.workflows.medical import Written
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows.coursing import eligible, infuse, sign, wanted

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def shown_of(person: object, entry: int) -> dict[str, str]:
    order = chart_store.person_chart(person).order_numbered(entry)  # type: ignore[arg-type]
    assert order is not None
    return {each.what: each.words for each in order.terms.shown}


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
