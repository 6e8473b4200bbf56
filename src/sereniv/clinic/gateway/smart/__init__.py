"""The door at which an app shows that it holds its key and is given a token (SMART backend services)."""
