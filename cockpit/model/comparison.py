"""Several targets side by side: what is applied where, and how their schemas differ."""

from dataclasses import dataclass

from cockpit.model.board import Board
from cockpit.model.schema import SchemaChange


@dataclass(frozen=True, slots=True)
class Row:
    """One version on every target."""

    version: str
    name: str
    states: tuple[str, ...]
    """One for each target, in their order: a state's word, or empty where it knows it not."""
    places: tuple[int, ...]
    """In which place it was applied there, from 1; 0 where it is not applied."""

    @property
    def differs(self) -> bool:
        """It is not the same on all of them."""
        return len(set(self.states)) > 1


@dataclass(frozen=True, slots=True)
class Promotion:
    """What would run to bring one target to what another one has."""

    source: str
    target: str
    versions: tuple[str, ...]
    """Applied on the source and not on the target, in the order they run."""
    only_there: tuple[str, ...]
    """Applied on the target and not on the source: it stays."""
    half_there: tuple[str, ...] = ()
    """Half done on the target; of what would run among them only the rest is left."""
    half_here: tuple[str, ...] = ()
    """Half done on the source: not promoted, as it is nowhere whole yet."""
    other_order: bool = False
    """Those that both have were not applied in the same order."""
    schema: tuple[SchemaChange, ...] | None = None
    """Read from the source to the target: `before` is how the source has it, `added` is on the
    target alone, `dropped` on the source alone. None: not compared."""
    schema_why: str = ""
    """Why the schemas were not compared."""
    unknown: tuple[str, ...] = ()
    """Of the two, those whose history could not be read: nothing is claimed of what would run."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The targets in the order they were named."""

    boards: tuple[Board, ...]
    rows: tuple[Row, ...]
    promotions: tuple[Promotion, ...]
    """From each target to the next one."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the targets."""
        return tuple(board.standpoint.name for board in self.boards)
