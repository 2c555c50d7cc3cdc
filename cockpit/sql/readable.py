"""SQL laid out for reading."""

from typing import Any

from cockpit.sql import grammar
from cockpit.sql.canonical import same_meaning
from cockpit.sql.glot import sqlglot

_LONGEST = 20_000
"""Characters; laying out more takes longer than a glance may."""


def pretty(sql: str) -> str:
    """The same SQL on well-broken lines, or the text as it is.

    What sqlglot writes is shown only when PostgreSQL's grammar reads it as the very same
    statements and no comment was lost: it must never show SQL that means something else.
    """
    if len(sql) > _LONGEST:
        return sql
    written = _written(sql)
    if written and same_meaning(sql, written) and _keeps_comments(sql, written):
        return written
    return sql


def _written(sql: str) -> str:
    library = sqlglot()
    try:
        parts: list[Any] = library.transpile(sql, read="postgres", write="postgres", pretty=True)
    except (library.errors.SqlglotError, RecursionError, ValueError):
        return ""
    return ";\n\n".join(part for part in parts if part)


def _keeps_comments(before: str, after: str) -> bool:
    return sorted(_comment_words(before)) == sorted(_comment_words(after))


def _comment_words(sql: str) -> list[bytes]:
    found = grammar.comments(sql.encode(errors="replace"))
    return [word for comment in found for word in comment.strip(b"-/* \t\n").split()]
