"""Concerns evaluated, and a candidate decided on."""
