"""What the demo plays."""
