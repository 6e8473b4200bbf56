"""When: appointments, free times, and the hours in which the clinic is staffed."""
