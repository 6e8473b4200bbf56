"""The demo clinic: made-up people staged by driving the workflows, and a labelled monitor simulator."""
