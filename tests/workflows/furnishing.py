"""Gives a home everything that it needs before it goes live."""

from decimal import Decimal

from sereniv.clinic.records.models import Chair, ClinicDetails, OnCall
from sereniv.clinic.workflows.shell import in_force
from tests.conftest import ActMaker


def furnish(act: ActMaker) -> None:
    """Enter numbers, hours and a chair, put somebody on call, and sign bag, pump and stock."""
    ClinicDetails.objects.update_or_create(
        pk=1,
        defaults={
            "name": "Quiet Room", "phone": "555 0100", "crisis_number": "988", "on_call_phone": "555 0199",
            "help_number": "911", "help_words": "Shout.", "week": {"Monday": ["08:00", "12:00"]},
        },
    )  # fmt: skip
    Chair.objects.get_or_create(name="Chair 1")
    OnCall.objects.create(role="clinician on call", name="Dr V", phone="555 0199")
    stock = in_force.Stock(
        stocked_mg_per_ml=(Decimal(10),), concentration_mg_per_ml=Decimal(1), rate_increment_ml_per_h=Decimal("0.1")
    )
    in_force.sign_standard(stock, "As we stock it here.", act("director"))
