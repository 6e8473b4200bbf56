"""The inbox: what other records send about somebody, kept as it came, and what somebody here says of each."""
