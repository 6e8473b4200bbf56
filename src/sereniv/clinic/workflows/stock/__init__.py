"""The controlled drug, from the safe to the last drop of a session."""
