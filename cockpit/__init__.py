"""A terminal cockpit for PostgreSQL schema migrations."""

__version__ = "0.1.0"
