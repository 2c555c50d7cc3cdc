"""Roles, tablespaces and server settings belong to every database of the server."""

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "server-wide"
READS = (
    "AlterSystemStmt", "AlterRoleStmt", "AlterRoleSetStmt", "CreateRoleStmt", "DropRoleStmt",
    "AlterDatabaseStmt", "AlterDatabaseSetStmt", "CreateTableSpaceStmt", "DropTableSpaceStmt",
    "AlterTableSpaceOptionsStmt",
)  # fmt: skip
EFFECT = "{kind} reaches beyond this database{undo}; a second database of the server meets it too."
NO_WAY_BACK = ", and no rollback takes it back"
SAFER = "-- keep it in the configuration of the server, beside the migrations and not in them"
BAD = "ALTER ROLE CURRENT_USER SET statement_timeout = '5min';"
GOOD = "SET LOCAL statement_timeout = '5min';"


def check(subject: Subject) -> Hazard | None:
    """Every such statement."""
    undo = "" if subject.impact.transactional else NO_WAY_BACK
    effect = EFFECT.format(kind=subject.impact.kind, undo=undo)
    return Hazard(NAME, Severity.LOW if not undo else Severity.MEDIUM, effect, SAFER)
