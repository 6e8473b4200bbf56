"""Pages: parse the form, call a workflow, render."""
