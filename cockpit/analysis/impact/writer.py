"""What rows that are written set in motion: defaults, rules, triggers, foreign keys."""

from collections.abc import Sequence
from enum import IntFlag
from functools import partial

from postgast import PgQueryError
from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import plpgsql, syntax
from cockpit.analysis.impact.datatypes import DataTypes
from cockpit.analysis.impact.insertion import Insertion
from cockpit.analysis.impact.partitioning import may_move, surviving
from cockpit.analysis.impact.procedures import run
from cockpit.analysis.impact.references import (
    Where,
    act_on_children,
    look_up_parents,
    without_shares,
)
from cockpit.analysis.impact.routing import Values, routed
from cockpit.analysis.impact.scene import Scene
from cockpit.analysis.impact.trigger_conditions import is_never
from cockpit.analysis.impact.updatable import below, has_instead_triggers
from cockpit.analysis.impact.world import World
from cockpit.model.facts import ColumnFacts, ConstraintFacts, RelationFacts, TriggerFacts
from cockpit.model.locks import LockMode

_RX = LockMode.ROW_EXCLUSIVE


class Event(IntFlag):
    """Bits of `pg_trigger.tgtype`."""

    INSERT = 4
    DELETE = 8
    UPDATE = 16
    TRUNCATE = 32


_ROW, _BEFORE = 1, 2


