"""A page gone back to and sent with something else: what it says is done is done; the same page sent twice is one."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Chair, ClinicDetails, Enquiry
from sereniv.clinic.workflows.person import people
from sereniv.clinic.workflows.phone import invitations
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.therapy.person.events import Coming, ComingNoted, EscortArranged
from sereniv.therapy.recording.typed_values import plain
from sereniv.therapy.safety import suicide
from sereniv.therapy.session.events import RemarkCharted, VitalsCharted
from tests.conftest import NOON, ActMaker, FixedClock
from tests.web.desk import Desk
from tests.workflows import test_path
from tests.workflows.calendar.test_arrivals import at, booked
from tests.workflows.test_path import SHE, registration

pytestmark = pytest.mark.django_db
stage = test_path.stage


@pytest.fixture
def session(stage: test_path.Stage, fixed_clock: FixedClock) -> uuid.UUID:
    fixed_clock.shown = NOON + timedelta(minutes=3)
    return stage.infusing(SHE, "Chair 1", NOON)


def saturations(session: uuid.UUID) -> list[str]:
    """Return what was charted of one vital sign, by whatever entry."""
    charted = [each.event for each in chart_store.session_chart_of(session).entries]
    return [plain(each.spo2) for each in charted if isinstance(each, VitalsCharted) and each.spo2 is not None]


def test_vital_signs_sent_again_with_another_value_are_charted(session: uuid.UUID, staff: dict[str, Staff]) -> None:
    """*Charted*, said the page, and the saturation of 84 was nowhere."""
    nurse, address = Desk(staff, "nurse"), reverse("session_vitals", args=[session])
    page = nurse.client.get(address).content.decode()
    before = saturations(session)
    for value in ("97", "97", "84", "97", "97", "84"):
        assert nurse.sends_to(address, page, spo2=value).taken
    assert saturations(session) == [*before, "97", "84", "97", "84"], "a second tap is none; what comes back is"


def test_a_remark_sent_again_for_another_time_stands_at_both(session: uuid.UUID, staff: dict[str, Staff]) -> None:
    nurse, address = Desk(staff, "nurse"), reverse("session_remark", args=[session])
    page = nurse.client.get(address).content.decode()
    for when in ("", "12:01", "12:01"):
        assert nurse.sends_to(address, page, text="asks for water", when=when).taken
    remarks = [each for each in chart_store.session_chart_of(session).entries if isinstance(each.event, RemarkCharted)]
    assert len({each.at for each in remarks}) == len(remarks) == 2


def test_each_button_of_a_row_of_who_comes_is_an_act(
    staff: dict[str, Staff], act: ActMaker, fixed_clock: FixedClock
) -> None:
    """Late; back; *arrived*: it said so, and nothing was noted."""
    fixed_clock.shown = at(12)
    for name in ("Chair 1", "Chair 2"):
        Chair.objects.create(name=name)
    person, entry = booked(act)
    desk = Desk(staff, "coordinator")
    address = reverse("appointment_coming", args=[person, entry])
    for what in ("late", "late", "arrived", "expected", "arrived", "arrived"):
        desk.client.post(address, {"key": "of-the-row-1", "what": what})
    noted = chart_store.person_chart(person).all(ComingNoted)
    assert [each.event.what for each in noted] == [Coming.LATE, Coming.ARRIVED, Coming.EXPECTED, Coming.ARRIVED]


def test_who_takes_somebody_home_named_again_is_who_is_named_last(
    staff: dict[str, Staff], act: ActMaker, fixed_clock: FixedClock
) -> None:
    """*Lee takes her home*, it said, and Kim stood on the calendar."""
    fixed_clock.shown = at(12)
    for name in ("Chair 1", "Chair 2"):
        Chair.objects.create(name=name)
    person, entry = booked(act)
    desk, address = Desk(staff, "coordinator"), reverse("appointment_escort", args=[person, entry])
    page = desk.client.get(address).content.decode()
    assert desk.sends_to(address, page, name="Kim", phone="555 0100", way_home="by car").taken
    asked = desk.sends_to(address, page, name="Lee", phone="555 0199", way_home="by car")
    assert "Kim" in asked.words, "it takes the place of one that this page did not show"
    assert desk.sends_to(address, asked.content).taken
    assert [each.event.name for each in chart_store.person_chart(person).all(EscortArranged)] == ["Kim", "Lee"]


def test_an_answer_about_suicide_changed_on_a_phone_is_never_turned_away(
    act: ActMaker, fixed_clock: FixedClock
) -> None:
    """Sent with 0, gone back to, 3 ticked: *this page was sent before*, and nobody was told."""
    del fixed_clock
    cache.clear()
    ClinicDetails.objects.create(id=1, name="Quiet Room", on_call_phone="555-0143")
    she = people.register(registration(), act("nurse")).pk
    token = invitations.invite(she, ("phq9",), NOON + timedelta(days=9), act("nurse")).token
    typed = {f"item_{number}": "0" for number in range(1, 10)} | {"key": "phone-0001"}
    for last in ("0", "3", "3", "1", "3", "3"):
        page = Client().post(f"/q/{token}/phq9/", {**typed, "item_9": last}, follow=True).content.decode()
    assert "tel:988" in page
    chart = chart_store.person_chart(she)
    assert [each.event.answers[-1] for each in chart.scores] == [0, 3, 1, 3]
    assert suicide.waiting(chart, rules_in_force(NOON))


def test_an_enquiry_sent_again_with_another_number_is_read_with_it(fixed_clock: FixedClock) -> None:
    """The number was mistyped, mended and sent again: it thanked, and the clinic had the wrong one alone."""
    del fixed_clock
    cache.clear()
    for reach in ("555 0100", "555 0100", "555 0199", "555 0100"):
        answered = Client().post(reverse("enquiry"), {"name": "Robin", "reach": reach, "key": "enquiry-0001"})
        assert answered.status_code == 302
    assert sorted(Enquiry.objects.values_list("reach", flat=True)) == ["555 0100", "555 0100", "555 0199"]
