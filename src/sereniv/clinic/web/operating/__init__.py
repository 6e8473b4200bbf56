"""Pages about how the house runs: the doctor, and what machines ask of it."""
