"""A database backend: SQLite with one fair write lock that every writer of this process queues for."""
