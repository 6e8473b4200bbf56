"""The door for bedside devices that speak HL7 v2 over MLLP."""
