"""The inbox of a person: what other records sent, beside what the chart knows, and what becomes of each."""
