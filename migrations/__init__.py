"""Alembic migrations: how a database gets from one release to the next, and back."""
