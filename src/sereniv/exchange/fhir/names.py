"""The names of the resource types that this server has, in the order in which it lists them."""

TYPES = (
    "Patient",
    "Practitioner",
    "Organization",
    "Location",
    "Observation",
    "QuestionnaireResponse",
)
