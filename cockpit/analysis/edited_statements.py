"""The statements in which two texts of one migration differ."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from cockpit.model.edit import Change
from cockpit.sql.canonical import canonical
from cockpit.sql.statements import Statement, split


def edited_statements(
    before: str, after: str, *, path: str, parameters: Sequence[str] = ()
) -> list[tuple[Change, Statement]]:
    """Those that only one of the texts has, as PostgreSQL reads them, removed before added.

    How a statement is written does not count. Raises `MigrationError` for a text that is not SQL.
    """
    texts = before, after
    sides = [split(text, path=path, parameters=parameters) for text in texts]
    meant = [[_meaning(s, bool(parameters)) for s in side] for side in sides]
    found: list[tuple[Change, Statement]] = []
    matcher = SequenceMatcher(None, meant[0], meant[1], autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            found += [(Change.REMOVED, statement) for statement in sides[0][a:b]]
            found += [(Change.ADDED, statement) for statement in sides[1][c:d]]
    return found


def _meaning(statement: Statement, with_parameters: bool) -> tuple[bytes, ...]:
    """Bounds of a backfill are no SQL, so that its text has to do."""
    return (statement.sql.encode(),) if with_parameters else canonical(statement.sql)
