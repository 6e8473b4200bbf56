"""Documents as pages that print, and as PDF."""
