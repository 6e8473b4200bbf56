"""What tests of the pages share."""

import pytest

from sereniv.clinic.records.models import Chair


@pytest.fixture
def chairs(db: None) -> None:
    """Let the clinic have two chairs."""
    del db
    for name in ("Chair 1", "Chair 2"):
        Chair.objects.create(name=name)
