"""What rows that are written set in motion: defaults, rules, triggers, foreign keys."""

from enum import IntFlag

from postgast import PgQueryError
from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.bounds import Point, constant
from cockpit.analysis.impact.partitioning import route
from cockpit.analysis.impact.procedures import run
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import ColumnFacts, ConstraintFacts, RelationFacts, TriggerFacts
from cockpit.model.locks import LockMode

_RX, _ROW_SHARE = LockMode.ROW_EXCLUSIVE, LockMode.ROW_SHARE


class Event(IntFlag):
    """Bits of `pg_trigger.tgtype`."""

    INSERT = 4
    DELETE = 8
    UPDATE = 16


class Writer:
    """Follows the writes of one statement; rows are taken to be found wherever they may be."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.world = scene.world

    def insert(self, table: RelationFacts, node: pb.InsertStmt) -> None:
        """New rows in one table or view."""
        self._lock(table)
        if self._rules(table, Event.INSERT):
            return
        given = {item.res_target.name for item in node.cols}
        given = given or {column.name for column in table.columns}
        for member in self._destinations(table, node):
            self._lock(member)
            self._fire(member, Event.INSERT, set())
        omitted = [c for c in table.columns if c.name not in given or _is_default(node, table, c)]
        for column in omitted:
            self._default(table, column)
        filled = given - {c.name for c in omitted if c.default is None}
        filled |= {c.name for c in omitted if c.default is not None}
        self._look_up_parents(table, filled - self._nulls(table, node))
        if node.on_conflict_clause.action == pb.ONCONFLICT_UPDATE:
            columns = {i.res_target.name for i in node.on_conflict_clause.target_list}
            self.update(table, columns, tree=False)

    def update(self, table: RelationFacts, columns: set[str], *, tree: bool) -> None:
        """New values in these columns."""
        if self._rules(table, Event.UPDATE):
            return
        for member in self._members(table, tree):
            self._fire(member, Event.UPDATE, columns)
        self._look_up_parents(table, columns)
        changed = set(table.numbers(tuple(columns)))
        for key in self.world.references_to(table.oid):
            if changed & set(key.referenced_columns):
                self._act_on_children(key, key.on_update, Event.UPDATE)

    def delete(self, table: RelationFacts, *, tree: bool) -> None:
        """Rows go away."""
        if self._rules(table, Event.DELETE):
            return
        for member in self._members(table, tree):
            self._fire(member, Event.DELETE, set())
        for key in self.world.references_to(table.oid):
            self._act_on_children(key, key.on_delete, Event.DELETE)

    # Locks

    def _lock(self, table: RelationFacts) -> None:
        self.scene.lock(table, _RX)
        self.scene.lock_indexes(table, _RX)

    def _members(self, table: RelationFacts, tree: bool) -> list[RelationFacts]:
        return list(self.world.tree(table.oid)) if tree else [table]

    def _destinations(self, table: RelationFacts, node: pb.InsertStmt) -> list[RelationFacts]:
        """Of a partitioned table the partitions that take the rows; all when values are not told."""
        if table.kind != "p":
            return [table]
        rows = _rows(table, node)
        found = {table.oid: table}
        for row in rows or ():
            place: RelationFacts | None = table
            while place is not None and place.kind == "p":
                place = route(self.world, place, row)
                if place is None:
                    return list(self.world.tree(table.oid))
                found[place.oid] = place
        return list(found.values()) if rows else list(self.world.tree(table.oid))

    # Defaults

    def _default(self, table: RelationFacts, column: ColumnFacts) -> None:
        """Sequences behind identity and serial columns, and functions that defaults call."""
        if column.identity:
            for sequence in self.world.owned_sequences(table.oid, column.number):
                self.scene.lock(sequence, _RX)
        expression = syntax.parse_expression(column.default) if column.default else None
        for part in syntax.walk(expression) if expression is not None else ():
            if isinstance(part, pb.FuncCall):
                self.scene.study(part)

    def _nulls(self, table: RelationFacts, node: pb.InsertStmt) -> set[str]:
        """Columns that are given NULL in every row."""
        rows = _written(table, node)
        if not rows:
            return set()
        return {
            name for name in rows[0] if all(_is_null(row.get(name)) for row in rows if name in row)
        }

    # Rules and triggers

    def _rules(self, table: RelationFacts, event: Event) -> bool:
        """Follow rules; True when they stand in for the command."""
        replaced = False
        for rule in self.world.rules.of(table.oid):
            if rule.event == event.name:
                self._follow_rule(rule.oid, rule.definition)
                replaced |= rule.instead and " WHERE " not in rule.definition.split(" DO ")[0]
        return replaced

    def _follow_rule(self, oid: int, definition: str) -> None:
        try:
            (rule,) = syntax.parse(definition)
        except (PgQueryError, ValueError):
            self.scene.cannot_tell("a rule cannot be parsed")
            return
        if self.scene.enter(oid):
            for action in rule.actions:
                self.scene.study(syntax.unwrap(action))
            self.scene.leave(oid)

    def _fire(self, table: RelationFacts, event: Event, columns: set[str]) -> None:
        for trigger in self.world.triggers.of(table.oid):
            if trigger.bits & event and _is_on(trigger) and _concerns(trigger, table, columns):
                function = self.world.function_by_oid.get(trigger.function)
                if function is not None and function.schema != "pg_catalog":
                    known = {"tg_op": event.name or "", "tg_table_name": table.name}
                    run(self.scene, function, known)

    # Foreign keys

    def _look_up_parents(self, table: RelationFacts, columns: set[str]) -> None:
        """Values in referencing columns must exist: the referenced rows are locked FOR KEY SHARE."""
        numbers = set(table.numbers(tuple(columns)))
        for key in self.world.constraints.of(table.oid):
            target = self.world.relations.get(key.references)
            if key.kind != "f" or not key.enforced or target is None or key.parent:
                continue
            if set(key.columns) & numbers:
                members = self.world.tree(target.oid) if target.kind == "p" else [target]
                for member in list(members):
                    self.scene.lock(member, _ROW_SHARE)
                    self.scene.lock_indexes(member, _ROW_SHARE)

    def _act_on_children(self, key: ConstraintFacts, action: str, event: Event) -> None:
        """Rows that point here are looked for, and with CASCADE or SET NULL changed."""
        table = self.world.relations.get(key.table)
        if table is None or key.parent or not key.enforced or not self.scene.enter(key.oid):
            return
        mode = _RX if action in "cnd" else _ROW_SHARE
        for member in self.world.tree(table.oid) if table.kind == "p" else [table]:
            self.scene.lock(member, mode)
            self.scene.lock_indexes(member, mode)
            if not self._has_index_on(member, key):
                self.scene.scan(member)
        if action == "c" and event is Event.DELETE:
            self.delete(table, tree=table.kind == "p")
        elif action in "cnd":
            columns = {c.name for c in table.columns if c.number in key.columns}
            self.update(table, columns if action != "c" else columns, tree=table.kind == "p")
        self.scene.leave(key.oid)

    def _has_index_on(self, table: RelationFacts, key: ConstraintFacts) -> bool:
        owner = self.world.relations[key.table]
        names = {c.name for c in owner.columns if c.number in key.columns}
        wanted = set(table.numbers(tuple(names)))
        return any(
            index.valid and index.columns and index.columns[0] in wanted and not index.predicate
            for index in self.world.indexes.of(table.oid)
        )


def _is_on(trigger: TriggerFacts) -> bool:
    return trigger.enabled in "OA" and not trigger.internal


def _concerns(trigger: TriggerFacts, table: RelationFacts, columns: set[str]) -> bool:
    numbers = set(table.numbers(tuple(columns)))
    return not trigger.columns or bool(numbers & set(trigger.columns))


def _written(table: RelationFacts, node: pb.InsertStmt) -> list[dict[str, syntax.Node]]:
    """The rows of VALUES by column name; empty when they come from a query."""
    select = node.select_stmt.select_stmt
    names = [item.res_target.name for item in node.cols] or [c.name for c in table.columns]
    return [
        dict(zip(names, (syntax.unwrap(item) for item in row.list.items), strict=False))
        for row in select.values_lists
    ]


def _rows(table: RelationFacts, node: pb.InsertStmt) -> list[dict[str, Point]]:
    """The constants among the values of each row."""
    return [
        {name: value for name, item in row.items() if (value := constant(item)) is not None}
        for row in _written(table, node)
    ]


def _is_null(node: syntax.Node) -> bool:
    return isinstance(node, pb.A_Const) and bool(node.isnull)


def _is_default(node: pb.InsertStmt, table: RelationFacts, column: ColumnFacts) -> bool:
    """DEFAULT is written for the column."""
    rows = _written(table, node)
    return any(isinstance(row.get(column.name), pb.SetToDefault) for row in rows)
