"""What PostgreSQL refuses inside a transaction block is known from the text."""

import pytest

from cockpit.sql.statements import split
from cockpit.sql.transaction import forbids_transaction

FORBIDDEN = [
    "CREATE INDEX CONCURRENTLY i ON t (a)",
    "DROP INDEX CONCURRENTLY i",
    "REINDEX INDEX CONCURRENTLY i",
    "REINDEX (VERBOSE, CONCURRENTLY) TABLE t",
    "REINDEX SCHEMA s",
    "REINDEX DATABASE d",
    "REINDEX SYSTEM d",
    "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
    "VACUUM",
    "VACUUM FULL t",
    "CLUSTER",
    "CREATE DATABASE d",
    "DROP DATABASE d",
    "ALTER DATABASE d SET TABLESPACE s",
    "CREATE TABLESPACE s LOCATION '/x'",
    "DROP TABLESPACE s",
    "ALTER SYSTEM SET work_mem = '1MB'",
    "DISCARD ALL",
    "COMMIT PREPARED 'x'",
    "ROLLBACK PREPARED 'x'",
    "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p",
    "DROP SUBSCRIPTION s",
    "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
    "ALTER SUBSCRIPTION s SET PUBLICATION p",
    "ALTER SUBSCRIPTION s SET (failover = true)",
]
ALLOWED = [
    "CREATE INDEX i ON t (a)",
    "DROP INDEX i",
    "REINDEX TABLE t",
    "REINDEX (CONCURRENTLY false) TABLE t",
    "ALTER TABLE t DETACH PARTITION p",
    "ALTER TABLE t DETACH PARTITION p FINALIZE",
    "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
    "ANALYZE",
    "CLUSTER t USING i",
    "ALTER DATABASE d SET work_mem = '1MB'",
    "ALTER DATABASE d WITH CONNECTION LIMIT 5",
    "DISCARD PLANS",
    "PREPARE TRANSACTION 'x'",
    "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (create_slot = false)",
    "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (connect = false)",
    "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)",
    "ALTER SUBSCRIPTION s SET (synchronous_commit = off)",
    "ALTER SUBSCRIPTION s DISABLE",
    "ALTER TYPE m ADD VALUE 'x'",
    "CALL p()",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_a_statement_that_refuses_a_transaction_says_why(sql: str) -> None:
    [statement] = split(sql, path="a.sql")
    why = forbids_transaction(statement)
    assert why is not None
    assert why.startswith(statement.kind.removesuffix(" CONCURRENTLY"))


@pytest.mark.parametrize("sql", ALLOWED)
def test_everything_else_may_run_in_a_transaction(sql: str) -> None:
    [statement] = split(sql, path="a.sql")
    assert forbids_transaction(statement) is None
