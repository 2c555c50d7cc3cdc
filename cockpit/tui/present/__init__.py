"""Model values as lines of words for screens: pure, tested without Textual."""
