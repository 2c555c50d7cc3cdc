"""The command in SQL's words, as screens and JSON name a statement."""

import re

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax

_OBJECTS = {
    pb.OBJECT_MATVIEW: "MATERIALIZED VIEW",
    pb.OBJECT_FOREIGN_SERVER: "SERVER",
    pb.OBJECT_FDW: "FOREIGN DATA WRAPPER",
    pb.OBJECT_STATISTIC_EXT: "STATISTICS",
    pb.OBJECT_TABCONSTRAINT: "TABLE",
    pb.OBJECT_DOMCONSTRAINT: "DOMAIN",
    pb.OBJECT_COLUMN: "TABLE",
    pb.OBJECT_ATTRIBUTE: "TYPE",
    pb.OBJECT_TSCONFIGURATION: "TEXT SEARCH CONFIGURATION",
    pb.OBJECT_TSDICTIONARY: "TEXT SEARCH DICTIONARY",
}
_FIXED = {
    "CreateStmt": "CREATE TABLE",
    "CreateTrigStmt": "CREATE TRIGGER",
    "CreateSeqStmt": "CREATE SEQUENCE",
    "AlterSeqStmt": "ALTER SEQUENCE",
    "CreateEnumStmt": "CREATE TYPE",
    "CreateRangeStmt": "CREATE TYPE",
    "CompositeTypeStmt": "CREATE TYPE",
    "AlterEnumStmt": "ALTER TYPE",
    "RuleStmt": "CREATE RULE",
    "CreateStatsStmt": "CREATE STATISTICS",
    "AlterStatsStmt": "ALTER STATISTICS",
    "VariableSetStmt": "SET",
    "VariableShowStmt": "SHOW",
    "ConstraintsSetStmt": "SET CONSTRAINTS",
    "DefineStmt": "CREATE",
    "AlterTableMoveAllStmt": "ALTER TABLE ALL IN TABLESPACE",
    "CheckPointStmt": "CHECKPOINT",
    "RefreshMatViewStmt": "REFRESH MATERIALIZED VIEW",
    "SecLabelStmt": "SECURITY LABEL",
    "CreatedbStmt": "CREATE DATABASE",
    "DropdbStmt": "DROP DATABASE",
    "LockStmt": "LOCK TABLE",
    "CommentStmt": "COMMENT",
    "CreateTableSpaceStmt": "CREATE TABLESPACE",
    "DropTableSpaceStmt": "DROP TABLESPACE",
}


def name_kind(node: syntax.Node) -> str:
    """`ALTER TABLE`, `CREATE INDEX CONCURRENTLY`, `DO`."""
    if isinstance(node, pb.IndexStmt):
        unique = "UNIQUE " if node.unique else ""
        return f"CREATE {unique}INDEX{' CONCURRENTLY' if node.concurrent else ''}"
    if isinstance(node, pb.DropStmt):
        concurrently = " CONCURRENTLY" if node.concurrent else ""
        return f"DROP {_object(node.remove_type)}{concurrently}"
    if isinstance(node, pb.AlterTableStmt):
        return f"ALTER {_object(node.objtype)}"
    if isinstance(node, pb.RenameStmt):
        return f"ALTER {_object(node.rename_type)}"
    if isinstance(node, (pb.AlterObjectSchemaStmt, pb.AlterOwnerStmt)):
        return f"ALTER {_object(node.object_type)}"
    return _by_class(node)


def _by_class(node: syntax.Node) -> str:
    if isinstance(node, pb.VacuumStmt):
        return "VACUUM" if node.is_vacuumcmd else "ANALYZE"
    if isinstance(node, pb.TransactionStmt):
        kind = pb.TransactionStmtKind.Name(node.kind)
        return kind.removeprefix("TRANS_STMT_").replace("_", " ")
    if isinstance(node, pb.CreateFunctionStmt):
        return "CREATE PROCEDURE" if node.is_procedure else "CREATE FUNCTION"
    if isinstance(node, pb.CreateTableAsStmt):
        return f"CREATE {_object(node.objtype)} AS"
    if isinstance(node, pb.GrantStmt):
        return "GRANT" if node.is_grant else "REVOKE"
    if isinstance(node, pb.ViewStmt):
        return "CREATE OR REPLACE VIEW" if node.replace else "CREATE VIEW"
    return _fixed(type(node).__name__)


def _fixed(message: str) -> str:
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", message.removesuffix("Stmt")).upper()
    return _FIXED.get(message, words)


def _object(kind: "pb.ObjectType") -> str:
    name = pb.ObjectType.Name(kind).removeprefix("OBJECT_").replace("_", " ")
    return _OBJECTS.get(kind, name)
