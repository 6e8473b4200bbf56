"""What may be done at the chair: the gate, acts on a session, medicines held against the person, recovery."""
