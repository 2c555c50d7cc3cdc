"""Without an index on the referring columns, deleting a referenced row reads the whole table."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import listed, made_up, name_of, quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.hazard import Hazard, Severity

NAME = "foreign-key-without-index"
READS = ("Constraint",)
EFFECT = (
    "No index begins with {table} ({columns}): every DELETE in {referenced}, and every UPDATE of "
    "its key, reads all of {table}."
)
SAFER = """\
-- outside of a transaction:
CREATE INDEX CONCURRENTLY {name} ON {table} ({columns});"""
BAD = """\
ALTER TABLE orders ADD FOREIGN KEY (customer) REFERENCES customers (id) NOT VALID;"""
GOOD = """\
CREATE INDEX CONCURRENTLY ON orders (customer);
ALTER TABLE orders ADD FOREIGN KEY (customer) REFERENCES customers (id) NOT VALID;"""


def check(subject: Subject) -> Hazard | None:
    """Knows the indexes of the catalog, and those that any statement of the plan makes."""
    constraint = subject.node
    if constraint.contype != pb.CONSTR_FOREIGN:
        return None
    columns = syntax.words(constraint.fk_attrs) or (subject.part.column,)
    if _exists(subject, columns) or _is_made(subject, columns):
        return None
    names = {
        "table": subject.table,
        "columns": listed(columns),
        "referenced": name_of(constraint.pktable),
        "name": quoted(made_up(subject.table.name, *columns, "idx")),
    }
    return Hazard(NAME, Severity.LOW, EFFECT.format(**names), SAFER.format(**names))


def _exists(subject: Subject, columns: tuple[str, ...]) -> bool:
    found = subject.tables.find(subject.table)
    if found is None or subject.facts is None:
        return False
    wanted = set(found.numbers(columns))
    return any(
        set(index.columns[: len(columns)]) == wanted
        for index in subject.facts.indexes
        if index.table == found.oid and index.predicate is None
    )


def _is_made(subject: Subject, columns: tuple[str, ...]) -> bool:
    making = ("IndexStmt", "CreateStmt", "AlterTableStmt")
    return any(
        set(keys[: len(columns)]) == set(columns)
        for statement in subject.course.about(subject.table.name, *making)
        for keys in _keys(statement.node)
    )


def _keys(node: syntax.Node) -> list[tuple[str, ...]]:
    """Leading columns of every index that the statement makes for its table."""
    if isinstance(node, pb.IndexStmt):
        return [tuple(item.index_elem.name for item in node.index_params)]
    return _constraint_keys(node)


def _constraint_keys(node: syntax.Node) -> list[tuple[str, ...]]:
    from cockpit.analysis.hazards.parts import parts_of

    unique = (pb.CONSTR_PRIMARY, pb.CONSTR_UNIQUE)
    return [
        syntax.words(part.node.keys) or (part.column,)
        for part in parts_of(node)
        if part.kind == "Constraint" and part.node.contype in unique
    ]
