"""Recording a consent: not any name for anybody, no guardian without a relation, and no day that has not come."""

from datetime import date

import pytest

from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows import intake, people
from sereniv.therapy.person import events as pe
from sereniv.therapy.recording.refusal import Malformed
from tests.conftest import NOON, ActMaker
from tests.workflows.test_path import DAY, registration

pytestmark = pytest.mark.django_db


def test_a_consent_names_who_signed_for_whom(act: ActMaker) -> None:
    from dataclasses import replace

    adult = people.register(registration(), act("coordinator"))
    with pytest.raises(Malformed, match=r"“Mickey Mouse” is not .*Correct the name"):
        intake.record_consent(adult.pk, "1", "Mickey Mouse", "", act("nurse"))
    with pytest.raises(Malformed, match="has not come"):
        intake.record_consent(adult.pk, "1", str(adult), "", act("nurse"), signed_on=(NOON + DAY).date())
    with pytest.raises(Malformed, match="is to the patient"):
        intake.record_consent(adult.pk, "1", "Mickey Mouse", "", act("nurse"), signer=pe.Signer.GUARDIAN)
    young = people.register(replace(registration(), family_name="Young", born=date(2009, 6, 1)), act("coordinator"))
    with pytest.raises(Malformed, match="Under 18 a guardian consents"):
        intake.record_consent(young.pk, "1", str(young), "", act("nurse"))
    intake.record_consent(
        young.pk, "1", "Maria Young", "", act("nurse"), signer=pe.Signer.GUARDIAN, relation="mother",
        signed_on=NOON.date(),
    )  # fmt: skip
    (kept,) = chart_store.person_chart(young.pk).consents
    assert (kept.event.signer, kept.event.relation) == (pe.Signer.GUARDIAN, "mother")
