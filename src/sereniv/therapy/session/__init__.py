"""One infusion session: what happened (events), what it amounts to (chart), whether it may happen (decide)."""
