"""The clinic's own numbers beside the packaged ones, and what the published models say."""
