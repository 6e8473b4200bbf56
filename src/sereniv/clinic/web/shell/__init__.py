"""What every page stands in: who may see it, the frame, forms and their errors, the lock, sign-in."""
