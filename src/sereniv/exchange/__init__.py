"""What others call it: pure mappers between the therapy's types and the standards'."""
