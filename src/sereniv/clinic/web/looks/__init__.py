"""Who looked at what: at one person, and by one member of staff."""
