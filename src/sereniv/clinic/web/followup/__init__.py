"""After sessions: scales, the check-in, side effects, outcomes."""
