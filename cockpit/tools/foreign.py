"""A history that another tool keeps of the very versions we would call pending."""

from cockpit.database.connection import Reader
from cockpit.model.ledger import Ledger
from cockpit.model.migration import MigrationSet
from cockpit.model.problem import Problem

_TABLES = """
SELECT format('%%I.%%I', n.nspname, c.relname),
       has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'version'
 WHERE c.relname = %s AND c.relkind IN ('r', 'p') AND NOT a.attisdropped
 ORDER BY 1
"""


def foreign_histories(
    reader: Reader, migrations: MigrationSet, ledger: Ledger
) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Versions of these files that some `schema_migrations` names and the ledger does not, each
    with why nothing is claimed of it; and one problem for each such table. Reads only.

    dbmate, Rails, Ecto and golang-migrate all call their table so. Saying "pending" of what one of
    them has applied would be a lie, so nothing is said and the plan is refused.
    """
    ours = {_plain(v): v for v in migrations.versions if v not in ledger.versions}
    doubts: dict[str, str] = {}
    problems = []
    for table, readable in reader.rows(_TABLES, ("schema_migrations",)) if ours else ():
        if not readable:
            problems.append(_unreadable(table))
            continue
        rows = reader.rows(f"SELECT version::text FROM {table}")  # noqa: S608 (quoted by the server)
        named = [ours[plain] for (v,) in rows if (plain := _plain(str(v))) in ours]
        if named:
            doubts |= dict.fromkeys(named, f"{table} says that it is applied.")
            problems.append(_problem(table, len(named), len(migrations.versions)))
    return doubts, tuple(problems)


def _plain(version: str) -> str:
    """Numbers without leading zeros, as tools with an integer column keep them."""
    return (version.lstrip("0") or "0") if version.isdecimal() else version


def _problem(table: str, applied: int, known: int) -> Problem:
    return Problem(
        f"another tool's history says that {applied} of these {known} versions are applied, and "
        "the ledger knows nothing of them",
        path=table,
        next_step="Go on with that tool, or name the one whose history this is with --tool.",
    )


def _unreadable(table: str) -> Problem:
    return Problem(
        "this may be another tool's history of the same versions, and this role may not read it",
        path=table,
        next_step=f"GRANT SELECT ON {table} to this role to know.",
        blocks_writing=False,
    )
