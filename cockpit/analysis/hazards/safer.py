"""Safer forms written out as SQL, from the statement's own tree."""

from collections.abc import Iterable

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import Name, made_up
from cockpit.analysis.impact import syntax


def lines(*statements: str) -> str:
    """Statements and remarks, one a line, as they can be pasted."""
    return "\n".join(statements)


def changed(message: syntax.Node, **fields: object) -> str:
    """A statement with some fields replaced, as SQL."""
    copy = type(message)()
    copy.CopyFrom(message)
    for name, value in fields.items():
        setattr(copy, name, value)
    return syntax.to_statement(copy)


def constraint_sql(constraint: pb.Constraint) -> str:
    """`CHECK (total > 0)`, without its name and without NOT VALID."""
    copy = pb.Constraint()
    copy.CopyFrom(constraint)
    copy.conname, copy.skip_validation, copy.initially_valid = "", False, True
    return _added(pb.AT_AddConstraint, copy).removeprefix("ADD ")


def constraint_name(
    constraint: pb.Constraint, table: Name, suffix: str, columns: Iterable[str] = ()
) -> str:
    """The constraint's own name, else one in PostgreSQL's style."""
    return constraint.conname or made_up(table.name, *columns, suffix)


def type_sql(type_name: pb.TypeName) -> str:
    """A type as SQL."""
    column = pb.ColumnDef(colname="c", type_name=type_name)
    return _added(pb.AT_AddColumn, column).removeprefix("ADD COLUMN c ").removeprefix("pg_catalog.")


def _added(subtype: int, definition: syntax.Node) -> str:
    """A subcommand of ALTER TABLE as SQL."""
    command = pb.AlterTableCmd(
        subtype=subtype, behavior=pb.DROP_RESTRICT, **{"def": syntax.wrap(definition)}
    )
    statement = pb.AlterTableStmt(
        relation=pb.RangeVar(relname="t", inh=True, relpersistence="p"),
        cmds=[pb.Node(alter_table_cmd=command)],
        objtype=pb.OBJECT_TABLE,
    )
    return syntax.to_statement(statement).removeprefix("ALTER TABLE t ")


def default_sql(definition: pb.ColumnDef) -> str:
    """The expression of a column's DEFAULT or GENERATED; empty without one."""
    for item in definition.constraints:
        if item.constraint.contype in (pb.CONSTR_DEFAULT, pb.CONSTR_GENERATED):
            return syntax.to_text(syntax.unwrap(item.constraint.raw_expr))
    return ""
