"""Small catalogs for tests: written in SQL, followed in memory, then taken as what is there."""

from dataclasses import replace

from cockpit.analysis.impact import follow, predict
from cockpit.analysis.impact.predict import Statement
from cockpit.model.facts import (
    CastFacts,
    CatalogFacts,
    ObjectFacts,
    OperatorClassFacts,
    TypeFacts,
)
from cockpit.model.impact import Impact

INT2, INT4, INT8, TEXT, VARCHAR, BPCHAR = 21, 23, 20, 25, 1043, 1042
NUMERIC, TIMESTAMP, TIMESTAMPTZ, UUID = 1700, 1114, 1184, 2950
_TYPES = {
    INT2: "int2", INT4: "int4", INT8: "int8", TEXT: "text", VARCHAR: "varchar", BPCHAR: "bpchar",
    NUMERIC: "numeric", TIMESTAMP: "timestamp", TIMESTAMPTZ: "timestamptz", UUID: "uuid",
}  # fmt: skip
_BINARY = ((VARCHAR, TEXT), (TEXT, VARCHAR), (TEXT, BPCHAR), (VARCHAR, BPCHAR))
_LENGTHS = (VARCHAR, BPCHAR, NUMERIC, TIMESTAMP, TIMESTAMPTZ)
_COMPARED = (INT2, INT4, INT8, TEXT, BPCHAR, NUMERIC, TIMESTAMP, TIMESTAMPTZ, UUID)


def types_of_postgresql() -> CatalogFacts:
    """PostgreSQL's own types, casts and operator classes, as far as the tests name them."""
    casts = [CastFacts(source, target, "b", "i") for source, target in _BINARY]
    casts += [CastFacts(oid, oid, "f", "i") for oid in _LENGTHS]
    return CatalogFacts(
        version=180000,
        objects=(ObjectFacts("pg_namespace", 2200, "public"),),
        types=tuple(TypeFacts(oid, "pg_catalog", name) for oid, name in _TYPES.items()),
        casts=tuple(casts),
        classes=tuple(
            OperatorClassFacts(oid + 100000, f"{_TYPES[oid]}_ops", "btree", oid, oid, True)
            for oid in _COMPARED
        ),
    )


def catalog(schema: str, major: int = 18, **settings: str) -> CatalogFacts:
    """What a catalog holds after this script ran in an empty database."""
    facts = replace(types_of_postgresql(), version=major * 10000, settings=settings)
    return follow([schema], facts)


def impact(statement: Statement, schema: str = "", *, major: int = 18, **settings: str) -> Impact:
    """The prediction for the last statement, against a catalog made by the schema script."""
    return predict([statement], catalog(schema, major, **settings))[-1]


def locks(found: Impact) -> dict[str, str]:
    """Relations without `public.`, and the modes they are locked in, as SQL writes them."""
    return {lock.relation.removeprefix("public."): lock.mode.words for lock in found.locks}
