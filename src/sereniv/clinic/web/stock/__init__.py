"""The controlled drug: vials, counts, differences and the record."""
