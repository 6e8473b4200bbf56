"""Drills: a crisis played at a chair in which nobody sits, in a demo or test home, and what became of it."""
