"""Candidacy: concerns evaluated, and a candidate decided on."""
