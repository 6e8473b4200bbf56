"""The clinic itself: staff, chairs, hours, the clock, going live."""
