"""A plan executed for real on a scratch clone of the target's schema."""
