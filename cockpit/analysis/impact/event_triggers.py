"""Event triggers: functions that run with every DDL command."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.procedures import run
from cockpit.analysis.impact.scene import Scene

_DDL = ("Create", "Alter", "Drop", "Rename", "Index", "View", "Rule", "Comment", "Define")
_MORE = ("RefreshMatViewStmt", "SecLabelStmt", "ImportForeignSchemaStmt", "CompositeTypeStmt")
_SHARED = (
    "Database", "Role", "TableSpace", "Tablespace", "Subscription", "EventTrig", "System", "db"
)  # fmt: skip
"""Objects of the whole cluster, and event triggers themselves, fire none."""
_OF_THE_CLUSTER = (
    pb.OBJECT_DATABASE, pb.OBJECT_ROLE, pb.OBJECT_TABLESPACE, pb.OBJECT_EVENT_TRIGGER,
)  # fmt: skip


def fire(scene: Scene, node: syntax.Node) -> None:
    """Follow the functions of the event triggers that this command sets off."""
    triggers = scene.world.facts.event_triggers
    if not triggers or not _is_ddl(scene, node):
        return
    events = {"ddl_command_start", "ddl_command_end"}
    events |= {"sql_drop"} if _drops(node) else set()
    events |= {"table_rewrite"} if scene.rewrites and isinstance(node, pb.AlterTableStmt) else set()
    for trigger in triggers:
        function = scene.world.function_by_oid.get(trigger.function)
        wanted = not trigger.tags or scene.kind in trigger.tags
        if function is not None and wanted and trigger.event in events:
            run(scene, function, {"tg_tag": scene.kind, "tg_event": trigger.event})


def _is_ddl(scene: Scene, node: syntax.Node) -> bool:
    name = type(node).__name__
    objects = (getattr(node, field, None) for field in ("remove_type", "objtype", "object_type"))
    if any(one in _OF_THE_CLUSTER for one in objects):
        return False
    if any(word in name for word in _SHARED):
        return False
    if name == "ReindexStmt":
        return scene.major >= 17
    return name in _MORE or name.startswith(_DDL) or name == "GrantStmt"


def _drops(node: syntax.Node) -> bool:
    if isinstance(node, (pb.DropStmt, pb.DropOwnedStmt)):
        return True
    if not isinstance(node, pb.AlterTableStmt):
        return False
    dropping = (pb.AT_DropColumn, pb.AT_DropConstraint, pb.AT_DropIdentity, pb.AT_DropExpression)
    return any(item.alter_table_cmd.subtype in dropping for item in node.cmds)
