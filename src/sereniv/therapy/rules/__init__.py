"""What other numbers of the clinic's own would change, and what was done otherwise than a rule asks."""
