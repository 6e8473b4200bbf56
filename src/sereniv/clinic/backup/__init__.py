"""Backups of a home: made while it is served, encrypted, kept by rule, restored, and proven each night.

A backup holds all that a home holds, its keys too, so it exists only encrypted (age, https://age-encryption.org)
to the home's own `backup.key`. Whoever has that key and a backup can bring the clinic back on another computer;
without the key nobody can, so a copy of it lies outside the building.
"""
