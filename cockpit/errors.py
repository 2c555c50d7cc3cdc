"""Everything the operator can understand and act on.

::

    CockpitError                 exit 1
    ├── UsageError               exit 2   the command line, a settings file or a key map is wrong
    ├── SourceError              exit 1   git: no repository, no such ref, a missing object
    ├── MigrationError           exit 1   a migration file cannot be used (file, line, column)
    ├── CredentialError          exit 1   no password, or its store could not be asked
    ├── DatabaseError            exit 1   the server said no (sqlstate, statement, line, column)
    │   ├── Unreachable          exit 1   no connection, or it was lost
    │   └── PrivilegeMissing     exit 1   names the privilege
    ├── ServerUnavailable        exit 1   the embedded PostgreSQL cannot be started here
    ├── HeldByAnother            exit 5   somebody else has the deployment lock
    ├── Refused                  exit 7   we will not do this
    │   ├── Protected            exit 7   the target asks for a ceremony that was not given
    │   ├── StalePlan            exit 7   not what was reviewed any more
    │   ├── Irreversible         exit 7   there is no way back
    │   ├── PoolerInTheWay       exit 7   statements of one session reach several backends
    │   └── IdentityChanged      exit 7   this is not the database the plan was made for
    └── StoppedMidway            exit 8   read what is kept and undone

Anything else that escapes is a bug. The exit codes are a promise to scripts.
"""

from collections.abc import Mapping


class CockpitError(Exception):
    """Something the operator can understand and act on. Anything else is a bug."""

    exit_code = 1

    def __init__(
        self, what: str, *, kept: str = "Nothing was changed.", next_step: str = ""
    ) -> None:
        super().__init__(what)
        self.what = what
        """What happened, one sentence."""
        self.kept = "" if kept in what else kept
        """What of the work survives, one sentence; empty when `what` says it already."""
        self.next_step = next_step
        """What to do now, one sentence; empty when nothing helps."""

    def __str__(self) -> str:
        parts = [part for part in (self.what, self.kept, self.next_step) if part]
        return " ".join([*map(_ended, parts[:-1]), *parts[-1:]])


def _ended(sentence: str) -> str:
    """With the full stop that a server's own words lack, where another sentence follows."""
    return sentence if sentence.endswith((".", "?", "!", ":")) else f"{sentence}."


class UsageError(CockpitError):
    """The command line, a settings file or a key map is wrong."""

    exit_code = 2


class SourceError(CockpitError):
    """Git cannot give what was asked for."""


class MigrationError(CockpitError):
    """A migration file cannot be used."""

    def __init__(
        self, what: str, *, path: str, line: int = 1, column: int = 1, next_step: str = ""
    ) -> None:
        super().__init__(f"{path}:{line}:{column}: {what}", next_step=next_step)
        self.path, self.line, self.column = path, line, column


class CredentialError(CockpitError):
    """No password could be had, or the place that keeps it could not be asked."""


class DatabaseError(CockpitError):
    """The server said no."""

    def __init__(
        self,
        what: str,
        *,
        sqlstate: str | None = None,
        statement: str | None = None,
        line: int | None = None,
        column: int | None = None,
        kept: str = "Nothing was changed.",
        next_step: str = "",
    ) -> None:
        super().__init__(what, kept=kept, next_step=next_step)
        self.sqlstate = sqlstate
        """Five characters, PostgreSQL appendix A; None when the server never answered."""
        self.statement = statement
        self.line, self.column = line, column
        """Where in the statement, from 1; None when the server did not point."""


class Unreachable(DatabaseError):
    """No connection, or it was lost."""

    wants_password = False
    """The server asked for a password and nobody had one."""
    sent_password = False
    """A password was sent, and then the server refused. That it was the wrong one stands in the
    server's words alone, in its own language: libpq tells no SQLSTATE of a connection that failed.
    """


class PrivilegeMissing(DatabaseError):
    """The role may not do this; `what` names the privilege."""


class ServerUnavailable(CockpitError):
    """The embedded PostgreSQL cannot be started on this machine."""


class HeldByAnother(CockpitError):
    """Somebody else has the deployment lock."""

    exit_code = 5


class Refused(CockpitError):
    """We will not do this, and say why."""

    exit_code = 7

    def __init__(
        self,
        what: str,
        *,
        kept: str = "Nothing was changed.",
        next_step: str = "",
        wants: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(what, kept=kept, next_step=next_step)
        self.wants = dict(wants or {})
        """The options that would answer it, by name, each with its whole value; empty where a
        flag is enough."""


class Protected(Refused):
    """The target asks for a ceremony that was not given."""


class StalePlan(Refused):
    """The files, the history or the target are not what was reviewed."""


class Irreversible(Refused):
    """There is no way back, or none that can be trusted."""


class PoolerInTheWay(Refused):
    """Statements of one session reach several backends, so no lock can be kept."""


class IdentityChanged(Refused):
    """This is not the database the plan was made for."""


class StoppedMidway(CockpitError):
    """The run ended before its plan did; `kept` says what survives."""

    exit_code = 8
