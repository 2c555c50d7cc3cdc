"""What SQL text is (PostgreSQL's own grammar) and what it means (sqlglot)."""
