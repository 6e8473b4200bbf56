"""How things are kept: tables, the ledger of entries, and the sole door to it."""
