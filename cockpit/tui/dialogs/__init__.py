"""Questions, choices and readings that cover a screen; the top line stays."""
