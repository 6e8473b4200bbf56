"""What another record sends about somebody, read strictly: as it came, and what it says in words of this house."""
