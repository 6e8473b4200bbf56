"""Enquiries from outside."""
