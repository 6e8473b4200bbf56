"""One infusion at the chair: opened, charted, watched, ended, signed."""
