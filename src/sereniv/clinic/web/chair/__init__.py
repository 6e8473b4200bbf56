"""The chair: one session, live, from the first reading to the signed note."""
