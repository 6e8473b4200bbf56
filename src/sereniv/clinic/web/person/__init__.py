"""A person: the register, and their whole story on one page."""
