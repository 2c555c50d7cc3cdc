"""A private PostgreSQL server of our own, from the `embedded` extra or any folder of programs."""
