"""The clinic's own numbers, and what was done otherwise than a rule asks."""
