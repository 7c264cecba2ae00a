"""How the tables came to be: Alembic's scripts, `main/` for the database and `keys/` for that of the wrapped keys."""
