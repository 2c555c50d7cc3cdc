"""Settings, where each came from, and credentials."""
