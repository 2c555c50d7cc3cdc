"""Which family of statements a parse tree belongs to."""

from collections.abc import Callable

from cockpit.analysis.impact import (
    alter_table,
    composites,
    copying,
    create_table,
    descriptions,
    domains,
    drops,
    extensions,
    functions,
    indexes,
    locking,
    maintenance,
    ownership,
    policies,
    procedures,
    publications,
    queries,
    renames,
    rewrite_rules,
    sequences,
    sessions,
    statistics,
    syntax,
    triggers,
    truncate,
    views,
)
from cockpit.analysis.impact.scene import Scene

Handler = Callable[[Scene, syntax.Node], None]

_FAMILIES = (
    alter_table, copying, create_table, descriptions, domains, drops, extensions, functions,
    indexes, locking, maintenance, ownership, policies, procedures, publications, queries, renames,
    rewrite_rules, sequences, sessions, statistics, triggers, truncate, composites, views,
)  # fmt: skip
HANDLERS: dict[str, Handler] = {
    name: handler for family in _FAMILIES for name, handler in family.HANDLERS.items()
}


def study(scene: Scene, node: syntax.Node) -> None:
    """Find what one statement does; the world is changed as the statement would change it."""
    name = type(node).__name__
    handler = HANDLERS.get(name)
    if handler is None:
        scene.cannot_tell(f"what {scene.kind} locks is not known")
    else:
        handler(scene, node)
