"""psycopg's errors become ours, once, at this border."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from cockpit.errors import CockpitError, DatabaseError, PrivilegeMissing, Unreachable

_PRIVILEGE = "42501"
_OTHERS_DEPEND = "2BP01"
_READ_ONLY = "25006"
_GONE_CLASSES = ("08", "57P")
_FATAL = ("FATAL", "PANIC")
"""The server ends the session with such an error, whatever its code: a timeout of an idle
transaction (25P03) or of a whole one (25P04) among them."""


@contextmanager
def told_of_connecting() -> Iterator[None]:
    """Run the body, which connects; a failure leaves as `Unreachable` in one sentence.

    libpq tells of every address it tried, a line each; the first that failed is what matters.
    """
    try:
        yield
    except psycopg.Error as error:
        raise _not_connected(error) from error


def _not_connected(error: psycopg.Error) -> Unreachable:
    """Words of the server may be in any language; what libpq knows of the password is not."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    what = lines[0] if lines else type(error).__name__
    asked = error.pgconn is not None and error.pgconn.used_password
    wanted = error.pgconn is not None and error.pgconn.needs_password
    sent = asked and not wanted  # libpq says used where one was asked for
    checked = "the password that was sent, address" if sent else "address"
    failed = Unreachable(
        what if what.endswith((".", "?")) else f"{what}.",
        sqlstate=error.sqlstate,
        next_step=f"Check {checked}, database and role; then look again.",
    )
    failed.wants_password, failed.sent_password = wanted, sent
    return failed


@contextmanager
def told(statement: str | None = None) -> Iterator[None]:
    """Run the body; a psycopg error inside leaves as a `CockpitError` with sqlstate and place."""
    try:
        yield
    except psycopg.Error as error:
        raise translated(error, statement) from error


def translated(error: psycopg.Error, statement: str | None = None) -> CockpitError:
    """The same failure in the operator's words. Never holds a connection string."""
    sqlstate = error.sqlstate
    what = _words(error)
    if _lost(error):
        return Unreachable(
            what,
            sqlstate=sqlstate,
            statement=statement,
            kept="What was committed before is kept.",
            next_step="Look again when the server answers.",
        )
    line, column = _place(statement, error.diag.statement_position)
    kind = PrivilegeMissing if sqlstate == _PRIVILEGE else DatabaseError
    return kind(
        what,
        sqlstate=sqlstate,
        statement=statement,
        line=line,
        column=column,
        next_step=_hint(error),
    )


def _hint(error: psycopg.Error) -> str:
    """The server's own; but never to drop with CASCADE what nobody has named."""
    return "" if error.sqlstate == _OTHERS_DEPEND else error.diag.message_hint or ""


def _words(error: psycopg.Error) -> str:
    primary = error.diag.message_primary
    if primary is None:
        return " ".join(str(error).split()) or type(error).__name__
    detail = error.diag.message_detail
    return f"{primary} ({detail})" if detail else primary


def _lost(error: psycopg.Error) -> bool:
    """The session is gone. 57014 (a cancelled statement) is not of that kind."""
    sqlstate = error.sqlstate
    if sqlstate is None:
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return sqlstate.startswith(_GONE_CLASSES) or error.diag.severity_nonlocalized in _FATAL


def _place(statement: str | None, position: str | None) -> tuple[int | None, int | None]:
    """PostgreSQL counts characters from 1; the operator wants line and column."""
    if statement is None or not position:
        return None, None
    before = statement[: int(position) - 1]
    return before.count("\n") + 1, len(before) - before.rfind("\n")
