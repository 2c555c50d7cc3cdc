"""What a session is opened with: one source, one target, and the limits of what runs may do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from cockpit.model.attic import LARGE
from cockpit.model.target import Environment
from cockpit.settings.dsn import Dsn
from cockpit.settings.schema import Command
from cockpit.settings.secret import Secret


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a run may make others wait."""

    lock_timeout: timedelta = timedelta(milliseconds=200)
    """For each try; then the try gives up and everybody behind it goes on."""
    lock_tries: int = 40
    statement_timeout: timedelta = timedelta(0)
    """Zero: none."""
    queue_limit: int = 20
    """More sessions than this queued behind us ..."""
    queue_for: timedelta = timedelta(seconds=1)
    """... for this long, and the step is cancelled, whether it waits for its lock or holds it."""
    hold_limit: timedelta = timedelta(0)
    """How long a step may keep others waiting behind a lock it holds. Zero: as long as it takes."""
    snapshot_patience: timedelta = timedelta(seconds=10)
    """How long a CONCURRENTLY is held back for older transactions to end."""
    idle_in_transaction: timedelta = timedelta(seconds=15)
    """The server frees our locks when the cockpit itself hangs in a transaction."""
    copy_beforehand: int = LARGE
    """Bytes of a table from which the attic copies it before it takes the lock of the drop."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One source and one target, resolved; how it was configured is known elsewhere."""

    repository: Path
    folder: str
    """Of migrations, relative to the repository's root."""
    dsn: Dsn | None
    """None: git only; every state is then unknown."""
    environment: Environment
    target: str | None = None
    """Its configured name."""
    tool: str = "auto"
    tool_command: Command = ()
    """Runs the project's own framework, where the tool is one; empty: it is only looked at."""
    tool_command_refused: str = ""
    """Why the command that the settings name is not run: nobody has trusted their file."""
    history_table: str | None = None
    """`schema.table` of the tool's history; None: as the tool's own settings say, else as usual."""
    ref: str | None = None
    password: Callable[[], Secret | None] = field(default=lambda: None, repr=False)
    """Asked once, on the first connection."""
    password_from: Callable[[], str] = field(default=str, repr=False)
    """Where a password is taken from, in words, for the message that it was refused."""
    role: str | None = None
    """To SET ROLE before every phase."""
    release_tags: str = "*"
    """Which tags are releases, as a shell pattern."""
    limits: Limits = Limits()
    journal: Path | None = None
    """Folder of run journals; None keeps none."""
    rehearsals: Path | None = None
    """Folder of the proofs of rehearsals; None looks none up."""
    replicas: tuple[str, ...] = ()
    """That a backfill must not leave behind: names as `pg_stat_replication` shows them, or
    `host:port` to be asked themselves, with the target's user and database."""
    attic: Path | None = None
    """Folder of what is kept in files of dropped data; None keeps nothing in files."""
    named_by: tuple[str, ...] = ()
    """`Board.named_by`."""
    walkthrough: bool = False
    """Writing cannot be armed in this process."""
