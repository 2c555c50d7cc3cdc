"""The command words of a statement, as PostgreSQL's own command tags have them."""

from typing import TYPE_CHECKING, Any

from cockpit.sql.tree import enum_name, option

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import Node

_TRANSACTION = {
    "TRANS_STMT_BEGIN": "BEGIN",
    "TRANS_STMT_START": "START TRANSACTION",
    "TRANS_STMT_COMMIT": "COMMIT",
    "TRANS_STMT_ROLLBACK": "ROLLBACK",
    "TRANS_STMT_SAVEPOINT": "SAVEPOINT",
    "TRANS_STMT_RELEASE": "RELEASE",
    "TRANS_STMT_ROLLBACK_TO": "ROLLBACK TO SAVEPOINT",
    "TRANS_STMT_PREPARE": "PREPARE TRANSACTION",
    "TRANS_STMT_COMMIT_PREPARED": "COMMIT PREPARED",
    "TRANS_STMT_ROLLBACK_PREPARED": "ROLLBACK PREPARED",
}
_OBJECTS = {
    "ATTRIBUTE": "TYPE",
    "COLUMN": "TABLE",
    "DEFACL": "DEFAULT PRIVILEGES",
    "DOMCONSTRAINT": "DOMAIN",
    "FDW": "FOREIGN DATA WRAPPER",
    "FOREIGN_SERVER": "SERVER",
    "LARGEOBJECT": "LARGE OBJECT",
    "MATVIEW": "MATERIALIZED VIEW",
    "OPCLASS": "OPERATOR CLASS",
    "OPFAMILY": "OPERATOR FAMILY",
    "STATISTIC_EXT": "STATISTICS",
    "TABCONSTRAINT": "TABLE",
    "TSCONFIGURATION": "TEXT SEARCH CONFIGURATION",
    "TSDICTIONARY": "TEXT SEARCH DICTIONARY",
    "TSPARSER": "TEXT SEARCH PARSER",
    "TSTEMPLATE": "TEXT SEARCH TEMPLATE",
}
_WORDS = {
    "alter_collation_stmt": "ALTER COLLATION",
    "alter_database_refresh_coll_stmt": "ALTER DATABASE",
    "alter_database_set_stmt": "ALTER DATABASE",
    "alter_enum_stmt": "ALTER TYPE",
    "alter_event_trig_stmt": "ALTER EVENT TRIGGER",
    "alter_extension_contents_stmt": "ALTER EXTENSION",
    "alter_fdw_stmt": "ALTER FOREIGN DATA WRAPPER",
    "alter_foreign_server_stmt": "ALTER SERVER",
    "alter_op_family_stmt": "ALTER OPERATOR FAMILY",
    "alter_role_set_stmt": "ALTER ROLE",
    "alter_seq_stmt": "ALTER SEQUENCE",
    "alter_stats_stmt": "ALTER STATISTICS",
    "alter_table_move_all_stmt": "ALTER TABLE",
    "alter_table_space_options_stmt": "ALTER TABLESPACE",
    "alter_tsconfiguration_stmt": "ALTER TEXT SEARCH CONFIGURATION",
    "alter_tsdictionary_stmt": "ALTER TEXT SEARCH DICTIONARY",
    "check_point_stmt": "CHECKPOINT",
    "close_portal_stmt": "CLOSE CURSOR",
    "composite_type_stmt": "CREATE TYPE",
    "constraints_set_stmt": "SET CONSTRAINTS",
    "create_am_stmt": "CREATE ACCESS METHOD",
    "create_enum_stmt": "CREATE TYPE",
    "create_event_trig_stmt": "CREATE EVENT TRIGGER",
    "create_fdw_stmt": "CREATE FOREIGN DATA WRAPPER",
    "create_foreign_server_stmt": "CREATE SERVER",
    "create_op_class_stmt": "CREATE OPERATOR CLASS",
    "create_op_family_stmt": "CREATE OPERATOR FAMILY",
    "create_plang_stmt": "CREATE LANGUAGE",
    "create_range_stmt": "CREATE TYPE",
    "create_seq_stmt": "CREATE SEQUENCE",
    "create_stats_stmt": "CREATE STATISTICS",
    "create_stmt": "CREATE TABLE",
    "create_table_space_stmt": "CREATE TABLESPACE",
    "create_trig_stmt": "CREATE TRIGGER",
    "createdb_stmt": "CREATE DATABASE",
    "declare_cursor_stmt": "DECLARE CURSOR",
    "drop_table_space_stmt": "DROP TABLESPACE",
    "dropdb_stmt": "DROP DATABASE",
    "lock_stmt": "LOCK TABLE",
    "rule_stmt": "CREATE RULE",
    "sec_label_stmt": "SECURITY LABEL",
    "truncate_stmt": "TRUNCATE TABLE",
    "variable_show_stmt": "SHOW",
    "view_stmt": "CREATE VIEW",
}
_ALTERS = {
    "alter_function_stmt": "objtype",
    "alter_object_depends_stmt": "object_type",
    "alter_object_schema_stmt": "object_type",
    "alter_owner_stmt": "object_type",
    "alter_table_stmt": "objtype",
}
_CONCURRENT = {
    "index_stmt": "CREATE INDEX",
    "refresh_mat_view_stmt": "REFRESH MATERIALIZED VIEW",
}


