"""The facts of a target with what its planner expects of the statements that are to run."""

from collections.abc import Iterable
from dataclasses import replace

from cockpit.analysis.hazards.asking import questions
from cockpit.database.expected import expected_rows
from cockpit.deploy.server_side import ServerSide
from cockpit.errors import DatabaseError
from cockpit.model.facts import CatalogFacts


def with_expected(server: ServerSide, facts: CatalogFacts, sqls: Iterable[str]) -> CatalogFacts:
    """The same facts with rows by query; nothing is run. Without an answer as they came."""
    asked = questions(sqls, facts)
    try:
        return replace(facts, expected=expected_rows(server.reading(), asked) if asked else {})
    except DatabaseError:
        return facts