class Writer:
    """Follows the writes of one statement; rows are taken to be found wherever they may be."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.world = scene.world

    def insert(self, table: RelationFacts, rows: Insertion) -> None:
        """New rows in one table or view."""
        self._lock(table, planned=rows.root_indexes)
        if self._rules(table, Event.INSERT) or self._insert_below(table, rows):
            return
        self.scene.lock_ancestors(table)
        defaulted = rows.defaulted(table)
        nulls = set(rows.nulls)
        for column in table.columns:
            if column.name in defaulted:
                empty = _default_of(self.world, column) is None and column.name not in rows.filled
                nulls |= {column.name} if empty and not column.identity else set()
                evaluate_default(self.scene, table, column)
        points = [dict.fromkeys(nulls) | point for point in rows.points or [{}]]
        members = routed(self.world, table, points)
        for member in members:
            self._lock(member, planned=False)
            self._fire(member, Event.INSERT, named=member is table)
        if not rows.none:
            names = {column.name for column in table.columns}
            look_up_parents(self.scene, members, names, points, nulls)
        if rows.replaced is not None:
            self.update(table, set(rows.replaced), tree=False)

    def update(
        self,
        table: RelationFacts,
        columns: set[str],
        *,
        tree: bool,
        rows: Insertion | None = None,
        where: Where = (),
    ) -> None:
        """New values in these columns; `rows` holds them where they are constants."""
        if self._rules(table, Event.UPDATE) or self._update_below(table, columns):
            return
        points = rows.points if rows else []
        defaulted = rows.set_to_default if rows else set()
        for column in table.columns:
            if column.name in defaulted:
                evaluate_default(self.scene, table, column)
        self.scene.lock_ancestors(table)
        members = self._members(table, tree, where)
        for member in members:
            self._fire(member, Event.UPDATE, columns, named=member is table)
        before = self._reassigned(members)
        changed = (columns - rows.unchanged if rows else columns) | before
        written = changed
        if tree and may_move(self.world, table, changed):
            kept = [c for c in where if not syntax.column_names(c) & changed]
            members = self._move(members, [] if before else points, kept)
            written = {column.name for column in table.columns}
        look_up_parents(self.scene, members, written, points)
        for key in self._references_to(members):
            target = self.world.relations[key.references]
            if set(target.numbers(tuple(changed))) & set(key.referenced_columns):
                act_on_children(self.scene, key, key.on_update, self._update_child, where)

    def _reassigned(self, members: list[RelationFacts]) -> set[str]:
        """Columns that triggers may change before a row is written."""
        asked = _ROW | _BEFORE | Event.UPDATE
        found: set[str] = set()
        for member in members:
            for trigger in self.world.triggers.of(member.oid):
                function = self.world.function_by_oid.get(trigger.function)
                if trigger.bits & asked == asked and _is_on(trigger) and function is not None:
                    found |= plpgsql.assigned_columns(function.body)
        return found & {column.name for member in members for column in member.columns}

    def _move(
        self, members: list[RelationFacts], points: Sequence[Values], kept: Where
    ) -> list[RelationFacts]:
        """Rows that leave their partition are deleted there and inserted in another one.

        `kept`: what is known of columns that stay as they are. Returns all that hold rows then.
        """
        table = members[0]
        for member in members:
            self._fire(member, Event.DELETE, named=False)
        reachable = {member.oid for member in surviving(self.world, table, list(kept))}
        found = {member.oid: member for member in members}
        for member in routed(self.world, table, points):
            if member.oid in reachable:
                self._lock(member, planned=False)
                self._fire(member, Event.INSERT, named=False)
                found[member.oid] = member
        return list(found.values())

    def delete(self, table: RelationFacts, *, tree: bool, where: Where = ()) -> None:
        """Rows go away."""
        if self._rules(table, Event.DELETE) or self._delete_below(table):
            return
        members = self._members(table, tree, where)
        for member in members:
            self._fire(member, Event.DELETE, named=member is table)
        for key in self._references_to(members):
            change = self._delete_child if key.on_delete == "c" else self._update_child
            act_on_children(self.scene, key, key.on_delete, change, where)

    def _update_child(self, table: RelationFacts, columns: set[str], where: Where) -> None:
        self.update(table, columns, tree=table.kind == "p", where=where)

    def _delete_child(self, table: RelationFacts, _: set[str], where: Where) -> None:
        self.delete(table, tree=table.kind == "p", where=where)

    def _lock(self, table: RelationFacts, *, planned: bool = True) -> None:
        """The executor opens no indexes of a partitioned table, the planner may."""
        self.scene.lock(table, _RX)
        if planned or table.kind != "p":
            self.scene.lock_indexes(table, _RX)

    def _members(self, table: RelationFacts, tree: bool, where: Where) -> list[RelationFacts]:
        return surviving(self.world, table, list(where)) if tree else [table]

    def _references_to(self, members: list[RelationFacts]) -> list[ConstraintFacts]:
        return without_shares(key for m in members for key in self.world.references_to(m.oid))

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
                self.update(found.relation, named, tree=found.tree)
        return view.kind == "v"

    def _delete_below(self, view: RelationFacts) -> bool:
        if view.kind == "v" and not self._instead(view, Event.DELETE):
            found = below(self.world, view)
            if found is not None:
                self._lock(found.relation)
                self.delete(found.relation, tree=found.tree)
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
        for rule in self.world.rules.of(table.oid):
            if rule.event == event.name:
                self._follow_rule(rule.oid, rule.definition)
        return replaced_by_rules(self.world, table, event)

    def _follow_rule(self, oid: int, definition: str) -> None:
        rule = _parsed_rule(definition)
        if rule is None:
            self.scene.cannot_tell("a rule cannot be parsed")
        elif self.scene.enter(oid):
            for action in rule.actions:
                self.scene.study(syntax.unwrap(action))
            self.scene.leave(oid)

    def truncate(self, table: RelationFacts) -> None:
        """All rows go at once: only triggers of TRUNCATE fire."""
        self._fire(table, Event.TRUNCATE)

    def _fire(
        self,
        table: RelationFacts,
        event: Event,
        columns: set[str] | None = None,
        *,
        named: bool = True,
    ) -> None:
        """Triggers for each row, and those for the statement of the table it names."""
        triggers = [t for t in self.world.triggers.of(table.oid) if named or t.bits & _ROW]
        if any(t.bits & (_ROW | _BEFORE) == _ROW | _BEFORE and _is_on(t) for t in triggers):
            unchanged: set[str] = set()
        else:
            unchanged = {c.name for c in table.columns if columns is not None} - (columns or set())
        for trigger in triggers:
            if trigger.bits & event and _is_on(trigger) and _concerns(trigger, table, columns):
                if trigger.condition and is_never(trigger.condition, unchanged):
                    continue
                deed = partial(_run_trigger, trigger=trigger, table=table, event=event)
                self.world.postponed.when_due(self.scene, trigger, deed)


def _run_trigger(scene: Scene, trigger: TriggerFacts, table: RelationFacts, event: Event) -> None:
    function = scene.world.function_by_oid.get(trigger.function)
    if function is None or function.schema == "pg_catalog":
        return
    if trigger.deferrable and trigger.bits & _ROW:
        scene.lock(table, LockMode.ACCESS_SHARE)
    known = {
        "tg_op": event.name or "",
        "tg_name": trigger.name,
        "tg_table_name": table.name,
        "tg_relname": table.name,
        "tg_table_schema": table.schema,
        "tg_nargs": str(len(trigger.arguments)),
    }
    known |= {f"tg_argv[{n}]": value for n, value in enumerate(trigger.arguments)}
    before = scene.unknown
    run(scene, function, known)
    if scene.unknown and not before:
        scene.note(f"trigger {trigger.name} on {table.name} hides what it runs")


def replaced_by_rules(world: World, table: RelationFacts, event: Event) -> bool:
    """Whether a rule without a condition stands in for the command."""
    for rule in world.rules.of(table.oid):
        if rule.event == event.name and rule.instead:
            parsed = _parsed_rule(rule.definition)
            if parsed is not None and not parsed.HasField("where_clause"):
                return True
    return False


def _parsed_rule(definition: str) -> pb.RuleStmt | None:
    try:
        (rule,) = syntax.parse(definition)
    except (PgQueryError, ValueError):
        return None
    return rule


def evaluate_default(scene: Scene, table: RelationFacts, column: ColumnFacts) -> None:
    """Sequences behind identity and serial columns, and functions that defaults call."""
    if column.identity:
        for sequence in _identity_sequences(scene.world, table, column):
            scene.lock(sequence, _RX)
    expression = _default_of(scene.world, column)
    for part in syntax.walk(expression) if expression is not None else ():
        if isinstance(part, pb.FuncCall):
            scene.study(part)


def _identity_sequences(
    world: World, table: RelationFacts, column: ColumnFacts
) -> list[RelationFacts]:
    """Of a partition (17) the sequence hangs on the topmost table (`getIdentitySequence`)."""
    while table.partition and (parents := world.parents(table.oid)):
        table = parents[0]
    top = table.column(column.name)
    return world.owned_sequences(table.oid, top.number) if top else []


def _default_of(world: World, column: ColumnFacts) -> syntax.Node | None:
    """The default of the column, else that of its domain."""
    if column.default:
        return syntax.parse_expression(column.default)
    return DataTypes(world).default_of(column.type)


def _is_on(trigger: TriggerFacts) -> bool:
    return trigger.enabled in "OA" and not trigger.internal


def _concerns(trigger: TriggerFacts, table: RelationFacts, columns: set[str] | None) -> bool:
    """An UPDATE trigger may be for some columns only."""
    if columns is None or not trigger.columns:
        return True
    return bool(set(table.numbers(tuple(columns))) & set(trigger.columns))
