"""What other tools warn of, with a statement that makes them, and the rule here that says so.

squawk 2.70 (every rule that its `--include` and `--exclude` know), eugene (its hints, 2025-05),
strong_migrations (its checks for PostgreSQL, 2026-05, as the SQL that Rails sends) and
django-pg-zero-downtime-migrations (2025-11: what it calls unsafe, and what it rewrites).
"""

from typing import NamedTuple


class Equivalent(NamedTuple):
    """One warning of another tool."""

    tool: str
    theirs: str
    sql: str
    ours: str


def _of(tool: str, *rows: tuple[str, str, str]) -> tuple[Equivalent, ...]:
    return tuple(Equivalent(tool, *row) for row in rows)


SQUAWK = _of(
    "squawk",
    (
        "adding-field-with-default",
        "ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid()",
        "add-column-volatile-default",
    ),
    (
        "adding-foreign-key-constraint",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (id)",
        "add-foreign-key-scan",
    ),
    ("adding-not-nullable-field", "ALTER TABLE t ALTER COLUMN a SET NOT NULL", "set-not-null-scan"),
    ("adding-required-field", "ALTER TABLE t ADD COLUMN a text NOT NULL", "add-required-column"),
    (
        "adding-serial-primary-key-field",
        "ALTER TABLE t ADD COLUMN id serial PRIMARY KEY",
        "add-unique-constraint",
    ),
    ("ban-add-column", "ALTER TABLE t ADD COLUMN a text", "grow-select-star"),
    (
        "ban-add-composite-attribute",
        "ALTER TYPE address ADD ATTRIBUTE a text",
        "change-composite-type",
    ),
    ("ban-add-enum-value", "ALTER TYPE mood ADD VALUE 'a'", "enum-label-order"),
    ("ban-alter-database-options", "ALTER DATABASE d SET work_mem = '1GB'", "server-wide"),
    (
        "ban-alter-domain-with-add-constraint",
        "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0)",
        "add-domain-constraint",
    ),
    ("ban-alter-extension", "ALTER EXTENSION hstore UPDATE", "change-extension"),
    ("ban-alter-function-options", "ALTER FUNCTION f() SECURITY DEFINER", "replace-code"),
    (
        "ban-alter-generated-expression",
        "ALTER TABLE t ALTER COLUMN a SET EXPRESSION AS (b + 1)",
        "change-default",
    ),
    ("ban-alter-identity", "ALTER TABLE t ALTER COLUMN a RESTART WITH 5", "change-default"),
    ("ban-alter-policy-condition", "ALTER POLICY p ON t USING (true)", "change-policy"),
    ("ban-alter-policy-roles", "ALTER POLICY p ON t TO r", "change-policy"),
    ("ban-alter-role-options", "ALTER ROLE r SUPERUSER", "server-wide"),
    ("ban-alter-row-level-security", "ALTER TABLE t ENABLE ROW LEVEL SECURITY", "row-security"),
    ("ban-alter-sequence-values", "ALTER SEQUENCE s RESTART", "restart-sequence"),
    ("ban-alter-system-options", "ALTER SYSTEM SET work_mem = '1GB'", "server-wide"),
    ("ban-alter-view-options", "ALTER VIEW v SET (security_barrier = true)", "replace-code"),
    ("ban-char-field", "CREATE TABLE t (a char(10))", "char-column"),
    (
        "ban-concurrent-index-creation-in-transaction",
        "BEGIN; CREATE INDEX CONCURRENTLY i ON t (a); COMMIT",
        "concurrently-in-transaction",
    ),
    (
        "ban-create-domain-with-constraint",
        "CREATE DOMAIN d AS int CHECK (VALUE > 0)",
        "domain-with-constraint",
    ),
    ("ban-create-policy", "CREATE POLICY p ON t USING (true)", "change-policy"),
    ("ban-detach-inheritance", "ALTER TABLE t NO INHERIT u", "leave-inheritance"),
    ("ban-disable-trigger", "ALTER TABLE t DISABLE TRIGGER a", "disable-trigger"),
    ("ban-drop-column", "ALTER TABLE t DROP COLUMN a", "drop-column"),
    ("ban-drop-constraint", "ALTER TABLE t DROP CONSTRAINT a", "drop-constraint"),
    ("ban-drop-database", "DROP DATABASE d", "drop-database"),
    ("ban-drop-default", "ALTER TABLE t ALTER COLUMN a DROP DEFAULT", "change-default"),
    ("ban-drop-domain", "DROP DOMAIN d", "drop-object"),
    ("ban-drop-extension", "DROP EXTENSION hstore", "drop-object"),
    ("ban-drop-function", "DROP FUNCTION f()", "drop-object"),
    (
        "ban-drop-generated-expression",
        "ALTER TABLE t ALTER COLUMN a DROP EXPRESSION",
        "change-default",
    ),
    ("ban-drop-index", "DROP INDEX i", "drop-index-blocks"),
    ("ban-drop-not-null", "ALTER TABLE t ALTER COLUMN a DROP NOT NULL", "drop-not-null"),
    ("ban-drop-policy", "DROP POLICY p ON t", "change-policy"),
    ("ban-drop-schema", "DROP SCHEMA s", "drop-schema"),
    ("ban-drop-sequence", "DROP SEQUENCE s", "drop-object"),
    ("ban-drop-table", "DROP TABLE t", "drop-table"),
    ("ban-drop-trigger", "DROP TRIGGER a ON t", "drop-object"),
    ("ban-drop-type", "DROP TYPE mood", "drop-object"),
    ("ban-drop-view", "DROP VIEW v", "drop-object"),
    ("ban-duplicate-column-assignments", "UPDATE t SET a = 1, a = 2 WHERE b = 1", "will-fail"),
    (
        "ban-new-write-restriction",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
        "new-restriction",
    ),
    ("ban-replace-view-function", "CREATE OR REPLACE VIEW v AS SELECT 1", "replace-code"),
    ("ban-replica-identity", "ALTER TABLE t REPLICA IDENTITY FULL", "change-replica-identity"),
    ("ban-revoke", "REVOKE SELECT ON t FROM r", "revoke-rights"),
    ("ban-set-default", "ALTER TABLE t ALTER COLUMN a SET DEFAULT 1", "change-default"),
    ("ban-set-schema", "ALTER TABLE t SET SCHEMA s", "move-to-schema"),
    ("ban-truncate-cascade", "TRUNCATE t CASCADE", "truncate"),
    ("ban-uncommitted-transaction", "BEGIN; DROP TABLE t", "transaction-left-open"),
    ("changing-column-type", "ALTER TABLE t ALTER COLUMN a TYPE bigint", "change-column-type"),
    (
        "constraint-missing-not-valid",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        "add-check-scan",
    ),
    (
        "disallowed-unique-constraint",
        "ALTER TABLE t ADD CONSTRAINT c UNIQUE (a)",
        "add-unique-constraint",
    ),
    ("identifier-too-long", f"CREATE TABLE {'a' * 64} (id bigint)", "long-identifier"),
    ("prefer-bigint-over-int", "CREATE TABLE t (a integer)", "narrow-integer"),
    ("prefer-bigint-over-smallint", "CREATE TABLE t (a smallint)", "narrow-integer"),
    ("prefer-identity", "CREATE TABLE t (id bigserial)", "serial-column"),
    ("prefer-repack", "VACUUM FULL t", "vacuum-full"),
    (
        "prefer-robust-stmts",
        "CREATE INDEX CONCURRENTLY i ON t (a); CREATE INDEX CONCURRENTLY j ON t (b)",
        "not-repeatable",
    ),
    ("prefer-text-field", "CREATE TABLE t (a varchar(10))", "varchar-limit"),
    ("prefer-timestamp-tz", "CREATE TABLE t (a timestamp)", "timestamp-without-zone"),
    ("renaming-column", "ALTER TABLE t RENAME COLUMN a TO b", "rename-column"),
    ("renaming-object", "ALTER FUNCTION f() RENAME TO g", "rename-object"),
    ("renaming-table", "ALTER TABLE t RENAME TO u", "rename-table"),
    (
        "require-concurrent-index-creation",
        "CREATE INDEX i ON t (a)",
        "create-index-blocks-writes",
    ),
    ("require-concurrent-index-deletion", "DROP INDEX i", "drop-index-blocks"),
    (
        "require-concurrent-partition-detach",
        "ALTER TABLE t DETACH PARTITION p",
        "detach-partition-blocks",
    ),
    ("require-concurrent-reindex", "REINDEX TABLE t", "reindex-blocks"),
    ("require-enum-value-ordering", "ALTER TYPE mood ADD VALUE 'a'", "enum-label-order"),
    ("require-lock-timeout", "ALTER TABLE t ADD COLUMN a text", "timeouts-missing"),
    ("require-statement-timeout", "ALTER TABLE t ADD COLUMN a text", "timeouts-missing"),
    ("require-table-schema", "CREATE TABLE t (id bigint)", "schema-not-named"),
    ("require-timeout-settings", "ALTER TABLE t ADD COLUMN a text", "timeouts-missing"),
    ("transaction-nesting", "BEGIN; SELECT 1; COMMIT", "transaction-nesting"),
)
"""`syntax-error` and `unused-ignore` are no hazards: a text that cannot be read is a problem of
its file, an allowance that names no rule as well."""

