"""Doors for machines: device feeds and the test clock; they call workflows as a page does."""
