"""The shell around the therapy: people, records, workflows, pages, live streams."""
