"""Which statements PostgreSQL refuses inside a transaction block.

The list is every call of `PreventInTransactionBlock` in the server's source, versions 14 to 18, as
far as the text alone decides. Two calls depend on the catalog and are not seen here: REINDEX and
CLUSTER of a partitioned table. A CALL may or may not commit inside; nobody can tell from the text.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cockpit.sql.kind import kind_of
from cockpit.sql.tree import enum_name, option

if TYPE_CHECKING:
    from cockpit.sql.statements import Statement

_ALWAYS = {
    "createdb_stmt": "copies files, which no rollback takes back",
    "dropdb_stmt": "removes files, which no rollback brings back",
    "create_table_space_stmt": "makes a directory, which no rollback takes back",
    "drop_table_space_stmt": "removes a directory, which no rollback brings back",
    "alter_system_stmt": "writes postgresql.auto.conf, which no rollback takes back",
}
_SEVERAL = "commits several times while it works"
_SLOT = "changes a replication slot on another server, which no rollback takes back"


def forbids_transaction(statement: "Statement") -> str | None:
    """Why PostgreSQL refuses it inside BEGIN ... COMMIT; None when it may run there.

    What depends on the state of a subscription counts as refused: alone it works in both cases.
    """
    name = statement.node.WhichOneof("node")
    why = _ALWAYS.get(name)
    if why is None and (decide := _DECIDED.get(name)):
        why = decide(getattr(statement.node, name))
    return why and f"{kind_of(statement.node)} {why}"


def _concurrently(node: Any) -> str | None:
    return _SEVERAL if node.concurrent else None


def _detaching(node: Any) -> str | None:
    detached = [c.alter_table_cmd for c in node.cmds if _detaches(c.alter_table_cmd)]
    return f"DETACH PARTITION CONCURRENTLY {_SEVERAL}" if detached else None


def _detaches(command: Any) -> bool:
    if enum_name(command, "subtype") != "AT_DetachPartition":
        return False
    return bool(getattr(command, "def").partition_cmd.concurrent)


def _reindex(node: Any) -> str | None:
    many = enum_name(node, "kind").removeprefix("REINDEX_OBJECT_") in (
        "SCHEMA", "SYSTEM", "DATABASE",
    )  # fmt: skip
    return _SEVERAL if many or option(node.params, "concurrently") else None


def _vacuum(node: Any) -> str | None:
    return _SEVERAL if node.is_vacuumcmd else None


def _cluster(node: Any) -> str | None:
    return None if node.HasField("relation") else f"without a table {_SEVERAL}"


def _discard(node: Any) -> str | None:
    everything = enum_name(node, "target") == "DISCARD_ALL"
    return "ALL forgets the session's state, which no rollback brings back" if everything else None


def _move_database(node: Any) -> str | None:
    moved = any(item.def_elem.defname == "tablespace" for item in node.options)
    return "SET TABLESPACE moves files, which no rollback moves back" if moved else None


def _prepared(node: Any) -> str | None:
    ends = enum_name(node, "kind") in (
        "TRANS_STMT_COMMIT_PREPARED", "TRANS_STMT_ROLLBACK_PREPARED",
    )  # fmt: skip
    return "ends another transaction" if ends else None


def _subscribe(node: Any) -> str | None:
    connects = option(node.options, "connect", default=True)
    return _SLOT if option(node.options, "create_slot", default=connects) else None


def _change_subscription(node: Any) -> str | None:
    kind = enum_name(node, "kind").removeprefix("ALTER_SUBSCRIPTION_")
    if kind == "REFRESH":
        return f"REFRESH PUBLICATION {_SLOT}"
    if kind in ("SET_PUBLICATION", "ADD_PUBLICATION", "DROP_PUBLICATION"):
        return _SLOT if option(node.options, "refresh", default=True) else None
    slotted = {item.def_elem.defname for item in node.options} & {"failover", "two_phase"}
    return _SLOT if kind == "OPTIONS" and slotted else None


_DECIDED: dict[str, Callable[[Any], str | None]] = {
    "alter_database_stmt": _move_database,
    "alter_subscription_stmt": _change_subscription,
    "alter_table_stmt": _detaching,
    "cluster_stmt": _cluster,
    "create_subscription_stmt": _subscribe,
    "discard_stmt": _discard,
    "drop_stmt": _concurrently,
    "drop_subscription_stmt": lambda _: _SLOT,
    "index_stmt": _concurrently,
    "reindex_stmt": _reindex,
    "transaction_stmt": _prepared,
    "vacuum_stmt": _vacuum,
}
