"""Another practice's records taken in on pages: a file, how it is read, its report, and two who sign."""
