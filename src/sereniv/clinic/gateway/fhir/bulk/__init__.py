"""Export in bulk: asked for, written in the background one person at a time, and taken within an hour."""
