"""The catalog as it is when the next statement starts: facts, and what earlier ones did."""

from collections.abc import Iterator
from dataclasses import replace

from cockpit.analysis.impact.postponed import Postponed
from cockpit.analysis.impact.savepoints import Savepoints
from cockpit.analysis.impact.shelf import ForeignKeys, Shelf
from cockpit.model.facts import (
    CatalogFacts,
    ColumnFacts,
    ConstraintFacts,
    DependencyFacts,
    FunctionFacts,
    IndexFacts,
    PolicyFacts,
    RelationFacts,
    RuleFacts,
    StatisticsFacts,
    TriggerFacts,
    TypeFacts,
)

TEMPORARY = "pg_temp"
_SYSTEM = ("pg_catalog", "information_schema", "pg_toast")
_FIRST_NORMAL_OID = 16384
"""What initdb makes is below: a table that somebody moved to pg_catalog is not the system's."""


class World:
    """A catalog that statements change. Without facts every name is believed to exist."""

    def __init__(self, facts: CatalogFacts | None, major: int) -> None:
        self.assumes = facts is None
        """No catalog was read: relations come into being when they are named."""
        self.facts = facts = facts or CatalogFacts(version=major * 10000)
        self.major = major
        self.settings = {name.lower(): value for name, value in facts.settings.items()}
        self.search_path = list(facts.search_path)
        self.objects = {(o.catalog, o.name): o.oid for o in facts.objects}
        """Schemas, extensions, servers, ... by their catalog and name."""
        self.schemas = {name for catalog, name in self.objects if catalog == "pg_namespace"}
        self.relations = {relation.oid: relation for relation in facts.relations}
        self.names = {(_spoken(r), r.name): r.oid for r in facts.relations}
        self.committed = {r.oid: r.full_name for r in facts.relations if r.persistence != "t"}
        """Names that others know; what a statement of the list created has none."""
        self.published: dict[int, str] = {}
        """Names that others know since an earlier statement of the list committed."""
        self.indexes: Shelf[IndexFacts] = Shelf(facts.indexes)
        self.constraints = ForeignKeys(facts.constraints)
        self.triggers: Shelf[TriggerFacts] = Shelf(facts.triggers)
        self.rules: Shelf[RuleFacts] = Shelf(facts.rules)
        self.policies: Shelf[PolicyFacts] = Shelf(facts.policies)
        self.statistics: Shelf[StatisticsFacts] = Shelf(facts.statistics)
        self.types = {found.oid: found for found in facts.types}
        self._type_names = {(t.schema, t.name): t.oid for t in facts.types}
        self.domain_constraints = {c.oid: c for c in facts.constraints if c.domain}
        self._functions: dict[str, list[FunctionFacts]] = {}
        self.function_by_oid = {function.oid: function for function in facts.functions}
        for function in facts.functions:
            self.add_function(function)
        self.publications = {publication.name: publication for publication in facts.publications}
        self.prepared: dict[str, object] = {}
        """Statements of PREPARE, by name."""
        self.cursors: dict[str, object] = {}
        """Queries of DECLARE that no FETCH has begun to run, by the cursor's name."""
        self.role = facts.role
        self.uncertain = False
        """Some earlier statement may have changed what is here without being understood."""
        self.postponed = Postponed()
        """What is checked or fired at COMMIT, or when SET CONSTRAINTS says so."""
        self.savepoints = Savepoints()
        self._children: dict[int, list[int]] = {}
        for child, parent in facts.inheritance:
            self.inherit(child, parent)
        self.dependents: dict[tuple[str, int], list[DependencyFacts]] = {}
        """What needs an object, by its catalog and OID."""
        self.requirements: dict[tuple[str, int], list[DependencyFacts]] = {}
        """What an object needs."""
        for dependency in facts.dependencies:
            self.depend(dependency)
        self._last_oid = min((0, *self.relations, *self.types, *self.function_by_oid))
        self._last_oid = min((self._last_oid, *(c.oid for c in facts.constraints)))

    def new_oid(self) -> int:
        """A number no object of the facts has."""
        self._last_oid -= 1
        return self._last_oid

    def commit(self) -> None:
        """What was made so far is there for others, under the name it has now."""
        self.published = {
            relation.oid: relation.full_name
            for relation in self.relations.values()
            if relation.oid not in self.committed and relation.persistence != "t"
        }

    # Settings

    def set_search_path(self, schemas: list[str]) -> None:
        """SET search_path: schemas that do not exist are passed over."""
        path = [self.facts.role if name == "$user" else name for name in schemas]
        self.search_path = [s for s in path if self.assumes or s in self.schemas]

    def reset_setting(self, name: str) -> None:
        """RESET of one setting, back to what the session began with."""
        start = {key.lower(): value for key, value in self.facts.settings.items()}
        self.settings.pop(name, None)
        if name in start:
            self.settings[name] = start[name]
        if name == "search_path":
            self.search_path = list(self.facts.search_path)

    def reset_settings(self) -> None:
        """RESET ALL."""
        for name in (*self.settings, "search_path"):
            self.reset_setting(name)

    # Names

    def find(self, schema: str, name: str) -> RelationFacts | None:
        """The relation of that name; an empty schema means the search path."""
        for place in (schema,) if schema else (TEMPORARY, "pg_catalog", *self.search_path):
            oid = self.names.get((place, name))
            if oid is not None:
                return self.relations[oid]
        return None

    def assume(self, schema: str, name: str, kind: str = "r") -> RelationFacts:
        """Believe that a relation exists about which only the name is known."""
        relation = RelationFacts(self.new_oid(), schema or self.creation_schema, name, kind)
        self.add(relation)
        self.committed[relation.oid] = f"{schema}.{name}" if schema else name
        return relation

    @property
    def creation_schema(self) -> str:
        """Where an unqualified CREATE puts its object."""
        return next(iter(self.search_path), "public")

    def is_assumed(self, relation: RelationFacts) -> bool:
        """Nothing but the name is known."""
        return self.assumes and relation.oid in self.committed

    # Relations

    def add(self, relation: RelationFacts) -> None:
        """A relation comes into being."""
        self.relations[relation.oid] = relation
        self.names[_spoken(relation), relation.name] = relation.oid

    def remove(self, oid: int) -> None:
        """A relation is gone, with what hangs on it."""
        relation = self.relations.pop(oid, None)
        if relation is None:
            return
        self.names.pop((_spoken(relation), relation.name), None)
        self.disinherit(oid)
        self.indexes.drop(oid)
        for index in self.indexes.of(oid):
            self.remove(index.oid)
        for constraint in self.constraints.of(oid):
            self.constraints.drop(constraint.oid)
        for trigger in self.triggers.of(oid):
            self.triggers.drop(trigger.oid)

    def change(self, relation: RelationFacts, **changes: object) -> RelationFacts:
        """Replace some of its facts; a new name or schema counts at once."""
        changed: RelationFacts = replace(relation, **changes)  # type: ignore[arg-type]
        self.names.pop((_spoken(relation), relation.name), None)
        self.add(changed)
        return changed

    def change_column(
        self, relation: RelationFacts, name: str, /, **changes: object
    ) -> RelationFacts:
        """Replace facts of one column."""
        columns = tuple(
            replace(column, **changes) if column.name == name else column  # type: ignore[arg-type]
            for column in relation.columns
        )
        return self.change(relation, columns=columns)

    def add_column(self, relation: RelationFacts, column: ColumnFacts) -> RelationFacts:
        """Append a column; its number follows the last one."""
        number = max((c.number for c in relation.columns), default=0) + 1
        column = replace(column, number=number)
        return self.change(relation, columns=(*relation.columns, column))

    def type_named(self, schema: str, name: str) -> TypeFacts | None:
        """The type of that full name."""
        return self.types.get(self._type_names.get((schema, name), 0))

    def add_type(self, found: TypeFacts) -> None:
        """A type comes into being, or changes."""
        self.types[found.oid] = found
        self._type_names[found.schema, found.name] = found.oid

    def columns_of_type(self, oid: int) -> Iterator[tuple[RelationFacts, ColumnFacts]]:
        """Every column of this very type."""
        for relation in list(self.relations.values()):
            for column in relation.columns:
                if column.type == oid:
                    yield relation, column

    def add_schema(self, name: str) -> None:
        """A schema comes into being, unless it exists."""
        self.schemas.add(name)
        self.objects.setdefault(("pg_namespace", name), self.new_oid())

    def rename_schema(self, old: str, new: str) -> None:
        """Everything in a schema gets another first name."""
        for relation in list(self.relations.values()):
            if relation.schema == old:
                self.change(relation, schema=new)
        self.schemas = {new if schema == old else schema for schema in self.schemas}
        self.search_path = [schema for schema in self.search_path if schema != old]

    # Inheritance

    def inherit(self, child: int, parent: int) -> None:
        """The child becomes one of the parent."""
        self._children.setdefault(parent, []).append(child)

    def disinherit(self, child: int, parent: int | None = None) -> None:
        """The child leaves this parent, or all of them."""
        for owner, children in self._children.items():
            if child in children and parent in (None, owner):
                children.remove(child)

    def inheritance(self) -> Iterator[tuple[int, int]]:
        """Pairs of child and parent."""
        for parent, children in self._children.items():
            yield from ((child, parent) for child in children)

    def children(self, oid: int) -> list[RelationFacts]:
        """Direct children, partitions included."""
        return [self.relations[o] for o in self._children.get(oid, ()) if o in self.relations]

    def parents(self, oid: int) -> list[RelationFacts]:
        """Direct parents."""
        owners = [owner for owner, children in self._children.items() if oid in children]
        return [self.relations[owner] for owner in owners if owner in self.relations]

    def tree(self, oid: int) -> Iterator[RelationFacts]:
        """The relation itself and all its descendants."""
        seen: set[int] = set()
        pending = [oid]
        while pending:
            current = pending.pop(0)
            if current not in seen and current in self.relations:
                seen.add(current)
                yield self.relations[current]
                pending += self._children.get(current, ())

    def default_partition(self, parent: int) -> RelationFacts | None:
        """The partition that takes what no other one takes."""
        return next((c for c in self.children(parent) if c.bound == "DEFAULT"), None)

    # What needs what

    def add_function(self, function: FunctionFacts) -> None:
        """A function comes into being, or is replaced by one with the same arguments."""
        others = self._functions.setdefault(function.name, [])
        same = (function.schema, function.arguments)
        self.function_by_oid[function.oid] = function
        others[:] = [f for f in others if (f.schema, f.arguments) != same] + [function]

    def depend(self, dependency: DependencyFacts) -> None:
        """One object needs another from now on."""
        key = (dependency.needs_catalog, dependency.needs)
        self.dependents.setdefault(key, []).append(dependency)
        key = (dependency.catalog, dependency.object)
        self.requirements.setdefault(key, []).append(dependency)

    def forget(self, catalog: str, oid: int, column: int) -> None:
        """What is gone needs nothing any more; column 0 stands for the whole object."""
        for need in list(self.requirements.get((catalog, oid), ())):
            if column in (0, need.column):
                self.release(need)

    def release(self, need: DependencyFacts) -> None:
        """The object does not need the other one any more."""
        self.requirements[need.catalog, need.object].remove(need)
        self.dependents[need.needs_catalog, need.needs].remove(need)

    def functions_named(self, schema: str, name: str) -> list[FunctionFacts]:
        """Functions of that name, in that schema unless it is empty."""
        return [f for f in self._functions.get(name, ()) if schema in ("", f.schema)]

    def find_functions(self, schema: str, name: str, arguments: int) -> list[FunctionFacts]:
        """Functions that a call by this name with so many arguments may mean."""
        return [
            f
            for f in self.functions_named(schema, name)
            if f.variadic or len(f.arguments) - f.optional <= arguments <= len(f.arguments)
        ]

    def references_to(self, table: int) -> list[ConstraintFacts]:
        """Foreign keys that point to this table, those within it included."""
        return self.constraints.to(table)

    def owned_sequences(self, table: int, column: int = 0) -> list[RelationFacts]:
        """Sequences of serial and identity columns, or made OWNED BY one; of all columns for 0."""
        found = [
            d.object
            for d in self.dependents.get(("pg_class", table), ())
            if d.catalog == "pg_class"
            and d.needs_column > 0
            and d.kind in "ai"
            and column in (0, d.needs_column)
        ]
        related = (self.relations.get(oid) for oid in dict.fromkeys(found))
        return [relation for relation in related if relation and relation.kind == "S"]


def is_system(relation: RelationFacts) -> bool:
    """Catalogs and their like: locked in passing by everything, and never reported."""
    return relation.schema in _SYSTEM and relation.oid < _FIRST_NORMAL_OID


def _spoken(relation: RelationFacts) -> str:
    return TEMPORARY if relation.persistence == "t" else relation.schema
