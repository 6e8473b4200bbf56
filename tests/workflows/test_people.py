"""The register: a first weight, who is registered twice, what is corrected, and two records joined into one."""

import pytest

from sereniv.clinic.records import chart_store
from sereniv.clinic.workflows import intake, people
from tests.conftest import NOON, ActMaker
from tests.workflows import test_path
from tests.workflows.test_path import registration

pytestmark = pytest.mark.django_db
stage = test_path.stage


def test_a_first_weight_in_pounds_is_kept_and_not_used_until_somebody_confirms(act: ActMaker) -> None:
    person = people.register(registration(), act("nurse"))
    event = intake.record_measurements(person.pk, {"weight_kg": "157", "height_cm": "170"}, act("nurse"))
    assert "Were these pounds" in event.questions["weight_kg"]
    assert chart_store.person_chart(person.pk).latest("weight_kg", NOON) is None
    again = intake.record_measurements(person.pk, {"weight_kg": "71,4"}, act("nurse"))
    assert again.questions == {}, "the height is known from before, and the weight fits it"
