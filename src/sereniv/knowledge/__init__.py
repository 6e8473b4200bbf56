"""The clinicians' room: cited tables and the loader that types them."""
