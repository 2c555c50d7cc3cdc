"""System catalogs as rows of text, as far as conditions in migrations look at them."""

from collections.abc import Callable, Iterator

from cockpit.analysis.impact.datatypes import DataTypes
from cockpit.analysis.impact.world import World
from cockpit.model.facts import RelationFacts

CatalogRow = dict[str, str]
"""Column names to values; a row also carries the names of its schema and table."""


def _relation(world: World, oid: int) -> CatalogRow:
    relation = world.relations.get(oid)
    if relation is None:
        return {}
    return {"relname": relation.name, "nspname": relation.schema, "relkind": relation.kind}


def _attributes(world: World) -> Iterator[CatalogRow]:
    for relation in world.relations.values():
        for column in relation.columns:
            yield _relation(world, relation.oid) | {
                "attrelid": str(relation.oid),
                "attname": column.name,
                "attnum": str(column.number),
                "attnotnull": _text(column.not_null),
                "attisdropped": "false",
                "attidentity": column.identity,
            }


def _constraints(world: World) -> Iterator[CatalogRow]:
    for constraint in world.constraints:
        yield _relation(world, constraint.table) | {
            "conname": constraint.name,
            "conrelid": str(constraint.table),
            "contype": constraint.kind,
            "convalidated": _text(constraint.valid),
        }


def _triggers(world: World) -> Iterator[CatalogRow]:
    for trigger in world.triggers:
        yield _relation(world, trigger.table) | {
            "tgname": trigger.name,
            "tgrelid": str(trigger.table),
            "tgisinternal": _text(trigger.internal),
        }


def _types(world: World) -> Iterator[CatalogRow]:
    for found in world.types.values():
        yield {"typname": found.name, "nspname": found.schema, "typtype": found.kind}


def _functions(world: World) -> Iterator[CatalogRow]:
    for function in world.function_by_oid.values():
        if function.schema != "pg_catalog":
            yield {"proname": function.name, "nspname": function.schema}


def _indexes(world: World) -> Iterator[CatalogRow]:
    for index in world.indexes:
        table = world.relations[index.table]
        relation = world.relations[index.oid]
        yield {
            "schemaname": table.schema,
            "tablename": table.name,
            "indexname": relation.name,
        }


def _classes(world: World) -> Iterator[CatalogRow]:
    for relation in world.relations.values():
        schema = str(world.objects.get(("pg_namespace", relation.schema), 0))
        yield _relation(world, relation.oid) | {"oid": str(relation.oid), "relnamespace": schema}


def _namespaces(world: World) -> Iterator[CatalogRow]:
    for schema in world.schemas:
        yield {"nspname": schema, "schema_name": schema}


def _extensions(world: World) -> Iterator[CatalogRow]:
    for catalog, name in world.objects:
        if catalog == "pg_extension":
            yield {"extname": name}


def _policies(world: World) -> Iterator[CatalogRow]:
    for policy in world.policies:
        names = _relation(world, policy.table)
        yield names | {
            "polname": policy.name,
            "policyname": policy.name,
            "polrelid": str(policy.table),
            "tablename": names.get("relname", ""),
            "schemaname": names.get("nspname", ""),
        }


def _of_kinds(kinds: str, name: str) -> Callable[[World], Iterator[CatalogRow]]:
    def rows(world: World) -> Iterator[CatalogRow]:
        for relation in world.relations.values():
            if relation.kind in kinds:
                yield {
                    "schemaname": relation.schema,
                    name: relation.name,
                    "table_schema": relation.schema,
                    "table_name": relation.name,
                    "table_type": _table_type(relation),
                }

    return rows


def _columns(world: World) -> Iterator[CatalogRow]:
    types = DataTypes(world)
    for relation in world.relations.values():
        for column in relation.columns if relation.kind in "rpvmf" else ():
            yield {
                "table_schema": relation.schema,
                "table_name": relation.name,
                "column_name": column.name,
                "is_nullable": "NO" if column.not_null else "YES",
                "udt_name": types.name(types.base(column.type)[0]),
            }


def _table_constraints(world: World) -> Iterator[CatalogRow]:
    words = {"p": "PRIMARY KEY", "u": "UNIQUE", "f": "FOREIGN KEY", "c": "CHECK"}
    for constraint in world.constraints:
        table = world.relations.get(constraint.table)
        if table is not None and constraint.kind in words:
            yield {
                "table_schema": table.schema,
                "constraint_schema": table.schema,
                "table_name": table.name,
                "constraint_name": constraint.name,
                "constraint_type": words[constraint.kind],
            }


def _table_type(relation: RelationFacts) -> str:
    return {"v": "VIEW", "f": "FOREIGN"}.get(relation.kind, "BASE TABLE")


def _text(value: bool) -> str:
    return "true" if value else "false"


CATALOGS: dict[str, Callable[[World], Iterator[CatalogRow]]] = {
    "pg_catalog.pg_attribute": _attributes,
    "pg_catalog.pg_constraint": _constraints,
    "pg_catalog.pg_trigger": _triggers,
    "pg_catalog.pg_policy": _policies,
    "pg_catalog.pg_policies": _policies,
    "pg_catalog.pg_type": _types,
    "pg_catalog.pg_proc": _functions,
    "pg_catalog.pg_indexes": _indexes,
    "pg_catalog.pg_tables": _of_kinds("rp", "tablename"),
    "pg_catalog.pg_views": _of_kinds("v", "viewname"),
    "pg_catalog.pg_matviews": _of_kinds("m", "matviewname"),
    "pg_catalog.pg_sequences": _of_kinds("S", "sequencename"),
    "pg_catalog.pg_extension": _extensions,
    "information_schema.columns": _columns,
    "information_schema.table_constraints": _table_constraints,
    "information_schema.tables": _of_kinds("rpvf", "table_name"),
    "information_schema.views": _of_kinds("v", "table_name"),
    "information_schema.schemata": _namespaces,
    "pg_catalog.pg_class": _classes,
    "pg_catalog.pg_namespace": _namespaces,
}
"""Most detailed first: of a join the first one is read."""
