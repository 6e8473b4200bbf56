"""Pages of bedside devices: who may send, which is at which chair, and what waits until somebody says whose it is."""
