"""The door at which another record asks, while somebody works in it, what the rules here say (CDS Hooks 2)."""
