"""The board: every chair at a glance, and who is to come."""
