"""A column that a view uses cannot change its type, nor go without the view."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.facts import RelationFacts
from cockpit.model.hazard import Hazard, Severity

NAME = "viewed-column"
READS = ("AT_AlterColumnType", "AT_DropColumn")
FAILS = "Fails: {views} {use} {table}.{column}."
GOES = "CASCADE drops {views} as well, because {they} {use} {table}.{column}."
SAFER = """\
-- in this transaction, before and after:
{drops}
{statement};
{creates}"""
BAD = "ALTER TABLE orders ALTER COLUMN number TYPE bigint;"
GOOD = "ALTER TABLE orders ADD COLUMN number_new bigint;"


def check(subject: Subject) -> Hazard | None:
    """Only the catalog knows: silent without it."""
    views = _views(subject)
    if not views:
        return None
    cascade = subject.node.behavior == pb.DROP_CASCADE and subject.part.kind == "AT_DropColumn"
    words = {
        "views": ", ".join(view.full_name for view in views),
        "use": "uses" if len(views) == 1 else "use",
        "they": "it" if len(views) == 1 else "they",
        "table": subject.table,
        "column": quoted(subject.node.name),
    }
    effect = (GOES if cascade else FAILS).format(**words)
    safer = SAFER.format(
        drops="\n".join(f"DROP {_kind(view)} {view.full_name};" for view in views),
        statement=subject.statement.sql,
        creates="\n".join(
            f"CREATE {_kind(view)} {view.full_name} AS{_query(view)}" for view in views
        ),
    )
    return Hazard(NAME, Severity.HIGH, effect, safer)


def _views(subject: Subject) -> list[RelationFacts]:
    """Views that the catalog says depend on the column and that no earlier statement drops."""
    column = subject.tables.column(subject.table, subject.node.name)
    table = subject.tables.find(subject.table)
    if subject.facts is None or column is None or table is None:
        return []
    needs = [d for d in subject.facts.dependencies if d.catalog == "pg_rewrite"]
    rules = {d.object for d in needs if (d.needs, d.needs_column) == (table.oid, column.number)}
    owners = {d.needs for d in needs if d.object in rules and d.kind == "i"}
    found = [subject.tables.get(oid) for oid in sorted(owners)]
    dropped = [s.sql for s in subject.earlier if isinstance(s.node, pb.DropStmt)]
    return [
        view
        for view in found
        if view is not None and view.kind in "vm" and not any(view.name in sql for sql in dropped)
    ]


def _kind(view: RelationFacts) -> str:
    return "VIEW" if view.kind == "v" else "MATERIALIZED VIEW"


def _query(view: RelationFacts) -> str:
    return f"\n{(view.definition or '').strip()}"
