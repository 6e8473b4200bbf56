"""The flight recorder: what a chair showed in any second of a session, why, and what was not known yet."""
