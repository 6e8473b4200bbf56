"""Whoever asks or is registered again is met as who was declined or treated before, with why for who may read it."""

from datetime import date, timedelta

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Enquiry
from sereniv.clinic.workflows import courses, people
from sereniv.clinic.workflows.likeness import PerhapsRegistered, who_asked
from sereniv.therapy.person import events as pe
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows.coursing import eligible, infuse

pytestmark = pytest.mark.django_db
AGAIN = people.Registration(
    family_name="Test", given_names="Ilse", born=date(1980, 1, 1), sex_at_birth="male", indication="depression"
)


def declined(act: ActMaker, person: object) -> None:
    found = pe.CandidacyDecided(
        decision=pe.Decision.DECLINED, indication="depression", reason="Unstable angina.", knowledge_version="k",
        findings=(),
    )  # fmt: skip
    people.record(person, found, act("prescriber"))  # type: ignore[arg-type]


def test_somebody_declined_is_met_with_when_and_with_why_for_who_reads_charts(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    she = eligible(act, NOON)
    declined(act, she)
    with pytest.raises(PerhapsRegistered, match="declined 02 Mar 2026") as asked:
        people.register(AGAIN, act("nurse"))
    assert "angina" not in str(asked.value)
    Enquiry.objects.create(name="Ilse Test", reach="ilse@example.org", received_at=NOON)
    fixed_clock.shown = NOON
    for who, reads in (("nurse", True), ("coordinator", staff["coordinator"].may(Permission.READ_CHART))):
        client = Client()
        client.force_login(staff[who], backend="django.contrib.auth.backends.ModelBackend")
        page = client.get("/enquiries/").content.decode()
        assert "declined 02 Mar 2026" in page
        assert ("Unstable angina." in page) is reads


def test_somebody_treated_is_met_with_how_often_and_how_it_ended(act: ActMaker) -> None:
    she = eligible(act, NOON)
    infuse(act, she, NOON)
    courses.end(
        she, pe.Ending.NOT_TOLERATED, "Faint each time", chart_store.person_chart(she).head,
        act("prescriber", now=NOON + timedelta(days=1)),
    )  # fmt: skip
    (found,) = who_asked("Ilse Test", "")
    assert found.treated == "1 infusion, the last 02 Mar 2026; the course ended 03 Mar 2026"
    assert "course: not tolerated" in found.reason
    with pytest.raises(PerhapsRegistered, match="1 infusion, the last 02 Mar 2026"):
        people.register(AGAIN, act("nurse"))
