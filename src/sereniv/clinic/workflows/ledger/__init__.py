"""Erasure by law of what an entry says."""
