"""The infusions under one protocol: how a treatment stands, and decisions about it."""
