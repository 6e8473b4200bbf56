"""Another practice's records taken in: planned, looked at, taken whole, undone whole."""
