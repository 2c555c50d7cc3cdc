"""A child that leaves its parent takes its rows out of every query on the parent."""

from cockpit.analysis.hazards.names import name_of
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "leave-inheritance"
READS = ("AT_DropInherit",)
EFFECT = "Queries on {parent} no longer find the rows of {table}, and both wait for running ones."
SAFER = "-- deploy code that reads {table} by its name, and only then:\n{statement};"
BAD = "ALTER TABLE orders_2020 NO INHERIT orders;"
GOOD = "CREATE TABLE orders_2021 (LIKE orders);"


def check(subject: Subject) -> Hazard | None:
    """Silent on tables that the same plan creates."""
    if subject.lock is None:
        return None
    words = {
        "parent": name_of(getattr(subject.node, "def").range_var),
        "table": subject.table,
        "statement": subject.statement.sql,
    }
    return Hazard(NAME, Severity.MEDIUM, EFFECT.format(**words), SAFER.format(**words))
