"""Ordering an infusion, its second signature, and the seat."""
