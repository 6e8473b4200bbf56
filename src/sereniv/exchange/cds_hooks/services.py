"""The services that another record may call, as it is told of them."""

from dataclasses import dataclass, field

from sereniv.exchange.fhir.written import Element

PATIENT = "Patient/{{context.patientId}}"
MEDICATIONS = "MedicationRequest?patient={{context.patientId}}&status=active"
ALLERGIES = "AllergyIntolerance?patient={{context.patientId}}"
WEIGHT = "Observation?patient={{context.patientId}}&code=http://loinc.org|29463-7"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service: its id, the hook at which it is called, what it says, and what is to be fetched for it."""

    id: str
    hook: str
    title: str
    description: str
    prefetch: dict[str, str] = field(default_factory=dict)


SERVICES = {
    row.id: row
    for row in (
        Service(
            id="ketamine-candidacy",
            hook="patient-view",
            title="Candidacy for ketamine infusions",
            description="Which concerns speak against ketamine infusions, and what nobody knows yet.",
            prefetch={"patient": PATIENT, "medications": MEDICATIONS, "allergies": ALLERGIES},
        ),
        Service(
            id="ketamine-order-select",
            hook="order-select",
            title="Ketamine and what is being ordered",
            description="What a drafted medicine means for ketamine infusions, and a drafted dose of ketamine.",
            prefetch={"patient": PATIENT, "medications": MEDICATIONS, "weight": WEIGHT},
        ),
        Service(
            id="ketamine-order-sign",
            hook="order-sign",
            title="Ketamine order before it is signed",
            description="A dose of ketamine held against the limits, and what the next infusion waits for.",
            prefetch={"patient": PATIENT, "medications": MEDICATIONS, "weight": WEIGHT},
        ),
        Service(
            id="ketamine-appointment-book",
            hook="appointment-book",
            title="Appointment for a ketamine infusion",
            description="Whether a time keeps the protocol's spacing, and what speaks against booking.",
            prefetch={"patient": PATIENT},
        ),
    )
}


def discovery() -> Element:
    """Return what another record is told of the services."""
    return {
        "services": [
            {
                "id": row.id,
                "hook": row.hook,
                "title": row.title,
                "description": row.description,
                "prefetch": row.prefetch,
            }
            for row in SERVICES.values()
        ]
    }
