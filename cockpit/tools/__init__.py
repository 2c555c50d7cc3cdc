"""One file a migration tool: its file layout, its history table, its lock."""
