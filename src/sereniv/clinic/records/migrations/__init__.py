"""The steps that made these tables."""
