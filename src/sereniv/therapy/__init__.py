"""What the clinic decides, in the order it happens; pure functions of facts and time."""
