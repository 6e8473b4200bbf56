"""Putting a record right: what striking or erasing an entry does, said before it is done."""
