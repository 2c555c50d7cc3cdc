"""Model values as words and as JSON, for screens and for plain text alike. Knows no terminal."""
