"""Appointments: booked, moved, told, missed."""
