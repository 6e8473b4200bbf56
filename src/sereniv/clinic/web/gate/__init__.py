"""The gate: line by line before the start."""
