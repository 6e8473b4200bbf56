"""One infusion ordered, signed and co-signed."""
