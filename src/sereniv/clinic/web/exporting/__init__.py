"""Everything exported on the page: asked for by two, written in the background, taken within a day."""
