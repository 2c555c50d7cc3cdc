"""How the project's own tool would send a file, where that ends otherwise than with the cockpit.

Facts from the tools' sources and from running them; the cockpit cuts a file where PostgreSQL
demands it, most tools do not. Told in the plan, because the pipeline's tool meets the same file.
"""

from collections.abc import Callable, Iterator, Sequence

from cockpit.model.migration import Phase
from cockpit.model.plan import Step, StepKind

Say = Callable[[Phase, Sequence[Step], Sequence[Step]], Iterator[str]]
"""Of a phase: its statements, and those among them that no transaction may hold."""

_MARKS = {
    "dbmate": "transaction:false behind `-- migrate:up`",
    "goose": "`-- +goose NO TRANSACTION`",
    "sql-migrate": "notransaction behind `-- +migrate Up`",
    "sqlx": "`-- no-transaction` at its very start",
    "diesel": "run_in_transaction = false in metadata.toml",
}
"""Tools that wrap a file in a transaction, and what keeps them from it."""


_ONE_STRING = ("dbmate",)
"""Those of them that send a file without a transaction in one query."""


def sending_notes(tool: str, phase: Phase, steps: Sequence[Step]) -> Iterator[str]:
    """What the tool itself would do with this phase, a sentence each."""
    if tool in _MARKS:
        yield from _wrapped(tool, phase, *_parted(steps))
    elif tool in _SAYINGS and not phase.program:
        yield from _SAYINGS[tool](phase, *_parted(steps))


def _parted(steps: Sequence[Step]) -> tuple[list[Step], list[Step]]:
    statements = [step for step in steps if step.kind is StepKind.SQL]
    return statements, [step for step in statements if step.group is None]


def _wrapped(
    tool: str, phase: Phase, statements: Sequence[Step], alone: Sequence[Step]
) -> Iterator[str]:
    """One transaction a file, unless a mark says otherwise."""
    if alone and phase.transaction:
        yield (
            f"{tool} itself wraps this file in a transaction and fails at {_short(alone[0])}: "
            f"write {_MARKS[tool]}."
        )
    elif alone and tool in _ONE_STRING and len(statements) > 1:
        yield (
            f"{tool} itself cannot run this file: it sends it as one string, which the server "
            f"takes for one transaction, and fails at {_short(alone[0])} (25001). Give that "
            "statement a file of its own."
        )
    elif not phase.transaction and len(statements) > 1:
        yield (
            f"{tool} itself leaves no trace when it fails half way in this file: what it had done "
            "by then stays, and its history calls the file pending."
        )


def _golang_migrate(
    phase: Phase, statements: Sequence[Step], alone: Sequence[Step]
) -> Iterator[str]:
    """One string, which the server runs as one transaction of its own."""
    if alone and len(statements) > 1:
        yield (
            "golang-migrate itself sends the whole file as one string, which is one transaction: "
            f"it fails there at {_short(alone[0])}, and its row says dirty although nothing is "
            "kept. Give that statement a file of its own."
        )


def _node_pg_migrate(
    phase: Phase, statements: Sequence[Step], alone: Sequence[Step]
) -> Iterator[str]:
    if alone:
        yield (
            f"node-pg-migrate itself wraps SQL files in a transaction: it fails at "
            f"{_short(alone[0])}, unless it is run with --no-single-transaction."
        )


def _flyway(phase: Phase, statements: Sequence[Step], alone: Sequence[Step]) -> Iterator[str]:
    """Its lock is a transaction that stays open, and CONCURRENTLY waits for open ones."""
    if any("CONCURRENTLY" in step.sql.upper() for step in alone):
        yield (
            "Flyway itself holds its lock in an open transaction, for which its own CONCURRENTLY "
            "waits without end: set flyway.postgresql.transactional.lock=false there."
        )
    if alone and len(alone) < len(statements):
        yield (
            "Flyway itself refuses a file that mixes statements with and without a transaction, "
            "unless mixed=true is set."
        )


def _prisma(phase: Phase, statements: Sequence[Step], alone: Sequence[Step]) -> Iterator[str]:
    if alone and len(statements) > 1:
        yield (
            "Prisma itself sends the whole file as one string, which is one transaction: it fails "
            f"there at {_short(alone[0])}, and blocks every later deploy until it is resolved "
            "(P3009). Give that statement a migration of its own."
        )


def _short(step: Step) -> str:
    words = " ".join(step.sql.split())
    return words if len(words) <= 50 else f"{words[:49]}…"


_SAYINGS: dict[str, Say] = {
    "golang-migrate": _golang_migrate,
    "node-pg-migrate": _node_pg_migrate,
    "flyway": _flyway,
    "prisma": _prisma,
}
