"""How the house runs: what the doctor finds, what leaves the building by itself, and who is told of what.

Everything here is on real time, and holds no name of a patient: its words go by mail, by webhook and to monitoring.
"""
