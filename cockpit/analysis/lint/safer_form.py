"""The safer form of a hazard as statements, by the transactions they come in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.examine import examine
from cockpit.analysis.hazards.placing import Placed, study
from cockpit.analysis.hazards.studied import Runner
from cockpit.analysis.impact import syntax
from cockpit.model.facts import CatalogFacts
from cockpit.model.hazard import Hazard
from cockpit.sql.statements import Statement, split
from cockpit.sql.transaction import forbids_transaction, transaction_control


@dataclass(frozen=True, slots=True)
class Stretch:
    """Statements of a safer form that share a transaction."""

    statements: tuple[str, ...]
    """Without semicolons."""
    transactional: bool
    """False: one statement that PostgreSQL refuses in a transaction."""


def stretches(safer: str) -> tuple[Stretch, ...]:
    """Cut where the form says COMMIT, and around what must stand alone.

    The first one is empty when the form begins with COMMIT.
    """
    found: list[Stretch] = []
    open_: list[str] = []

    def close() -> None:
        if open_:
            found.append(Stretch(tuple(open_), transactional=True))
            open_.clear()

    for statement in split(safer, path="the safer form"):
        alone = forbids_transaction(statement) is not None
        commits = transaction_control(statement) == "commit"
        if commits and not found and not open_:
            found.append(Stretch((), transactional=True))
        if alone or commits:
            close()
        if alone:
            found.append(Stretch((statement.sql,), transactional=False))
        elif transaction_control(statement) is None:
            open_.append(statement.sql)
    close()
    return tuple(found)


def rest_of(
    items: Sequence[Placed],
    index: int,
    hazard: Hazard,
    facts: CatalogFacts | None,
    major: int,
    runner: Runner,
) -> str:
    """What else an ALTER TABLE does besides the subcommand that the hazard is about, as SQL.

    Empty when the hazard is about the whole statement.
    """
    statement = items[index].statement
    for part, others in _single_subcommands(statement):
        alone = [*items[:index], replace(items[index], statement=part)]
        found = examine(study(alone, facts, major), facts, major=major, runner=runner)
        if any(one.rule == hazard.rule and one.safer == hazard.safer for one in found[index]):
            return syntax.to_statement(others)
    return ""


def _single_subcommands(statement: Statement) -> Iterator[tuple[Statement, pb.AlterTableStmt]]:
    """Each subcommand as a statement of its own, beside a statement of all the others."""
    node = syntax.unwrap(statement.node)
    if not isinstance(node, pb.AlterTableStmt) or len(node.cmds) < 2:
        return
    for number in range(len(node.cmds)):
        alone, others = pb.AlterTableStmt(), pb.AlterTableStmt()
        alone.CopyFrom(node)
        others.CopyFrom(node)
        del alone.cmds[number + 1 :], alone.cmds[:number], others.cmds[number]
        yield replace(statement, node=syntax.wrap(alone)), others
