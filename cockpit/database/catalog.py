"""The facts that decide lock impact, read in two round trips; only views and rules cost a lock."""

from collections.abc import Mapping
from typing import Any

from cockpit.database.connection import Reader
from cockpit.database.queries import query
from cockpit.model.attached import AttachedFacts, DefaultRightsFacts
from cockpit.model.facts import (
    CastFacts,
    CatalogFacts,
    ColumnFacts,
    ConstraintFacts,
    DependencyFacts,
    EventTriggerFacts,
    FunctionFacts,
    IndexFacts,
    ObjectFacts,
    OperatorClassFacts,
    PartitionKey,
    PolicyFacts,
    PublicationFacts,
    RelationFacts,
    RuleFacts,
    StatisticsFacts,
    TriggerFacts,
    TypeFacts,
)

Row = dict[str, Any]

_FAMILIES: Mapping[str, type] = {
    "indexes": IndexFacts,
    "constraints": ConstraintFacts,
    "triggers": TriggerFacts,
    "event_triggers": EventTriggerFacts,
    "rules": RuleFacts,
    "policies": PolicyFacts,
    "statistics": StatisticsFacts,
    "types": TypeFacts,
    "functions": FunctionFacts,
    "casts": CastFacts,
    "classes": OperatorClassFacts,
    "objects": ObjectFacts,
    "publications": PublicationFacts,
    "dependencies": DependencyFacts,
    "attached": AttachedFacts,
    "default_rights": DefaultRightsFacts,
}
_NO_SEARCH_PATH = "SELECT pg_catalog.set_config('search_path', '', true)"


def read_facts(reader: Reader) -> CatalogFacts:
    """Everything the prediction needs, from one snapshot when a transaction is open.

    Reads only. Printing the definitions of views and rules takes ACCESS SHARE on the relations
    they name, until the transaction ends; other tables are not locked. A look waits for whoever
    holds ACCESS EXCLUSIVE on one of these, no longer than its lock_timeout.

    Inside a transaction (`Connection.look`) `search_path` is emptied until its end, so that
    expressions come back with every name qualified; outside, names of the search path come back
    bare, which the prediction understands as well.
    """
    version, search_path, settings, role, unbound = reader.rows(query("facts_session"))[0]
    reader.rows(_NO_SEARCH_PATH)
    found: dict[str, list[Row]] = dict(reader.rows(_everything()))
    families: dict[str, Any] = {
        name: _values(kind, found[name]) for name, kind in _FAMILIES.items()
    }
    return CatalogFacts(
        version=version,
        search_path=tuple(search_path),
        settings=settings or {},
        role=role,
        unbound=tuple(unbound),
        relations=tuple(_relation(row) for row in found["relations"]),
        inheritance=tuple((row["child"], row["parent"]) for row in found["inheritance"]),
        **families,
    )


def _everything() -> str:
    """One statement with a row for every family: its name and all of it as JSON."""
    names = ("relations", "inheritance", *_FAMILIES)
    parts = [
        f"SELECT '{name}', coalesce(json_agg(entry), '[]') FROM ({query('facts_' + name)}) entry"  # noqa: S608
        for name in names
    ]
    return " UNION ALL ".join(parts)


def _values(kind: type, rows: list[Row]) -> tuple[Any, ...]:
    """Frozen values from rows with the names of their fields; tens of thousands at once."""
    if kind is IndexFacts:
        rows = [row | {"uses": frozenset(row["uses"])} for row in rows]
    if kind in (TriggerFacts, FunctionFacts):
        rows = [_without_nulls(row) for row in rows]
    return tuple(
        kind(**{name: tuple(v) if v.__class__ is list else v for name, v in row.items()})
        for row in rows
    )


def _without_nulls(row: Row) -> Row:
    """An array that is null has nothing in it; a condition that is null is none."""
    return {
        name: () if value is None and name != "condition" else value for name, value in row.items()
    }


def _relation(row: Row) -> RelationFacts:
    columns = tuple(ColumnFacts(**column) for column in row.pop("columns") or ())
    key = row.pop("key")
    divided = PartitionKey(**key | {"columns": tuple(key["columns"])}) if key else None
    span = row.pop("range")
    return RelationFacts(**row, columns=columns, key=divided, range=tuple(span) if span else None)
