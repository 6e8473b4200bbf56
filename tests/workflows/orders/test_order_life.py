"""A corrected order through every door: co-signing, seating, drawing, gate, start; from old tabs as from new pages."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.chair import sessions
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.orders import orders
from sereniv.clinic.workflows.stock import stock
from sereniv.therapy.custody import VialReceived
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows.course.test_courses import PAIN
from tests.workflows.coursing import consent_again, consent_version, eligible, sign, wanted
from tests.workflows.test_path import at

pytestmark = pytest.mark.django_db
VIAL = VialReceived(
    label="V-LIFE", ndc="00000-0000-00", lot="D24A", expires=date(2027, 1, 1), strength_mg_per_ml=Decimal(10),
    volume_ml=Decimal(20), supplier="Supply", unusual_reason="The strength we order",
)  # fmt: skip


def check(act: ActMaker, person: uuid.UUID, order: int) -> None:
    found = chart_store.person_chart(person).order_numbered(order)
    assert found is not None
    terms = found.terms
    orders.co_sign_order(person, order, terms.dose_mg, terms.rate_ml_per_h, act("nurse2"))


def test_an_allergy_to_what_is_in_the_bag_asks_for_words_and_a_second_signature(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she = eligible(act, NOON)
    intake.record_history(she, pe.HistoryList.ALLERGIES, ("Ketalar: swelling",), (), act("nurse"))
    intake.record_measurements(she, {"weight_kg": "70", "height_cm": "178"}, act("nurse"))
    head = chart_store.person_chart(she).head
    prescriber = Client()
    prescriber.force_login(staff["prescriber"], backend="django.contrib.auth.backends.ModelBackend")
    fixed_clock.shown = NOON
    page = prescriber.get(reverse("person_order", args=[she])).content.decode()
    assert "ALLERGY to what is in the bag: “Ketalar: swelling”" in page
    assert "▲ ALLERGY: Ketalar: swelling" in page
    for reason in ("", "x"):
        with pytest.raises(Refused, match="ALLERGY to what is in the bag: “Ketalar: swelling”"):
            orders.sign_order(she, wanted("0.5"), reason, head, act("prescriber"))
    tested = "Skin test negative, allergist agrees"
    with pytest.raises(Refused):
        orders.sign_order(she, wanted("0.5"), tested, head, act("prescriber"))
    entry = orders.sign_order(she, wanted("0.5"), tested, head, act("prescriber", second="director"))
    order = chart_store.person_chart(she).order_numbered(entry)
    assert order is not None
    (limit,) = [each for each in order.terms.limits if each.limit == "ketamine_allergy"]
    assert (limit.severity, limit.reason) == ("hard", tested)


def order_line(session: uuid.UUID, act: ActMaker) -> tuple[str, str]:
    found = next(each for each in sessions.gate_lines(chart_store.session_chart_of(session), act("nurse")) if
                 each.row.id == "order")  # fmt: skip
    return found.state, found.why


def test_a_replaced_order_is_refused_at_every_door(act: ActMaker) -> None:
    she = eligible(act, NOON)
    stock.receive_vial(VIAL, act("nurse", second="nurse2"), demo_id("life"))
    old = sign(act, she, NOON, wanted("0.5"))
    check(act, she, old)
    session = sessions.open_session(she, old, "Chair 1", act("nurse"))
    assert order_line(session, act)[0] == "holds"
    new = sign(act, she, NOON, wanted("0.4"))
    replaced = r"35 mg was replaced on .* by one of 28 mg"
    state, why = order_line(session, act)
    assert (state, "35 mg was replaced" in why) == ("does not hold", True)
    with pytest.raises(Refused, match=replaced):
        sessions.prepare_drug(session, demo_id("life"), Decimal(35), act("nurse", second="nurse2"))
    with pytest.raises(Refused, match="Order signed and co-signed"):
        sessions.pass_gate(session, chart_store.session_chart_of(session).head, act("nurse"))
    sessions.close_unused(session, "the order was corrected", act("nurse"))
    with pytest.raises(Refused, match=replaced):
        sessions.open_session(she, old, "Chair 1", act("nurse"))
    with pytest.raises(Refused, match=replaced):
        orders.co_sign_order(she, old, Decimal(35), Decimal("52.5"), act("nurse"))
    with pytest.raises(Refused, match=r"not co-signed|Not co-signed"):
        again = sessions.open_session(she, new, "Chair 1", act("nurse"))
        sessions.prepare_drug(again, demo_id("life"), Decimal(28), act("nurse", second="nurse2"))
    check(act, she, new)
    assert order_line(again, act)[0] == "holds"


def test_the_newer_one_withdrawn_brings_the_older_one_not_back(act: ActMaker) -> None:
    she = eligible(act, NOON)
    old = sign(act, she, NOON)
    check(act, she, old)
    orders.withdraw_order(she, sign(act, she, NOON, wanted("0.4")), "other day", act("prescriber"))
    with pytest.raises(Refused, match="was replaced"):
        sessions.open_session(she, old, "Chair 1", act("nurse"))
    orders.withdraw_order(she, old, "tidied", act("prescriber"))
    with pytest.raises(Refused, match="withdrawn by Dr Clara Voss: tidied"):
        orders.withdraw_order(she, old, "again", act("prescriber"))


def test_an_order_of_yesterday_seats_nobody(act: ActMaker) -> None:
    she = eligible(act, NOON)
    order = sign(act, she, NOON)
    late = NOON + timedelta(hours=24, minutes=1)
    with pytest.raises(Refused, match="more than 24 h ago"):
        orders.co_sign_order(she, order, Decimal(35), Decimal("52.5"), act("nurse2", now=late))
    with pytest.raises(Refused, match="more than 24 h ago"):
        sessions.open_session(she, order, "Chair 1", act("nurse", now=late))


def test_an_old_tab_is_shown_the_live_order(act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock) -> None:
    Chair.objects.create(name="Chair 1")
    she = eligible(act, NOON)
    old = sign(act, she, NOON)
    tab = Client()
    tab.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    assert tab.get(reverse("person_cosign", args=[she, old])).status_code == 200
    new = sign(act, she, NOON, wanted("0.4"))
    for name in ("person_cosign", "person_seat"):
        shown = tab.get(reverse(name, args=[she, old]))
        assert shown.status_code == 409
        page = shown.content.decode()
        assert "35 mg was replaced" in page
        assert reverse("person_cosign", args=[she, new]) in page
    sent = tab.post(
        reverse("person_cosign", args=[she, old]), {"dose_mg": "35", "rate_ml_per_h": "52.5", "key": "old-tab-0001"}
    )
    assert "35 mg was replaced" in sent.content.decode()
    person = tab.get(reverse("person", args=[she])).content.decode()
    assert "Never carried out: 1" in person
    assert "35 mg, infusion 1" in person
    waiting = {topic.title: [line.address for line in topic.lines] for topic in topics_for(staff["nurse"], NOON)}
    assert waiting["Orders to co-sign"] == [reverse("person_cosign", args=[she, new])]


@pytest.mark.parametrize("indication", ["depression", "chronic_pain", "suicidal_ideation"])
def test_consent_that_was_taken_back_holds_order_and_co_signature_until_it_is_given_anew(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock, indication: str
) -> None:
    """Another infusion could be ordered, and one that was ordered co-signed; the gate alone asked."""
    asked = {"depression": wanted(), "chronic_pain": PAIN, "suicidal_ideation": wanted(protocol="P-SI")}[indication]
    she = eligible(act, at(-60), indication)
    intake.record_consent(she, consent_version(), "Test", "", act("nurse", now=at(-30)))
    order = sign(act, she, at(0), asked)
    found = chart_store.person_chart(she).order_numbered(order)
    assert found is not None
    dose_mg, rate_ml_per_h = found.terms.dose_mg, found.terms.rate_ml_per_h
    intake.withdraw_consent(she, "changed her mind", act("nurse", now=at(5)))
    fixed_clock.shown = at(6)
    checker = Client()
    checker.force_login(staff["nurse2"], backend="django.contrib.auth.backends.ModelBackend")
    assert "Consent was taken back" in checker.get(reverse("person_cosign", args=[she, order])).content.decode()
    with pytest.raises(Refused, match="Consent was taken back") as refused:
        orders.co_sign_order(she, order, dose_mg, rate_ml_per_h, act("nurse2", now=at(6)))
    assert refused.value.rule == "consent"
    with pytest.raises(Refused, match="Consent was taken back"):
        sign(act, she, at(7), asked)
    consent_again(act, she, at(8))
    orders.co_sign_order(she, order, dose_mg, rate_ml_per_h, act("nurse2", now=at(9)))
