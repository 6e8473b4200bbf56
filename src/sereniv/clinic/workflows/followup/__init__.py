"""Scales answered, check-ins, side effects and outcomes."""
