"""Who set a value."""

from dataclasses import dataclass
from enum import IntEnum

from cockpit.settings.secret import Secret

_MAY_HOLD_A_PASSWORD = ("dsn", "database_url")


class Rank(IntEnum):
    """Where a value can come from; the higher one wins."""

    DEFAULT = 0
    USER = 1
    """The user's own settings file."""
    PYPROJECT = 2
    PROJECT = 3
    """`cockpit.toml` at the repository's root."""
    DOTENV = 4
    ENVIRONMENT = 5
    OPTION = 6


@dataclass(frozen=True, slots=True)
class Origin:
    """One place of one source."""

    rank: Rank
    place: str = "default"
    """`cockpit.toml`, `COCKPIT_TARGET`, `--target`."""
    line: int = 0
    """From 1; 0 when the place has no lines."""
    column: int = 0

    def __str__(self) -> str:
        """`cockpit.toml:12`, as `cockpit settings` shows it."""
        return f"{self.place}:{self.line}" if self.line else self.place

    @property
    def exact(self) -> str:
        """`cockpit.toml:12:1`, as errors show it."""
        return f"{self}:{self.column}" if self.column else str(self)


DEFAULT = Origin(Rank.DEFAULT)


@dataclass(frozen=True, slots=True)
class Given:
    """A value before it is checked, and who gave it. Made by `given`."""

    key: tuple[str, ...]
    """`("targets", "production", "dsn")`."""
    value: object
    """A connection string is a `Secret` here: it may hold a password."""
    origin: Origin

    @property
    def name(self) -> str:
        """The key as a file writes it."""
        return ".".join(self.key)

    @property
    def textual(self) -> bool:
        """It came as text, so `40` and `true` are still to be read."""
        return self.origin.rank >= Rank.DOTENV

    @property
    def text(self) -> str | None:
        """The value if it is text, also from inside a secret; None for anything else."""
        value = self.value.reveal() if isinstance(self.value, Secret) else self.value
        return value if isinstance(value, str) else None


def given(key: tuple[str, ...], value: object, origin: Origin) -> Given:
    """The value with its place; wrapped at once where it may hold a password."""
    if key[-1] in _MAY_HOLD_A_PASSWORD and isinstance(value, str):
        value = Secret(value)
    return Given(key, value, origin)