EUGENE = _of(
    "eugene",
    ("E1 new valid constraint", "ALTER TABLE t ADD CHECK (a > 0)", "add-check-scan"),
    ("E2 SET NOT NULL", "ALTER TABLE t ALTER COLUMN a SET NOT NULL", "set-not-null-scan"),
    ("E3 json column", "ALTER TABLE t ADD COLUMN a json", "json-column"),
    (
        "E4 work while holding a dangerous lock",
        "ALTER TABLE t ADD COLUMN a text; UPDATE t SET a = 'x'",
        "lock-held-over-work",
    ),
    ("E5 type change", "ALTER TABLE t ALTER COLUMN a TYPE bigint", "change-column-type"),
    ("E6 index not concurrently", "CREATE INDEX i ON t (a)", "create-index-blocks-writes"),
    ("E7 unique constraint", "ALTER TABLE t ADD UNIQUE (a)", "add-unique-constraint"),
    (
        "E8 exclusion constraint",
        "ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&)",
        "add-exclusion-constraint",
    ),
    ("E9 no lock timeout", "ALTER TABLE t ADD COLUMN a text", "timeouts-missing"),
    (
        "E10 rewrite while holding a lock",
        "ALTER TABLE u ADD COLUMN a text; ALTER TABLE t ALTER COLUMN a TYPE bigint",
        "lock-held-over-work",
    ),
    (
        "E11 serial or generated column",
        "ALTER TABLE t ADD COLUMN a serial",
        "add-serial-column",
    ),
    (
        "E11 stored generated column",
        "ALTER TABLE t ADD COLUMN a int GENERATED ALWAYS AS (b + 1) STORED",
        "add-generated-column",
    ),
    (
        "W12 several ALTER TABLE",
        "ALTER TABLE t ALTER COLUMN a TYPE bigint; ALTER TABLE t ALTER COLUMN b TYPE bigint",
        "several-alterations",
    ),
    ("W13 enum", "CREATE TYPE mood AS ENUM ('a')", "create-enum"),
    (
        "E15 foreign key without index",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (id)",
        "foreign-key-without-index",
    ),
)
"""W14, a primary key that takes an index over columns that may be null, needs a catalog: the
example of `add-primary-key-nullable` is run on a server."""

