"""Setting the clinic up: staff, places, hours, who is on call, going live, backups."""
