"""The register and each person's record: registered, corrected, joined, erased."""
