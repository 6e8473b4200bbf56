"""The names of the resource types that this server has, in the order in which it lists them, and those it receives."""

TYPES = (
    "Patient",
    "Practitioner",
    "Organization",
    "Location",
    "Encounter",
    "Observation",
    "QuestionnaireResponse",
    "Condition",
    "AllergyIntolerance",
    "MedicationStatement",
    "MedicationRequest",
    "MedicationAdministration",
    "CarePlan",
    "Appointment",
    "Consent",
    "AdverseEvent",
    "Task",
    "Flag",
    "DocumentReference",
    "Binary",
    "AuditEvent",
    "Provenance",
)

RECEIVED = (
    "Patient",
    "Condition",
    "AllergyIntolerance",
    "MedicationStatement",
    "Observation",
    "QuestionnaireResponse",
)
"""Of which types something may be sent: it is received, and in no chart by itself."""
