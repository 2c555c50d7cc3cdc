"""A statement whose impact is known, and how it will be sent."""

from collections.abc import Hashable
from dataclasses import dataclass

from cockpit.analysis.impact import syntax
from cockpit.model.impact import Impact


@dataclass(frozen=True, slots=True)
class Studied:
    """One statement of a plan or a file."""

    sql: str
    impact: Impact
    transaction: Hashable | None = None
    """Equal for statements that share a transaction; None: outside of any."""
    node: syntax.Node = None
    """Its parse tree, the message itself; None for what cannot be parsed."""


def inside(block: Studied) -> tuple[Studied, ...]:
    """What a DO block runs; all of it shares a transaction, unless the block ends some itself."""
    alone = block.transaction is None and block.impact.transactional
    shared = block.sql if alone else block.transaction
    return tuple(
        Studied(one.sql, one.impact, shared, syntax.parse(one.sql)[0])
        for one in block.impact.inside
    )


@dataclass(frozen=True, slots=True)
class Runner:
    """What the program that sends the statements does of its own accord."""

    bounds_locks: bool = True
    """Sets lock_timeout and statement_timeout before every statement."""
    opens_transaction: bool = True
    """Opens the transaction that statements share, and commits it."""
    reads_blocks: bool = False
    """Takes the file's own BEGIN ... COMMIT for a transaction of its own, and opens none there."""
