"""A domain with a constraint cannot be loosened or tightened without touching every user of it."""

from cockpit.analysis.hazards.names import name_in
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "domain-with-constraint"
READS = ("CreateDomainStmt",)
EFFECT = (
    "Every later change of the constraint of {domain} locks and reads every table that uses it, "
    "all in one transaction."
)
SAFER = """\
-- the domain without the constraint, and a check in each table, which can be changed alone:
CREATE DOMAIN {domain} AS {type};"""
BAD = "CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');"
GOOD = "CREATE DOMAIN email AS text;"


def check(subject: Subject) -> Hazard | None:
    """Silent for a domain that only names a type."""
    from cockpit.analysis.hazards.safer import type_sql

    create = subject.node
    if not create.constraints:
        return None
    domain = name_in(create.domainname)
    safer = SAFER.format(domain=domain, type=type_sql(create.type_name))
    return Hazard(NAME, Severity.LOW, EFFECT.format(domain=domain), safer)
