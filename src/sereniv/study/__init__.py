"""Virtual trials and outcome analyses."""
