"""Tables of another practice, CSV or a spreadsheet: read as cells, their columns understood, each row a fact."""
