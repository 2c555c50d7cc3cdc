"""What kind of edit lies between two versions of a script."""

import re

from cockpit.model.state import Drift
from cockpit.sql import grammar
from cockpit.sql.canonical import same_meaning

_DIRECTIVE = re.compile(
    rb"\s*--\s*(?:migrate:|\+\s*goose|\+\s*migrate|no-transaction|atlas:|"
    rb"liquibase|changeset|rollback|precondition|validCheckSum)",
    re.IGNORECASE,
)
"""Comments that tools obey: to change one is to change what runs."""


def classify_edit(before: str, after: str) -> Drift | None:
    """The least that explains the difference; None when there is none.

    Line endings, then spaces, then comments; whatever PostgreSQL's grammar reads differently, or
    cannot read, is an edit of the meaning. Redundant brackets and the case of keywords count as
    spaces, also in the bodies of functions in SQL and PL/pgSQL.
    """
    if before == after:
        return None
    if _lines(before) == _lines(after):
        return Drift.LINE_ENDINGS
    try:
        comments = [_comments(text) for text in (before, after)]
    except grammar.GrammarError:
        return Drift.MEANING
    if _directives(comments[0]) != _directives(comments[1]) or not same_meaning(before, after):
        return Drift.MEANING
    return Drift.WHITESPACE if comments[0] == comments[1] else Drift.COMMENT


def _lines(text: str) -> str:
    plain = text.removeprefix("\N{BYTE ORDER MARK}")
    return plain.replace("\r\n", "\n").replace("\r", "\n")


def _comments(script: str) -> list[bytes]:
    """The comments of a script, spaces within and around them evened out."""
    text = _lines(script).encode(errors="replace")
    return [b" ".join(comment.split()) for comment in grammar.comments(text)]


def _directives(comments: list[bytes]) -> list[bytes]:
    return [comment for comment in comments if _DIRECTIVE.match(comment)]
