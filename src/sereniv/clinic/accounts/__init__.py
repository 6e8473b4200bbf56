"""People who work here: who they are, their roles, and what a role may do."""
