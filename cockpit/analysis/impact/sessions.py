"""Statements that lock no relation of others: settings, transactions, roles, databases."""

from collections.abc import Callable

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.scene import Scene


def nothing(scene: Scene, node: syntax.Node) -> None:
    """Locks only system catalogs."""


def outside(scene: Scene, node: syntax.Node) -> None:
    """Locks only system catalogs, and PostgreSQL refuses it inside a transaction block."""
    scene.transactional = False


def transaction(scene: Scene, node: pb.TransactionStmt) -> None:
    """BEGIN, COMMIT, SAVEPOINT, ...; what is prepared is ended outside a transaction."""
    world = scene.world
    if node.kind in (pb.TRANS_STMT_COMMIT_PREPARED, pb.TRANS_STMT_ROLLBACK_PREPARED):
        scene.transactional = False
    elif node.kind in (pb.TRANS_STMT_BEGIN, pb.TRANS_STMT_START):
        world.savepoints.save(world, "")
    elif node.kind == pb.TRANS_STMT_SAVEPOINT:
        world.savepoints.save(world, node.savepoint_name)
    elif node.kind == pb.TRANS_STMT_ROLLBACK_TO:
        world.savepoints.restore(world, node.savepoint_name)
    elif node.kind == pb.TRANS_STMT_ROLLBACK:
        world.savepoints.restore(world, "")
    elif node.kind in (pb.TRANS_STMT_COMMIT, pb.TRANS_STMT_PREPARE):
        world.postponed.end(scene)


def constraints(scene: Scene, node: pb.ConstraintsSetStmt) -> None:
    """SET CONSTRAINTS: IMMEDIATE checks what has waited so far."""
    names = [item.range_var.relname for item in node.constraints]
    scene.world.postponed.say(names, bool(node.deferred))
    if not node.deferred:
        scene.world.postponed.end(scene)


def setting(scene: Scene, node: pb.VariableSetStmt) -> None:
    """SET and RESET: later statements see the value."""
    world, name = scene.world, node.name.lower()
    values = [syntax.constant_text(syntax.unwrap(arg)) for arg in node.args]
    if name == "role":
        world.role = values[0] if values else world.facts.role
    if node.kind == pb.VAR_SET_VALUE:
        world.settings[node.name.lower()] = ",".join(values)
        if name == "search_path":
            world.set_search_path(values)
    elif node.kind == pb.VAR_RESET_ALL:
        world.reset_settings()
    elif node.kind in (pb.VAR_SET_DEFAULT, pb.VAR_RESET):
        world.reset_setting(name)


def database(scene: Scene, node: pb.AlterDatabaseStmt) -> None:
    """ALTER DATABASE; moving it to another tablespace runs alone."""
    scene.transactional = syntax.option(node.options, "tablespace") is None


def discard(scene: Scene, node: pb.DiscardStmt) -> None:
    """DISCARD ALL runs alone, its parts do not."""
    scene.transactional = node.target != pb.DISCARD_ALL


def create_subscription(scene: Scene, node: pb.CreateSubscriptionStmt) -> None:
    """CREATE SUBSCRIPTION: alone when it makes a replication slot, as it does by default."""
    connects = syntax.option(node.options, "connect")
    slot = syntax.option(node.options, "create_slot") or connects
    scene.transactional = slot is not None and syntax.value_of(slot) in ("false", "off", "0")


def alter_subscription(scene: Scene, node: pb.AlterSubscriptionStmt) -> None:
    """ALTER SUBSCRIPTION: alone when it refreshes, which changing publications does by default."""
    refresh = syntax.option(node.options, "refresh")
    kind = pb.AlterSubscriptionType.Name(node.kind)
    off = refresh is not None and syntax.value_of(refresh) in ("false", "off", "0")
    scene.transactional = off or not kind.endswith(("_REFRESH", "_PUBLICATION"))


HANDLERS: dict[str, Callable[[Scene, syntax.Node], None]] = {
    "TransactionStmt": transaction,
    "VariableSetStmt": setting,
    "ConstraintsSetStmt": constraints,
    "AlterDatabaseStmt": database,
    "DiscardStmt": discard,
    "CreateSubscriptionStmt": create_subscription,
    "AlterSubscriptionStmt": alter_subscription,
    **dict.fromkeys(
        (
            "AlterSystemStmt", "CreatedbStmt", "DropdbStmt", "CreateTableSpaceStmt",
            "DropTableSpaceStmt", "DropSubscriptionStmt",
        ),
        outside,
    ),
    **dict.fromkeys(
        (
            "VariableShowStmt", "CreateRoleStmt", "AlterRoleStmt",
            "AlterRoleSetStmt", "DropRoleStmt", "GrantRoleStmt", "AlterDefaultPrivilegesStmt",
            "CreateFdwStmt", "AlterFdwStmt",
            "CreateForeignServerStmt", "AlterForeignServerStmt", "CreateUserMappingStmt",
            "AlterUserMappingStmt", "DropUserMappingStmt", "CreateAmStmt", "CreateEventTrigStmt",
            "AlterEventTrigStmt", "CreatePLangStmt", "CreateOpClassStmt", "CreateOpFamilyStmt",
            "AlterOpFamilyStmt", "AlterOperatorStmt", "CreateCastStmt",
            "CreateConversionStmt", "CreateTransformStmt", "NotifyStmt", "ListenStmt",
            "UnlistenStmt", "LoadStmt", "CheckPointStmt", "ClosePortalStmt",
            "DeallocateStmt", "AlterDatabaseSetStmt", "AlterDatabaseRefreshCollStmt",
            "AlterCollationStmt", "AlterTableSpaceOptionsStmt", "AlterTSDictionaryStmt",
            "AlterTSConfigurationStmt",         ),
        nothing,
    ),
}  # fmt: skip
