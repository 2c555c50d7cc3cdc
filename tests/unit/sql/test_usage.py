"""Which statements use a column or a table, whatever its alias is."""

import pytest

from cockpit.model.usage import Handling, Subject
from cockpit.sql.usage import Resolver

KNOWN = Resolver(
    {
        "public.users": frozenset({"id", "name", "email"}),
        "public.orders": frozenset({"id", "user_id", "total"}),
        "app.users": frozenset({"id", "name"}),
    },
    ["public"],
)
COLUMN = Subject("column", "public", "users", "name")
TABLE = Subject("table", "", "users")


@pytest.mark.parametrize(
    ("sql", "column", "table"),
    [
        ("SELECT u.name FROM users u JOIN orders o ON o.user_id = u.id", "READS", "READS"),
        ("SELECT name FROM users, orders", "READS", "READS"),
        ("SELECT name FROM users, elsewhere", "MAYBE", "READS"),
        ("SELECT email FROM users", None, "READS"),
        ("SELECT * FROM users", "READS_ALL", "READS"),
        ("SELECT o.* FROM users u JOIN orders o ON true", None, "READS"),
        ("SELECT count(*) FROM users", None, "READS"),
        ("UPDATE users SET name = $1 WHERE id = $2", "WRITES", "WRITES"),
        ("UPDATE users SET email = lower(name)", "READS", "WRITES"),
        ("INSERT INTO users (id, name) VALUES ($1, $2)", "WRITES", "WRITES"),
        ("INSERT INTO users VALUES ($1, $2)", "READS_ALL", "WRITES"),
        ("INSERT INTO users (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET name = 'x'",
         "WRITES", "WRITES"),
        ("DELETE FROM users WHERE name = 'x'", "READS", "WRITES"),
        ("WITH users AS (SELECT 1 AS name) SELECT name FROM users", None, None),
        ("SELECT name FROM app.users", None, None),
        ("SELECT 1 FROM orders o WHERE EXISTS (SELECT FROM users WHERE name = $1)",
         "READS", "READS"),
        ('SELECT "Name" FROM users', None, "READS"),
        ("SELECT 'users name'", None, None),
        ("SELECT broken FROM WHERE users name", "MAYBE", "MAYBE"),
        ("SELECT total FROM orders", None, None),
    ],
)  # fmt: skip
def test_what_a_statement_does_with_a_column_and_its_table(
    sql: str, column: str | None, table: str | None
) -> None:
    assert KNOWN.handling(sql, COLUMN) is (Handling[column] if column else None)
    assert KNOWN.handling(sql, TABLE) is (Handling[table] if table else None)
