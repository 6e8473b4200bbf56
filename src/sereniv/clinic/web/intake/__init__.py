"""Intake: consent, history, medicines, screening and the work-up, step by step."""
