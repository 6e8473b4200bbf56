"""The calendar: a day by chair, a week, a person's appointments."""
