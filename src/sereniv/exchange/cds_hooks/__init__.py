"""CDS Hooks 2: what another record asks while somebody works in it, and cards that answer. Pure."""