def kind_of(node: "Node") -> str:
    """`ALTER TABLE`, `CREATE INDEX CONCURRENTLY`, `BEGIN`: the words a reader would use."""
    name = node.WhichOneof("node")
    statement = getattr(node, name)
    if name in _CONCURRENT:
        return _CONCURRENT[name] + (" CONCURRENTLY" if statement.concurrent else "")
    if name in _ALTERS:
        return f"ALTER {object_words(statement, _ALTERS[name])}"
    chosen = _CHOSEN.get(name)
    if chosen is not None:
        return chosen(statement)
    return _WORDS.get(name) or name.removesuffix("_stmt").replace("_", " ").upper()


def object_words(statement: Any, field: str) -> str:
    """`MATERIALIZED VIEW` for an enum field that holds `OBJECT_MATVIEW`."""
    name = enum_name(statement, field).removeprefix("OBJECT_")
    return _OBJECTS.get(name) or name.replace("_", " ")


def _drop(statement: Any) -> str:
    concurrent = " CONCURRENTLY" if statement.concurrent else ""
    return f"DROP {object_words(statement, 'remove_type')}{concurrent}"


def _rename(statement: Any) -> str:
    if enum_name(statement, "rename_type") == "OBJECT_COLUMN":
        return f"ALTER {object_words(statement, 'relation_type')}"
    return f"ALTER {object_words(statement, 'rename_type')}"


def _function(statement: Any) -> str:
    return "CREATE PROCEDURE" if statement.is_procedure else "CREATE FUNCTION"


def _table_as(statement: Any) -> str:
    if statement.is_select_into:
        return "SELECT INTO"
    return f"CREATE {object_words(statement, 'objtype')} AS"


def _select(statement: Any) -> str:
    return "SELECT INTO" if statement.HasField("into_clause") else "SELECT"


def _set(statement: Any) -> str:
    return "RESET" if enum_name(statement, "kind").startswith("VAR_RESET") else "SET"


def _grant(statement: Any) -> str:
    return "GRANT" if statement.is_grant else "REVOKE"


def _vacuum(statement: Any) -> str:
    return "VACUUM" if statement.is_vacuumcmd else "ANALYZE"


def _role(statement: Any) -> str:
    return "CREATE " + enum_name(statement, "stmt_type").removeprefix("ROLESTMT_")


def _reindex(statement: Any) -> str:
    target = enum_name(statement, "kind").removeprefix("REINDEX_OBJECT_")
    concurrent = option(statement.params, "concurrently")
    return f"REINDEX {target}" + (" CONCURRENTLY" if concurrent else "")


_CHOSEN = {
    "alter_default_privileges_stmt": lambda _: "ALTER DEFAULT PRIVILEGES",
    "create_function_stmt": _function,
    "create_role_stmt": _role,
    "create_table_as_stmt": _table_as,
    "define_stmt": lambda statement: f"CREATE {object_words(statement, 'kind')}",
    "drop_stmt": _drop,
    "fetch_stmt": lambda statement: "MOVE" if statement.ismove else "FETCH",
    "grant_role_stmt": lambda statement: "GRANT ROLE" if statement.is_grant else "REVOKE ROLE",
    "grant_stmt": _grant,
    "reindex_stmt": _reindex,
    "rename_stmt": _rename,
    "select_stmt": _select,
    "transaction_stmt": lambda statement: _TRANSACTION[enum_name(statement, "kind")],
    "vacuum_stmt": _vacuum,
    "variable_set_stmt": _set,
}
