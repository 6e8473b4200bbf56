"""A page says how fast the home's clock runs, so that one that hears no stream does not run on by itself."""

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from tests.conftest import FixedClock

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("rate", "written"), [(0.0, "0"), (1.0, "1"), (60.0, "60")])
def test_a_page_comes_with_the_rate_of_the_homes_clock(
    rate: float, written: str, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    fixed_clock.rate = rate
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    assert f'data-rate="{written}"' in client.get("/rules/").content.decode()
