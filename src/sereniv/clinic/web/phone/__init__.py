"""A patient's own phone, and the links that staff make for it."""
