"""Subcommands of ALTER TABLE that the catalog shows the server to refuse."""

from collections import Counter
from collections.abc import Callable, Iterator

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import column_refusals, syntax
from cockpit.analysis.impact.datatypes import SERIALS, DataTypes
from cockpit.analysis.impact.scene import Scene
from cockpit.analysis.impact.world import World
from cockpit.model.facts import ColumnFacts, ConstraintFacts, RelationFacts

_ON_COLUMN = (
    pb.AT_ColumnDefault, pb.AT_DropNotNull, pb.AT_SetNotNull, pb.AT_SetExpression,
    pb.AT_SetStatistics, pb.AT_SetOptions, pb.AT_ResetOptions, pb.AT_SetStorage,
    pb.AT_SetCompression, pb.AT_DropColumn, pb.AT_AlterColumnType, pb.AT_AddIdentity,
    pb.AT_SetIdentity, pb.AT_DropIdentity,
)  # fmt: skip
_INDEXED = (pb.CONSTR_PRIMARY, pb.CONSTR_UNIQUE)
_USES = {"pg_rewrite": "a view or rule", "pg_trigger": "a trigger", "pg_policy": "a policy"}


def reasons(scene: Scene, table: RelationFacts, node: pb.AlterTableStmt) -> Iterator[str]:
    """Why, subcommand by subcommand."""
    commands = [item.alter_table_cmd for item in node.cmds]
    altered = _Altered(scene, table, commands, only=not node.relation.inh)
    for command in commands:
        yield from altered.reasons(command)


