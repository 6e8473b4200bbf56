"""Devices at the bedside: who may send, whose what they send is, and what waits for somebody to say so."""
