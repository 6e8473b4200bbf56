"""The door at which other records read this one in FHIR R4: each request with a token, each look in the audit."""
