"""The database's history, one for SQLite and PostgreSQL."""
