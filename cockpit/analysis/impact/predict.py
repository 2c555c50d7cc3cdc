"""What statements will do to relations that exist, told without running them."""

from collections.abc import Hashable, Iterable, Sequence
from contextlib import suppress

import postgast

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.event_triggers import fire
from cockpit.analysis.impact.refusals import foresee
from cockpit.analysis.impact.scene import Refused, Scene
from cockpit.analysis.impact.snapshot import facts_of
from cockpit.analysis.impact.study import study
from cockpit.analysis.impact.world import World
from cockpit.model.facts import CatalogFacts
from cockpit.model.impact import Impact
from cockpit.sql.kind import kind_of

Statement = str | syntax.Node
"""SQL text holding one statement, or its parse tree (a `Node` or the message inside)."""


def predict(
    statements: Iterable[Statement],
    facts: CatalogFacts | None = None,
    server_major: int = 18,
    transactions: Sequence[Hashable | None] = (),
) -> tuple[Impact, ...]:
    """One impact a statement, in order.

    `transactions`: which of them share one, None for a statement alone; what one of them makes is
    there for others when it is over. Without them nothing is committed in between.

    Every statement meets what the ones before it left: their settings, tables, columns and
    constraints. A relation that one of them created blocks nobody and is not named. Without
    facts every relation is believed to exist as the text uses it, and notes say what the
    catalog would decide; `server_major` counts only then.
    """
    world = World(facts, facts.major if facts else server_major)
    impacts: list[Impact] = []
    for place, statement in enumerate(statements):
        if transactions and place and _is_over(transactions, place - 1):
            world.commit()
        impacts.append(_predict_one(world, statement))
    return tuple(impacts)


def _is_over(transactions: Sequence[Hashable | None], place: int) -> bool:
    """Whether the transaction of a statement ends with it."""
    return transactions[place] is None or transactions[place] != transactions[place + 1]


def follow(
    statements: Iterable[Statement], facts: CatalogFacts | None = None, server_major: int = 18
) -> CatalogFacts:
    """The catalog as these statements would leave it, as far as it matters to a prediction.

    Without facts they start in an empty database. Raises postgast's PgQueryError.
    """
    facts = facts or CatalogFacts(version=server_major * 10000)
    world = World(facts, facts.major)
    for statement in statements:
        for node in _nodes(statement):
            with suppress(Refused):
                study(Scene(world, "", study), node)
    return facts_of(world)


def _predict_one(world: World, statement: Statement) -> Impact:
    try:
        nodes = _nodes(statement)
    except postgast.PgQueryError as error:
        return Impact("unreadable", unknown=True, notes=(f"PostgreSQL cannot parse it: {error}",))
    if not nodes:
        return Impact("empty")
    scene = Scene(world, kind_of(syntax.wrap(nodes[0])), study)
    for node in nodes:
        foresee(scene, node)
        with suppress(Refused):
            study(scene, node)
            fire(scene, node)
    world.uncertain |= scene.unknown
    return scene.impact()


def _nodes(statement: Statement) -> tuple[syntax.Node, ...]:
    if isinstance(statement, str):
        return syntax.parse(statement)
    if isinstance(statement, postgast.pg_query_pb2.RawStmt):
        return (syntax.unwrap(statement.stmt),)
    if isinstance(statement, postgast.pg_query_pb2.Node):
        return (syntax.unwrap(statement),)
    return (statement,)
