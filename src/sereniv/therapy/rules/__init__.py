"""What other numbers of the clinic's own would change."""
