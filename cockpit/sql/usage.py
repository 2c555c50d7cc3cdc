"""Whether a statement uses a relation or one of its columns, with scopes and aliases resolved."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cockpit.model.usage import Handling, Subject
from cockpit.sql.glot import sqlglot

Columns = Mapping[str, frozenset[str]]
"""Columns of every relation, by `schema.name`."""

_PARAMETER = re.compile(r"\$\d+")
_STRENGTH = (Handling.MAYBE, Handling.READS_ALL, Handling.READS, Handling.WRITES)


class Resolver:
    """Knows the relations of one database. Never fails: what it cannot read is `MAYBE`."""

    def __init__(self, columns: Columns, search_path: Sequence[str]) -> None:
        self._columns, self._path = columns, tuple(search_path)

    def handling(self, sql: str, subject: Subject) -> Handling | None:
        """What the statement does with a relation or column; None when it leaves it alone.

        A column named without its table, where several tables could have it and one of them is not
        known, is `MAYBE`.
        """
        if not _mentions(sql, subject):
            return None
        try:
            # sqlglot takes `$1, $` for the beginning of a dollar-quoted string.
            text = _PARAMETER.sub("''", sql)
            trees = [tree for tree in sqlglot().parse(text, dialect="postgres") if tree is not None]
            found = [h for tree in trees for h in self._handlings(tree, subject)]
        except (sqlglot().errors.SqlglotError, RecursionError):
            return Handling.MAYBE if _names(sql, subject) else None
        return max(found, key=_STRENGTH.index, default=None)

    def _handlings(self, tree: Any, subject: Subject) -> Iterator[Handling]:
        exp = sqlglot().exp
        if isinstance(tree, exp.Command):
            if _names(tree.sql(), subject):
                yield Handling.MAYBE
            return
        if isinstance(tree, exp.Insert | exp.Update | exp.Delete | exp.Merge):
            yield from self._changing(tree, subject)
        from sqlglot.optimizer.scope import traverse_scope

        for scope in (scope for query in _queries(tree) for scope in traverse_scope(query)):
            sources = {n: s for n, s in scope.sources.items() if isinstance(s, exp.Table)}
            derived = len(sources) < len(scope.sources)
            yield from self._reading(sources, scope.columns, scope.stars, subject, derived)
            if isinstance(scope.expression, exp.Select) and any(
                isinstance(one, exp.Star) for one in scope.expression.expressions
            ):
                yield from self._starred(sources.values(), subject)

    def _changing(self, tree: Any, subject: Subject) -> Iterator[Handling]:
        """The part of INSERT, UPDATE, DELETE, MERGE outside of its queries."""
        exp = sqlglot().exp
        schema = tree.this
        target = schema.this if isinstance(schema, exp.Schema) else schema
        if not isinstance(target, exp.Table):
            return
        is_ours = self._is(target, subject)
        if is_ours and not subject.column:
            yield Handling.WRITES
        if is_ours and subject.column in _assigned(tree):
            yield Handling.WRITES
        if is_ours and isinstance(tree, exp.Insert) and not isinstance(schema, exp.Schema):
            yield Handling.READS_ALL  # no list of columns: it depends on all of them
        tables = {t.alias_or_name: t for t in tree.find_all(exp.Table) if not _nested(t, tree)}
        loose = [c for c in tree.find_all(exp.Column) if not _nested(c, tree)]
        yield from self._reading(tables, loose, [], subject, derived=False)
        returning = tree.args.get("returning")
        if is_ours and returning and returning.find(exp.Star):
            yield Handling.READS_ALL

    def _reading(
        self,
        sources: Mapping[str, Any],
        columns: Sequence[Any],
        stars: Sequence[Any],
        subject: Subject,
        derived: bool,
    ) -> Iterator[Handling]:
        ours = {name for name, table in sources.items() if self._is(table, subject)}
        if not ours:
            return
        if not subject.column:
            yield Handling.READS
            return
        if any(star.table in ours for star in stars):
            yield Handling.READS_ALL
        for column in columns:
            if _stored(column.this) != subject.column:
                continue
            if column.table in ours:
                yield Handling.READS
            elif not column.table:
                yield self._unqualified(sources, ours, subject.column, derived)

    def _unqualified(
        self, sources: Mapping[str, Any], ours: set[str], column: str, derived: bool
    ) -> Handling:
        others = [self._full_name(t) for name, t in sources.items() if name not in ours]
        known = all(name in self._columns for name in others) and not derived
        has_it = any(column in self._columns.get(name, ()) for name in others)
        return Handling.READS if known and not has_it else Handling.MAYBE

    def _starred(self, tables: Any, subject: Subject) -> Iterator[Handling]:
        if subject.column and any(self._is(table, subject) for table in tables):
            yield Handling.READS_ALL

    def _is(self, table: Any, subject: Subject) -> bool:
        wanted = f"{subject.schema}.{subject.name}" if subject.schema else self._found(subject.name)
        return self._full_name(table) == wanted

    def _full_name(self, table: Any) -> str:
        schema = table.args.get("db")
        name = _stored(table.this)
        return f"{_stored(schema)}.{name}" if schema else self._found(name)

    def _found(self, name: str) -> str:
        """By the search path; the bare name when no schema of it has such a relation."""
        full = (f"{schema}.{name}" for schema in self._path)
        return next((one for one in full if one in self._columns), name)


def _queries(tree: Any) -> Iterator[Any]:
    """The outermost queries: the statement itself, or those within what changes data."""
    exp = sqlglot().exp
    if isinstance(tree, exp.Query):
        yield tree
        return
    for query in tree.find_all(exp.Query):
        if query.find_ancestor(exp.Query) is None:
            yield query


def _assigned(tree: Any) -> set[str]:
    """Columns that an INSERT lists or a SET names."""
    exp = sqlglot().exp
    listed = tree.this.expressions if isinstance(tree.this, exp.Schema) else []
    names = {_stored(column) for column in listed}
    for equation in tree.find_all(exp.EQ):
        is_set = isinstance(equation.parent, exp.Update | exp.OnConflict)
        if is_set and equation.arg_key == "expressions" and isinstance(equation.this, exp.Column):
            names.add(_stored(equation.this.this))
    return names


def _nested(node: Any, tree: Any) -> bool:
    """Inside of a query within the statement."""
    query = node.find_ancestor(sqlglot().exp.Query)
    return query is not None and query is not tree


def _stored(identifier: Any) -> str:
    """A name as the catalog has it."""
    if identifier is None:
        return ""
    if not isinstance(identifier, sqlglot().exp.Identifier):
        return str(getattr(identifier, "name", "")).lower()
    return str(identifier.this if identifier.args.get("quoted") else identifier.this.lower())


def _mentions(sql: str, subject: Subject) -> bool:
    """Cheap, and never wrong when it says no: the relation's name must be there."""
    return _word(subject.name, sql)


def _names(sql: str, subject: Subject) -> bool:
    """Relation and column both stand in the text."""
    return _word(subject.name, sql) and (not subject.column or _word(subject.column, sql))


def _word(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text, re.IGNORECASE) is not None