STRONG_MIGRATIONS = _of(
    "strong_migrations",
    (
        "add_check_constraint",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        "add-check-scan",
    ),
    (
        "add_column_default",
        "ALTER TABLE t ADD a uuid DEFAULT gen_random_uuid()",
        "add-column-volatile-default",
    ),
    (
        "add_column_generated_stored",
        "ALTER TABLE t ADD a int GENERATED ALWAYS AS (b + 1) STORED",
        "add-generated-column",
    ),
    ("add_column auto-incrementing", "ALTER TABLE t ADD a bigserial", "add-serial-column"),
    ("add_column_json", "ALTER TABLE t ADD a json", "json-column"),
    (
        "add_exclusion_constraint",
        "ALTER TABLE t ADD CONSTRAINT c EXCLUDE USING gist (a WITH &&)",
        "add-exclusion-constraint",
    ),
    (
        "add_foreign_key",
        "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u (id)",
        "add-foreign-key-scan",
    ),
    ("add_index", "CREATE INDEX i ON t (a)", "create-index-blocks-writes"),
    ("add_index_columns", "CREATE INDEX CONCURRENTLY i ON t (a, b, c, d)", "wide-index"),
    ("add_reference", "ALTER TABLE t ADD a bigint REFERENCES u (id)", "new-table-refers"),
    (
        "add_unique_constraint",
        "ALTER TABLE t ADD CONSTRAINT c UNIQUE (a)",
        "add-unique-constraint",
    ),
    ("backfilling", "ALTER TABLE t ADD a text; UPDATE t SET a = 'x'", "lock-held-over-work"),
    ("change_column", "ALTER TABLE t ALTER a TYPE bigint", "change-column-type"),
    ("change_column_default", "ALTER TABLE t ALTER a SET DEFAULT 1", "change-default"),
    ("change_column_null", "ALTER TABLE t ALTER a SET NOT NULL", "set-not-null-scan"),
    ("create_table force", "DROP TABLE IF EXISTS t CASCADE; CREATE TABLE t ()", "drop-table"),
    ("execute", "DO $$ BEGIN EXECUTE (SELECT a FROM t); END $$", "hidden-effect"),
    ("remove_column", "ALTER TABLE t DROP COLUMN a", "drop-column"),
    ("remove_index", "DROP INDEX i", "drop-index-blocks"),
    ("rename_column", "ALTER TABLE t RENAME COLUMN a TO b", "rename-column"),
    (
        "rename_enum_value",
        "ALTER TYPE mood RENAME VALUE 'a' TO 'b'",
        "rename-enum-label",
    ),
    ("rename_schema", "ALTER SCHEMA s RENAME TO r", "rename-object"),
    ("rename_table", "ALTER TABLE t RENAME TO u", "rename-table"),
    (
        "validate_foreign_key while writes are blocked",
        "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u (id) NOT VALID;"
        "ALTER TABLE t VALIDATE CONSTRAINT c",
        "validate-in-same-transaction",
    ),
    (
        "validate_check_constraint while writes are blocked",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;"
        "ALTER TABLE t VALIDATE CONSTRAINT c",
        "validate-in-same-transaction",
    ),
)

