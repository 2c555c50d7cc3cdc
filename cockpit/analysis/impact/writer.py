"""What rows that are written set in motion: defaults, rules, triggers, foreign keys."""

from enum import IntFlag

from postgast import PgQueryError
from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.insertion import Insertion
from cockpit.analysis.impact.partitioning import key_column, routed
from cockpit.analysis.impact.procedures import run
from cockpit.analysis.impact.references import act_on_children, look_up_parents
from cockpit.analysis.impact.scene import Scene
from cockpit.analysis.impact.updatable import below, has_instead_triggers
from cockpit.model.facts import ColumnFacts, RelationFacts, TriggerFacts
from cockpit.model.locks import LockMode

_RX = LockMode.ROW_EXCLUSIVE


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

    def insert(self, table: RelationFacts, rows: Insertion) -> None:
        """New rows in one table or view."""
        self._lock(table)
        if self._rules(table, Event.INSERT) or self._insert_below(table, rows):
            return
        self._prove_bound(table)
        for member in routed(self.world, table, rows.points):
            self._lock(member)
            self._fire(member, Event.INSERT)
        defaulted = rows.defaulted(table)
        filled = rows.filled - rows.nulls
        for column in table.columns:
            if column.name in defaulted:
                filled |= {column.name} if column.default is not None else set()
                evaluate_default(self.scene, table, column)
        look_up_parents(self.scene, table, filled, rows.points)
        if rows.replaced is not None:
            self.update(table, set(rows.replaced), tree=False)

    def update(
        self, table: RelationFacts, columns: set[str], *, tree: bool, rows: Insertion | None = None
    ) -> None:
        """New values in these columns; `rows` holds them where they are constants."""
        if self._rules(table, Event.UPDATE) or self._update_below(table, columns):
            return
        points = rows.points if rows else []
        self._prove_bound(table)
        for member in self._members(table, tree):
            self._fire(member, Event.UPDATE, columns)
        if key_column(table) in columns:
            for member in routed(self.world, table, points):
                self._lock(member)
        look_up_parents(self.scene, table, columns, points)
        changed = set(table.numbers(tuple(columns)))
        for key in self.world.references_to(table.oid):
            if changed & set(key.referenced_columns):
                act_on_children(self.scene, key, key.on_update, self._update_child)

    def delete(self, table: RelationFacts, *, tree: bool) -> None:
        """Rows go away."""
        if self._rules(table, Event.DELETE) or self._delete_below(table):
            return
        for member in self._members(table, tree):
            self._fire(member, Event.DELETE)
        for key in self.world.references_to(table.oid):
            change = self._delete_child if key.on_delete == "c" else self._update_child
            act_on_children(self.scene, key, key.on_delete, change)

    def _update_child(self, table: RelationFacts, columns: set[str]) -> None:
        self.update(table, columns, tree=table.kind == "p")

    def _delete_child(self, table: RelationFacts, columns: set[str]) -> None:
        self.delete(table, tree=table.kind == "p")

    def _lock(self, table: RelationFacts) -> None:
        self.scene.lock(table, _RX)
        self.scene.lock_indexes(table, _RX)

    def _prove_bound(self, table: RelationFacts) -> None:
        """A row written into a partition by its name is checked against what its parents say."""
        for parent in self.world.parents(table.oid) if table.partition else ():
            self.scene.lock(parent, LockMode.ACCESS_SHARE)
            self._prove_bound(parent)

    def _members(self, table: RelationFacts, tree: bool) -> list[RelationFacts]:
        return list(self.world.tree(table.oid)) if tree else [table]

    # Views

    def _insert_below(self, view: RelationFacts, rows: Insertion) -> bool:
        if view.kind == "v" and not self._instead(view, Event.INSERT):
            found = below(self.world, view)
            if found is not None:
                self.insert(found.relation, rows.renamed(found.columns))
        return view.kind == "v"

    def _update_below(self, view: RelationFacts, columns: set[str]) -> bool:
        if view.kind == "v" and not self._instead(view, Event.UPDATE):
            found = below(self.world, view)
            if found is not None:
                self._lock(found.relation)
                named = {found.columns.get(name, name) for name in columns}
                self.update(found.relation, named, tree=True)
        return view.kind == "v"

    def _delete_below(self, view: RelationFacts) -> bool:
        if view.kind == "v" and not self._instead(view, Event.DELETE):
            found = below(self.world, view)
            if found is not None:
                self._lock(found.relation)
                self.delete(found.relation, tree=True)
        return view.kind == "v"

    def _instead(self, view: RelationFacts, event: Event) -> bool:
        """INSTEAD OF triggers do the writing; True when there are any."""
        if not has_instead_triggers(self.world, view):
            return False
        self._fire(view, event)
        return True

    # Rules and triggers

    def _rules(self, table: RelationFacts, event: Event) -> bool:
        """Follow rules; True when they stand in for the command."""
        replaced = False
        for rule in self.world.rules.of(table.oid):
            if rule.event == event.name:
                replaced |= self._follow_rule(rule.oid, rule.definition)
        return replaced

    def _follow_rule(self, oid: int, definition: str) -> bool:
        try:
            (rule,) = syntax.parse(definition)
        except (PgQueryError, ValueError):
            self.scene.cannot_tell("a rule cannot be parsed")
            return False
        if self.scene.enter(oid):
            for action in rule.actions:
                self.scene.study(syntax.unwrap(action))
            self.scene.leave(oid)
        return bool(rule.instead) and not rule.HasField("where_clause")

    def _fire(self, table: RelationFacts, event: Event, columns: set[str] | None = None) -> None:
        for trigger in self.world.triggers.of(table.oid):
            if trigger.bits & event and _is_on(trigger) and _concerns(trigger, table, columns):
                function = self.world.function_by_oid.get(trigger.function)
                if function is not None and function.schema != "pg_catalog":
                    known = {"tg_op": event.name or "", "tg_table_name": table.name}
                    run(self.scene, function, known)


def evaluate_default(scene: Scene, table: RelationFacts, column: ColumnFacts) -> None:
    """Sequences behind identity and serial columns, and functions that defaults call."""
    if column.identity:
        for sequence in scene.world.owned_sequences(table.oid, column.number):
            scene.lock(sequence, _RX)
    expression = syntax.parse_expression(column.default) if column.default else None
    for part in syntax.walk(expression) if expression is not None else ():
        if isinstance(part, pb.FuncCall):
            scene.study(part)


def _is_on(trigger: TriggerFacts) -> bool:
    return trigger.enabled in "OA" and not trigger.internal


def _concerns(trigger: TriggerFacts, table: RelationFacts, columns: set[str] | None) -> bool:
    """An UPDATE trigger may be for some columns only."""
    if columns is None or not trigger.columns:
        return True
    return bool(set(table.numbers(tuple(columns))) & set(trigger.columns))
