"""What an edit of an applied file would do: its statements against the live schema."""

from collections.abc import Sequence
from dataclasses import replace

from cockpit.analysis.as_written import INDEX, Likeness, likeness
from cockpit.analysis.edited_statements import edited_statements
from cockpit.analysis.impact import predict
from cockpit.database.catalog import read_facts
from cockpit.database.connection import Connection
from cockpit.database.diagnosis import diagnose
from cockpit.database.evidence import examine
from cockpit.deploy.edits import applied_text
from cockpit.deploy.server_side import ServerSide
from cockpit.deploy.source_side import SourceLook, SourceSide
from cockpit.errors import DatabaseError, MigrationError
from cockpit.model.diagnosis import Finding, Presence
from cockpit.model.edit import Change, Edit, EditedStatement
from cockpit.model.evidence import Verdict
from cockpit.model.facts import CatalogFacts
from cockpit.model.impact import Impact
from cockpit.model.migration import Direction, Migration, Phase
from cockpit.model.state import Drift, Standing
from cockpit.sql.effect import EffectKind, effect_of
from cockpit.sql.statements import Statement

_Edited = list[tuple[Change, Statement]]


def read_edit(
    source: SourceSide, server: ServerSide, look: SourceLook, standing: Standing
) -> Edit | None:
    """None for a version that was not edited, or whose applied text nobody kept. Reads only."""
    migration = standing.migration
    if standing.drift is None or migration is None:
        return None
    changes = source.past.of_version(look, standing.version)
    applied = applied_text(look, source.repository, standing, changes)
    if applied is None:
        return None
    text, origin = applied
    edit = Edit(standing.version, standing.name, origin, migration.path, ())
    if standing.drift is not Drift.MEANING:
        return edit
    bounds = [b for phase in migration.up if phase.backfill for b in phase.backfill.bounds]
    after = "\n".join(phase.script for phase in migration.up)
    try:
        found = edited_statements(text, after, path=migration.path, parameters=bounds)
    except MigrationError as error:
        return replace(edit, unreadable=error.what)
    return replace(edit, statements=server.read(lambda reader: _shown(reader, migration, found)))


def _shown(reader: Connection, migration: Migration, found: _Edited) -> tuple[EditedStatement, ...]:
    statements = [statement for _, statement in found]
    findings = _findings(reader, migration, statements)
    indexes = [_index_looks(reader, statement) for statement in statements]
    # Last: it empties the search_path of this transaction.
    facts = _facts(reader)
    impacts = _impacts(facts, found)
    shown = []
    for place, ((change, statement), finding) in enumerate(zip(found, findings, strict=True)):
        looks = Likeness()
        if finding.presence is Presence.PRESENT:
            looks = indexes[place] or likeness(statement.sql, facts)
        shown.append(
            EditedStatement(
                change, statement.line, statement.sql, finding.presence, finding.words,
                impacts.get(place), looks.unlike, looks.uncompared,
            )
        )  # fmt: skip
    return tuple(shown)


def _index_looks(reader: Connection, statement: Statement) -> Likeness | None:
    """None for what makes no index of a name."""
    effect = effect_of(statement.sql)
    if effect is None or effect.kind is not EffectKind.CREATES_INDEX:
        return None
    evidence = examine(reader, effect)
    if evidence.verdict is Verdict.DONE:
        return Likeness(uncompared=INDEX)
    return Likeness((evidence.words,))


def _findings(
    reader: Connection, migration: Migration, statements: Sequence[Statement]
) -> list[Finding]:
    """Each on its own: what one side removes and the other adds must not hide each other."""
    found = []
    for statement in statements:
        phase = Phase("up", Direction.UP, statement.sql, migration.path)
        alone = replace(migration, up=(phase,), down=())
        told = diagnose(reader, alone).findings
        unseen = Finding(statement.line, statement.sql, Presence.UNSEEN, "")
        found.append(told[0] if told else unseen)
    return found


def _facts(reader: Connection) -> CatalogFacts | None:
    try:
        return read_facts(reader)
    except DatabaseError:
        # Predicted from the text alone, and the impact says so.
        return None


def _impacts(facts: CatalogFacts | None, found: _Edited) -> dict[int, Impact]:
    """Of the added ones, in their order, as if they ran now."""
    added = [place for place, (change, _) in enumerate(found) if change is Change.ADDED]
    return dict(zip(added, predict([found[place][1].sql for place in added], facts), strict=True))
