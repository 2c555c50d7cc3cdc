"""A private PostgreSQL server from a Python wheel, for the demo and the tests."""
