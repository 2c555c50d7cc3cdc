"""Every setting there is: name, type, default, meaning.

A settings file, `COCKPIT_*` variables and the documentation all follow from these classes; a new
setting is a new attribute here and nothing else.
"""

from typing import Annotated, Literal

import msgspec

from cockpit.model.target import Environment
from cockpit.settings.dsn import Dsn
from cockpit.settings.duration import Duration

Theme = Literal["cockpit-dark", "cockpit-light", "cockpit-contrast", "cockpit-ansi"]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
Command = tuple[str, ...]
"""A program and its arguments; in a file also one line, split as a shell would, without a shell."""


Names = tuple[str, ...]
"""In a file a list, or one line with blanks between."""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What a run may do to others. Set for all targets, or for one in its own table."""

    lock_timeout: Duration | None = None
    """How long one try waits for a lock; everybody who comes later waits with it."""
    lock_tries: AtLeastOne | None = None
    """Tries before a phase gives up."""
    statement_timeout: Duration | None = None
    """Longest statement; 0 for no limit of our own."""
    queue_limit: AtLeastOne | None = None
    """Red line: with more sessions than this queued behind ours, the try gives itself up ..."""
    queue_time: Duration | None = None
    """... once they have been queued for so long."""
    hold_limit: Duration | None = None
    """How long a step may keep anybody waiting behind a lock it holds, then it is cancelled; 0 for
    as long as it takes."""
    snapshot_wait: Duration | None = None
    """How long a CONCURRENTLY is held back for older transactions to end, before it is given up."""
    replicas: Names | None = None
    """What a backfill must not leave behind: names as `pg_stat_replication` shows them, or
    `host:port` of replicas to be asked themselves. One that does not answer makes it wait."""
    history_table: str | None = None
    """The tool's history table where it is not the tool's usual one, as `schema.table`."""


DEFAULT_RULES = Rules(
    lock_timeout=Duration(milliseconds=200),
    lock_tries=40,
    statement_timeout=Duration(),
    queue_limit=20,
    queue_time=Duration(seconds=1),
    hold_limit=Duration(),
    snapshot_wait=Duration(seconds=10),
)


class TargetSettings(Rules, frozen=True, kw_only=True):
    """One database with a name: the table `[targets.NAME]`."""

    dsn: Dsn | None = None
    """Connection string, without a password."""
    service: str | None = None
    """A name of libpq's service file, instead of `dsn` or filling it up."""
    environment: Environment = Environment.UNKNOWN
    """What the database is for; without it the target is treated as production."""
    password_command: Command | None = None
    """Prints the password on its first line."""
    vault: str | None = None
    """Path of a role of Vault's database secrets engine: `database/creds/deploy`."""
    role: str | None = None
    """`SET ROLE` to it after connecting."""


class Settings(Rules, frozen=True, kw_only=True):
    """A settings file as a whole."""

    folder: str | None = None
    """Folder of the migrations, from the repository's root; found by the tool when not set."""
    tool: str = "auto"
    """Whose file layout and history these are."""
    tool_command: Command | None = None
    """Runs the project's own framework, where the tool is one: `.venv/bin/alembic`,
    `.venv/bin/python manage.py`. Without it Alembic's and Django's migrations are only shown."""
    target: str | None = None
    """The target when none is named."""
    release_tags: str = "*[0-9]*"
    """Which git tags are releases: a shell pattern."""
    rehearsal_dsn: Dsn | None = None
    """A server where plans are rehearsed, never a target's own; one is started here when not set.
    Its role should be a superuser; libpq finds its password."""
    theme: Theme = "cockpit-dark"
    """Colours: `cockpit-dark`, `cockpit-light`, `cockpit-contrast`, or `cockpit-ansi` for those of
    the terminal."""
    ascii: bool | None = None
    """Boxes and glyphs in ASCII; decided by the terminal when not set."""
    targets: dict[str, TargetSettings] = {}
    keys: dict[str, str] = {}
    """Action id to the keys that shall do it, separated by commas."""


def rules_of(*layers: Rules) -> Rules:
    """The first layer that says something about a rule decides it; the defaults come last."""
    names = Rules.__struct_fields__
    chosen = {
        name: next((v for layer in layers if (v := getattr(layer, name)) is not None), None)
        for name in names
    }
    return Rules(**{n: getattr(DEFAULT_RULES, n) if v is None else v for n, v in chosen.items()})
