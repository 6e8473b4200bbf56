"""What a patient reads and answers on their own phone."""
