"""FHIR R4: therapy's facts as the resources that other records read. Pure; nothing here asks who may read."""
