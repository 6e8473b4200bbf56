"""The worklist of suicide items."""