DJANGO = _of(
    "django-pg-zero-downtime-migrations",
    ("ADD COLUMN NOT NULL", "ALTER TABLE t ADD COLUMN a int NOT NULL", "add-required-column"),
    (
        "ADD COLUMN DEFAULT",
        "ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid() NOT NULL",
        "add-column-volatile-default",
    ),
    ("ALTER COLUMN TYPE", "ALTER TABLE t ALTER COLUMN a TYPE int", "change-column-type"),
    ("ALTER TABLE RENAME", "ALTER TABLE t RENAME TO u", "rename-table"),
    ("RENAME COLUMN", "ALTER TABLE t RENAME COLUMN a TO b", "rename-column"),
    ("SET TABLESPACE", "ALTER TABLE t SET TABLESPACE s", "set-tablespace"),
    (
        "EXCLUDE constraint",
        "ALTER TABLE t ADD CONSTRAINT c EXCLUDE USING gist (a WITH &&)",
        "add-exclusion-constraint",
    ),
    ("SET NOT NULL", "ALTER TABLE t ALTER COLUMN a SET NOT NULL", "set-not-null-scan"),
    ("ADD CHECK", "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", "add-check-scan"),
    (
        "ADD FOREIGN KEY",
        "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u (id)",
        "add-foreign-key-scan",
    ),
    ("ADD UNIQUE", "ALTER TABLE t ADD CONSTRAINT c UNIQUE (a)", "add-unique-constraint"),
    (
        "ADD PRIMARY KEY",
        "ALTER TABLE t ADD CONSTRAINT c PRIMARY KEY (a)",
        "add-unique-constraint",
    ),
    ("CREATE INDEX", "CREATE INDEX i ON t (a)", "create-index-blocks-writes"),
    ("DROP INDEX", "DROP INDEX i", "drop-index-blocks"),
    ("lock and statement timeout", "ALTER TABLE t ADD COLUMN a int", "timeouts-missing"),
    ("DROP COLUMN", "ALTER TABLE t DROP COLUMN a CASCADE", "drop-column"),
    ("DROP TABLE", "DROP TABLE t CASCADE", "drop-table"),
)

EQUIVALENTS = (*SQUAWK, *EUGENE, *STRONG_MIGRATIONS, *DJANGO)
