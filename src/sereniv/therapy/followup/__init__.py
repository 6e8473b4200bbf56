"""How it went: scales, when each is due, response, side effects, and what became of everybody."""
