"""A definition as the catalog prints it, said again of another column and under another name."""

from typing import Any

import postgast
from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import Name, quoted
from cockpit.analysis.impact import syntax

_KEYS = ("keys", "fk_attrs", "pk_attrs", "fk_del_set_cols", "including")


class Anew:
    """Puts one column in the place of another. What cannot be read or said again comes as None."""

    def __init__(self, old: str, new: str) -> None:
        """Names as stored; the same one twice where only objects get new names."""
        self._old, self._new = old, new

    def index(self, definition: str, name: str, table: Name | None = None) -> str | None:
        """`CREATE INDEX CONCURRENTLY`; with `table`, which may be a partition, on that one."""
        statement = _only(definition, pb.IndexStmt)
        if statement is None:
            return None
        statement.idxname, statement.concurrent = name, True
        if table is not None:
            statement.relation.schemaname, statement.relation.relname = table.schema, table.name
            statement.relation.inh = True
        self._rename(statement)
        return _said(statement)

    def index_of_partitioned(self, definition: str, name: str, table: Name) -> str | None:
        """`CREATE INDEX ... ON ONLY`, which is empty and therefore quick, and not valid yet."""
        text = self.index(definition, name, table=table)
        statement = _only(text, pb.IndexStmt) if text else None
        if statement is None:
            return None
        statement.concurrent, statement.relation.inh = False, False
        return _said(statement)

    def constraint(
        self, table: Name, definition: str, name: str, *, own: bool, referenced: bool
    ) -> str | None:
        """`ALTER TABLE ... ADD CONSTRAINT ... NOT VALID`

        `own`: the column is the table's; `referenced`: the foreign key refers to it.
        """
        statement = _only(f"ALTER TABLE {table} ADD CONSTRAINT x {definition}", pb.AlterTableStmt)
        if statement is None:
            return None
        command = statement.cmds[0].alter_table_cmd
        constraint = getattr(command, "def").constraint
        constraint.conname = name
        constraint.skip_validation, constraint.initially_valid = True, False
        if own:
            self._rename(constraint, skip=("pk_attrs",))
        if referenced:
            self._rename_names(constraint.pk_attrs)
        for column in constraint.fk_del_set_cols:
            # libpg_query says these names again without the quotes that they need.
            column.string.sval = quoted(column.string.sval)
        return _said(statement)

    def statistics(self, definition: str, name: Name) -> str | None:
        """`CREATE STATISTICS`"""
        statement = _only(definition, pb.CreateStatsStmt)
        if statement is None:
            return None
        del statement.defnames[:]
        for part in (name.schema, name.name):
            statement.defnames.append(pb.Node(string=pb.String(sval=part)))
        self._rename(statement)
        return _said(statement)

    def _rename(self, message: Any, skip: tuple[str, ...] = ()) -> None:
        for node in list(syntax.walk(message)):
            if isinstance(node, pb.ColumnRef) and syntax.words(node.fields)[-1:] == (self._old,):
                node.fields[-1].string.sval = self._new
            elif isinstance(node, pb.IndexElem) and node.name == self._old:
                node.name = self._new
            elif isinstance(node, pb.StatsElem) and node.name:
                # libpg_query says this name, too, without the quotes that it needs.
                node.name = quoted(self._new if node.name == self._old else node.name)
            elif isinstance(node, pb.Constraint):
                for field in _KEYS:
                    if field not in skip:
                        self._rename_names(getattr(node, field))

    def _rename_names(self, names: Any) -> None:
        for node in names:
            if node.string.sval == self._old:
                node.string.sval = self._new


def _only(sql: str, kind: type) -> Any:
    """A copy of its only statement, if it is of that kind."""
    try:
        (found,) = syntax.parse(sql)
    except (postgast.PgQueryError, ValueError):
        return None
    if not isinstance(found, kind):
        return None
    copy = kind()
    copy.CopyFrom(found)
    return copy


def _said(statement: Any) -> str | None:
    try:
        # libpg_query leaves no space between the columns of SET NULL and what follows them.
        return syntax.to_statement(statement).replace(")DEFERRABLE", ") DEFERRABLE")
    except postgast.PgQueryError:
        return None
