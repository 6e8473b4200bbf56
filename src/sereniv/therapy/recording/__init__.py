"""What every record needs: an entry's envelope, what people type, reasons, refusals, and time in words."""
