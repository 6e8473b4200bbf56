"""What is gathered before treatment: consent, history, medicines, measurements, screening."""