class _Altered:
    """One table under one statement."""

    def __init__(
        self,
        scene: Scene,
        table: RelationFacts,
        commands: list[pb.AlterTableCmd],
        *,
        only: bool,
    ) -> None:
        self.scene, self.world, self.table = scene, scene.world, table
        self.has_children = bool(scene.world.children(table.oid))
        self.only = only and self.has_children
        added = [c for c in commands if c.subtype == pb.AT_AddColumn]
        self.added = {getattr(c, "def").column_def.colname for c in added}
        changes = Counter(c.name for c in commands)
        self.settled = {name for name, count in changes.items() if name and count > 1}
        """Columns that several subcommands change: the catalog does not say how they will be."""
        self.dropped = {c.name for c in commands if c.subtype == pb.AT_DropColumn}
        made = [getattr(c, "def").constraint for c in commands if c.subtype == pb.AT_AddConstraint]
        self.added_constraints = {constraint.conname for constraint in made}
        """With an empty name where the server chooses one."""
        self.dropped_constraints = {c.name for c in commands if c.subtype == pb.AT_DropConstraint}

    def reasons(self, command: pb.AlterTableCmd) -> Iterator[str]:
        column = self.table.column(command.name)
        if command.subtype in _ON_COLUMN:
            known = column is not None or command.name in self.added or command.missing_ok
            if not known and command.name and not command.name.isdigit():
                yield f"column {command.name} of {self.table.name} does not exist"
            if column is None:
                return
        if column is not None and column.name not in self.settled:
            yield from column_refusals.reasons(self.table, command, column)
        check = _CHECKS.get(command.subtype)
        if check is not None:
            yield from check(self, command, column)

    def add_column(self, command: pb.AlterTableCmd, _: ColumnFacts | None) -> Iterator[str]:
        definition = getattr(command, "def").column_def
        name = definition.colname
        exists = self.table.column(name) is not None and name not in self.dropped
        if exists and not command.missing_ok:
            yield f"column {name} of {self.table.name} exists already"
        if exists:
            return
        if self.table.partition:
            yield f"{self.table.name} is a partition, and gets its columns from its parent"
        if self.only:
            yield "the column must be added to child tables too"
        kinds = {item.constraint.contype for item in definition.constraints}
        names = syntax.words(definition.type_name.names)
        filled = kinds & {pb.CONSTR_DEFAULT, pb.CONSTR_IDENTITY, pb.CONSTR_GENERATED}
        filled |= {1} if names[-1:] and names[-1] in SERIALS else set()
        types = DataTypes(self.world)
        oid, _typmod = types.resolve(definition.type_name)
        if not types.exists(names) and not definition.type_name.pct_type:
            yield f"type {'.'.join(names)} does not exist"
        refuses = kinds & {pb.CONSTR_NOTNULL, pb.CONSTR_PRIMARY}
        if refuses and not filled and self.table.rows > 0 and not _has_default(self.world, oid):
            yield f"the rows of {self.table.name} have no value for {name}"

    def drop_column(self, command: pb.AlterTableCmd, column: ColumnFacts) -> Iterator[str]:
        if self._is_key(column):
            yield f"{column.name} is part of the partition key of {self.table.name}"
        elif column.ancestors:
            yield f"{self.table.name} inherits {column.name}"
        elif self.only and self.table.kind == "p":
            yield "the column must be dropped from the partitions too"

    def change_type(self, command: pb.AlterTableCmd, column: ColumnFacts) -> Iterator[str]:
        if column.ancestors:
            yield f"{self.table.name} inherits {column.name}"
        if self._is_key(column):
            yield f"{column.name} is part of the partition key of {self.table.name}"
        if self.only:
            yield "the type must be changed in child tables too"
        types = DataTypes(self.world)
        oid, _ = types.resolve(getattr(command, "def").column_def.type_name)
        if column.identity and types.name(oid) not in ("int2", "int4", "int8"):
            yield f"{column.name} is an identity column, so it must be an integer"
        yield from self._uses(column)

    def _uses(self, column: ColumnFacts) -> Iterator[str]:
        for found in self.world.dependents.get(("pg_class", self.table.oid), ()):
            if found.needs_column != column.number:
                continue
            if found.catalog in _USES and found.kind == "n":
                yield f"{_USES[found.catalog]} uses {column.name}"
            elif found.catalog == "pg_attrdef":
                owners = self.world.requirements.get(("pg_attrdef", found.object), ())
                generated = {o.needs_column for o in owners if o.kind in "ia"} - {column.number}
                named = [c.name for c in self.table.columns if c.generated]
                if named and generated:
                    yield f"generated column {', '.join(named)} uses {column.name}"

    def set_not_null(self, _: pb.AlterTableCmd, column: ColumnFacts) -> Iterator[str]:
        """With ONLY the partitions must refuse nulls already."""
        partitions = self.world.children(self.table.oid) if self.table.kind == "p" else []
        found = [child.column(column.name) for child in partitions]
        if self.only and not column.not_null and any(c and not c.not_null for c in found):
            yield f"{column.name} must be NOT NULL in the partitions too"

    def drop_not_null(self, command: pb.AlterTableCmd, column: ColumnFacts) -> Iterator[str]:
        keys = [c for c in self._constraints("p") if c.name not in self.dropped_constraints]
        if any(column.number in key.columns for key in keys):
            yield f"{column.name} is in the primary key"
        if column.identity:
            yield f"{column.name} is an identity column"

    def add_constraint(self, command: pb.AlterTableCmd, _: ColumnFacts | None) -> Iterator[str]:
        constraint = getattr(command, "def").constraint
        taken = {c.name for c in self.world.constraints.of(self.table.oid)}
        taken -= self.dropped_constraints
        if constraint.conname in taken and not constraint.indexname:
            yield f"constraint {constraint.conname} of {self.table.name} exists already"
        kind = constraint.contype
        keys = [c for c in self._constraints("p") if c.name not in self.dropped_constraints]
        if kind == pb.CONSTR_PRIMARY and keys:
            yield f"{self.table.name} has a primary key already"
        if kind == pb.CONSTR_CHECK and self.only and not constraint.is_no_inherit:
            yield "the constraint must be added to child tables too"
        if kind in _INDEXED and self.table.kind == "p" and constraint.keys:
            numbers = set(self.table.numbers(syntax.words(constraint.keys)))
            if self.table.key and not set(self.table.key.columns) <= numbers | {0}:
                yield "the constraint must have every column of the partition key"
        if kind == pb.CONSTR_FOREIGN:
            yield from self._foreign_key(constraint)

    def _foreign_key(self, constraint: pb.Constraint) -> Iterator[str]:
        target = self.scene.find(constraint.pktable)
        if target is None:
            if self.world.find(constraint.pktable.schemaname, constraint.pktable.relname) is None:
                yield f"relation {constraint.pktable.relname} does not exist"
            return
        if constraint.skip_validation and self.table.kind == "p" and self.world.major < 18:
            yield "a partitioned table takes no foreign key that is NOT VALID"
        if self.table.kind == "p" and self.only:
            yield "a foreign key of a partitioned table cannot be of it ONLY"
        own, theirs = constraint.fk_attrs, constraint.pk_attrs
        for name in syntax.words(own):
            if self.table.column(name) is None and name not in self.added:
                yield f"column {name} of {self.table.name} does not exist"
        if theirs and len(own) != len(theirs):
            yield "the foreign key has more columns on one side than on the other"
        wanted = target.numbers(syntax.words(constraint.pk_attrs))
        indexes = self.world.indexes.of(target.oid)
        usable = [i for i in indexes if i.unique and not i.predicate and not i.expressions]
        if target.oid == self.table.oid:
            return
        if not constraint.pk_attrs:
            if not any(i.primary for i in usable):
                yield f"{target.name} has no primary key"
        elif not any(set(i.columns[: i.keys]) == set(wanted) for i in usable):
            yield f"no unique index of {target.name} has just these columns"

    def drop_constraint(self, command: pb.AlterTableCmd, _: ColumnFacts | None) -> Iterator[str]:
        found = self._named(command.name)
        if found is None and not command.missing_ok:
            yield f"constraint {command.name} of {self.table.name} does not exist"
        elif found is not None and found.ancestors:
            yield f"{self.table.name} inherits {command.name}"

    def validate(self, command: pb.AlterTableCmd, _: ColumnFacts | None) -> Iterator[str]:
        found = self._named(command.name)
        if found is None:
            if not {command.name, ""} & self.added_constraints:
                yield f"constraint {command.name} of {self.table.name} does not exist"
        elif found.kind not in "cfn":
            yield f"{command.name} is neither a check nor a foreign key"

    def set_options(self, command: pb.AlterTableCmd, _: ColumnFacts | None) -> Iterator[str]:
        if self.table.kind == "p":
            yield f"{self.table.name} is partitioned, and has no storage parameters"

    def _is_key(self, column: ColumnFacts) -> bool:
        return self.table.key is not None and column.number in self.table.key.columns

    def _constraints(self, kind: str) -> list[ConstraintFacts]:
        return [c for c in self.world.constraints.of(self.table.oid) if c.kind == kind]

    def _named(self, name: str) -> ConstraintFacts | None:
        constraints = self.world.constraints.of(self.table.oid)
        return next((c for c in constraints if c.name == name), None)


def _has_default(world: World, oid: int) -> bool:
    return DataTypes(world).default_of(oid) is not None


_CHECKS: dict[int, Callable[..., Iterator[str]]] = {
    pb.AT_AddColumn: _Altered.add_column,
    pb.AT_DropColumn: _Altered.drop_column,
    pb.AT_AlterColumnType: _Altered.change_type,
    pb.AT_SetNotNull: _Altered.set_not_null,
    pb.AT_DropNotNull: _Altered.drop_not_null,
    pb.AT_AddConstraint: _Altered.add_constraint,
    pb.AT_DropConstraint: _Altered.drop_constraint,
    pb.AT_ValidateConstraint: _Altered.validate,
    pb.AT_SetRelOptions: _Altered.set_options,
}
