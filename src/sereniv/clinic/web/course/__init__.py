"""A course: how it stands, and what is decided about it."""
