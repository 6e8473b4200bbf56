"""One person's record as it goes to others: read as resources, and given out whole."""
