"""Who uses what a statement drops or renames: subjects, and their users in any text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cockpit.model.facts import CatalogFacts, FunctionFacts
from cockpit.model.usage import Handling, RanStatement, Subject, Use
from cockpit.sql.usage import Resolver

_DROPS = {
    "OBJECT_TABLE": "table",
    "OBJECT_VIEW": "view",
    "OBJECT_MATVIEW": "view",
    "OBJECT_TYPE": "type",
    "OBJECT_DOMAIN": "type",
    "OBJECT_FUNCTION": "function",
    "OBJECT_PROCEDURE": "function",
    "OBJECT_COLUMN": "column",
}
Turns = tuple[tuple[tuple[Any, ...], tuple[Subject, ...]], ...]
"""Trees that come before, and what the statement after them drops or renames."""
_SQL_WORDS = re.compile(r"\b(?:select|insert|update|delete|merge)\b", re.IGNORECASE)
_LITERAL = re.compile(r'"""(.*?)"""|\'\'\'(.*?)\'\'\'|`([^`]*)`|"([^"\n]*)"|\'([^\'\n]*)\'', re.S)


def subjects(sql: str) -> tuple[Subject, ...]:
    """The columns, tables, views, types and functions that the statements drop or rename.

    Empty for text that PostgreSQL cannot parse.
    """
    return tuple(subject for _, found in turns(sql) for subject in found)


def turns(sql: str) -> Turns:
    """For each statement with subjects: the trees since the last such one, and the subjects.

    The first trees are those a catalog has to go through before the subjects' turn comes. Empty
    for text that PostgreSQL cannot parse.
    """
    from postgast import PgQueryError

    from cockpit.analysis.impact import syntax

    try:
        nodes = syntax.parse(sql)
    except PgQueryError:
        return ()
    found: list[tuple[tuple[Any, ...], tuple[Subject, ...]]] = []
    before: list[Any] = []
    for node in nodes:
        if mine := tuple(_subjects(node)):
            found.append((tuple(before), mine))
            before = []
        before.append(node)
    return tuple(found)


def resolver(facts: CatalogFacts) -> Resolver:
    """Knows every relation of the catalog with its columns."""
    columns = {r.full_name: frozenset(c.name for c in r.columns) for r in facts.relations}
    return Resolver(columns, facts.search_path)


def in_statements(
    known: Resolver, subject: Subject, statements: Iterable[RanStatement]
) -> Iterator[Use]:
    """Statements of the server's memory that use it; those called most come first."""
    for ran in sorted(statements, key=lambda one: -(one.calls or 0)):
        handling = _handling(known, subject, ran.sql)
        if handling is not None:
            who = f"statement of role {ran.user}" if ran.user else "statement"
            yield Use(who, handling, ran.sql, ran.calls, ran.last)


def in_functions(known: Resolver, subject: Subject, facts: CatalogFacts) -> Iterator[Use]:
    """Functions whose text names it; PL/pgSQL is searched for words, so it only may use it."""
    for function in facts.functions:
        if not function.body or function.name == subject.name:
            continue
        handling = _in_body(known, subject, function)
        if handling is not None:
            yield Use(f"function {function.schema}.{function.name}", handling, function.body)


def in_files(known: Resolver, subject: Subject, texts: Mapping[str, str]) -> Iterator[Use]:
    """SQL of a repository, by path: whole `.sql` files, and string literals of programs."""
    for path, text in sorted(texts.items()):
        for line, sql in _sql_of(path, text):
            handling = _handling(known, subject, sql)
            if handling is not None:
                yield Use(f"{path}:{line}", handling, sql)


def _subjects(node: Any) -> Iterator[Subject]:
    from postgast import pg_query_pb2 as pb

    if isinstance(node, pb.DropStmt):
        yield from _dropped(node)
    elif isinstance(node, pb.AlterTableStmt):
        for item in node.cmds:
            command = item.alter_table_cmd
            if pb.AlterTableType.Name(command.subtype) == "AT_DropColumn":
                relation = node.relation
                yield Subject("column", relation.schemaname, relation.relname, command.name)
    elif isinstance(node, pb.RenameStmt):
        yield from _renamed(node)


def _dropped(node: Any) -> Iterator[Subject]:
    from postgast import pg_query_pb2 as pb

    from cockpit.analysis.impact import syntax

    kind = _DROPS.get(pb.ObjectType.Name(node.remove_type))
    for item in node.objects if kind else ():
        name = syntax.object_name(item)
        yield Subject(kind or "", name.schemaname, name.relname)


def _renamed(node: Any) -> Iterator[Subject]:
    from postgast import pg_query_pb2 as pb

    from cockpit.analysis.impact import syntax

    kind = _DROPS.get(pb.ObjectType.Name(node.rename_type))
    if kind is None:
        return
    name = node.relation if node.HasField("relation") else syntax.object_name(node.object)
    column = node.subname if kind == "column" else ""
    yield Subject(kind, name.schemaname, name.relname, column, becomes=node.newname)


def _in_body(known: Resolver, subject: Subject, function: FunctionFacts) -> Handling | None:
    if function.language == "sql":
        return _handling(known, subject, function.body)
    return Handling.MAYBE if _named(subject, function.body) else None


def _handling(known: Resolver, subject: Subject, sql: str) -> Handling | None:
    """Types and functions have no scope to resolve: their name in the text is all there is."""
    if subject.kind in ("type", "function"):
        return Handling.MAYBE if _named(subject, sql) else None
    return known.handling(sql, subject)


def _named(subject: Subject, text: str) -> bool:
    words = [subject.name, *([subject.column] if subject.column else [])]
    return all(re.search(rf"(?<![\w$]){re.escape(w)}(?![\w$])", text, re.I) for w in words)


def _sql_of(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Pieces of SQL with the line they begin at."""
    if path.endswith(".sql"):
        yield from _statements(path, text)
        return
    for match in _LITERAL.finditer(text):
        sql = next((group for group in match.groups() if group), "")
        if _SQL_WORDS.search(sql):
            yield text.count("\n", 0, match.start()) + 1, sql


def _statements(path: str, text: str) -> Iterator[tuple[int, str]]:
    from cockpit.errors import MigrationError
    from cockpit.sql.statements import split

    try:
        for statement in split(text, path=path):
            yield statement.line, statement.sql
    except MigrationError:
        yield 1, text
