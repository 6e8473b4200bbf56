"""Everything a clinic has, in open formats, and back: JSON lines and CSV with a dictionary, documents as PDF."""
