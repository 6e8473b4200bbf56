"""A mutation run: one small fault at a time in a room of the code, and whether its tests turn red.

It is our own because of what one fault costs. Cosmic Ray starts the tests anew for each, with Django, the tables of
knowledge and a database: seconds before the first test. Mutmut copies a process as this does, but rewrites a copy of
the package, leaves tables such as the roles' permissions alone, and knows which tests reach a function, not which run
a line. Here a process reads everything and runs the tests once, noting who runs which line; each fault is put into a
copy of that process and meets the tests that run its line, the quickest first.
"""
