"""Documents as somebody asks for them."""
