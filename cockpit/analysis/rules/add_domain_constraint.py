"""A constraint of a domain is checked in every table that uses the domain."""

from cockpit.analysis.hazards.names import name_in, quoted
from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "add-domain-constraint"
READS = ("AlterDomainStmt",)
EFFECT = "Blocks writes on {read} while every column of type {domain} is checked."
SAFER = """\
-- a check of each table can be NOT VALID first and be proved while reads and writes go on; on the
-- domain, NOT VALID and VALIDATE both work, but VALIDATE reads every table under one lock:
ALTER DOMAIN {domain} ADD CONSTRAINT {name} ... NOT VALID;
COMMIT;
ALTER DOMAIN {domain} VALIDATE CONSTRAINT {name};"""
VALIDATED = """\
-- when few write to these tables: nothing lighter proves a domain's constraint. A check of each
-- table instead can be validated while reads and writes go on."""
BAD = "ALTER DOMAIN email ADD CONSTRAINT email_has_at CHECK (VALUE LIKE '%@%');"
GOOD = "ALTER DOMAIN email ADD CONSTRAINT email_has_at CHECK (VALUE LIKE '%@%') NOT VALID;"
_SET_NOT_NULL, _ADD_CONSTRAINT, _VALIDATE = "O", "C", "V"


def check(subject: Subject) -> Hazard | None:
    """With NOT VALID it is silent; without a catalog every domain is believed to be used.

    VALIDATE is the lighter half of it, and there is no lighter one.
    """
    alter = subject.node
    constraint = getattr(alter, "def").constraint
    adds = alter.subtype == _ADD_CONSTRAINT and not constraint.skip_validation
    if not adds and alter.subtype not in (_SET_NOT_NULL, _VALIDATE):
        return None
    scans = subject.impact.scans
    if subject.tables.known and not scans:
        return None
    domain = name_in(alter.type_name)
    read = ", ".join(f"{label} ({subject.tables.size(label)})" for label in scans)
    name = quoted(constraint.conname or alter.name or f"{domain.name}_check")
    effect = EFFECT.format(read=read or "every table that uses it", domain=domain)
    severity = subject.largest.severity if scans else Severity.HIGH
    if alter.subtype == _VALIDATE:
        return Hazard(NAME, min(severity, Severity.MEDIUM), effect, VALIDATED)
    return Hazard(NAME, severity, effect, SAFER.format(domain=domain, name=name))
