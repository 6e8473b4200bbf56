"""One person outside their infusions: what happened to them, and what it amounts to."""
