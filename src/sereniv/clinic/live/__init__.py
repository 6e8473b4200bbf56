"""What moves by itself: the stream of ticks to browsers and the watch that raises prompts."""
