"""Pages for anybody: the guide and the enquiry."""
