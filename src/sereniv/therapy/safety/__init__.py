"""Thoughts of suicide: what a record says of them, and the list of what stands open."""
