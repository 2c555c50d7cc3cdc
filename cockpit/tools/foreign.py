"""A history that another tool keeps of the very versions we would call pending."""

from cockpit.database.connection import Reader
from cockpit.model.migration import MigrationSet
from cockpit.model.problem import Problem

_TABLES = """
SELECT format('%%I.%%I', n.nspname, c.relname)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'version'
 WHERE c.relname = %s AND c.relkind IN ('r', 'p') AND NOT a.attisdropped
"""


def foreign_histories(reader: Reader, migrations: MigrationSet) -> tuple[Problem, ...]:
    """One problem for each `schema_migrations` that names versions of these files. Reads only.

    dbmate, Rails, Ecto and golang-migrate all call their table so. Saying "pending" of what one of
    them has applied would be a lie, so the plan is refused until somebody decides.
    """
    versions = set(migrations.versions)
    problems = []
    for (table,) in reader.rows(_TABLES, ("schema_migrations",)):
        rows = reader.rows(f"SELECT version::text FROM {table}")  # noqa: S608 (quoted by the server)
        applied = {str(row[0]) for row in rows} & versions
        if applied:
            problems.append(_problem(table, len(applied), len(versions)))
    return tuple(problems)


def _problem(table: str, applied: int, known: int) -> Problem:
    return Problem(
        f"another tool's history says that {applied} of these {known} versions are applied, and "
        "the ledger knows of none",
        path=table,
        next_step="Go on with that tool, or name the one whose history this is with --tool.",
    )
