"""Rights that are taken away break running code at once; rights for PUBLIC reach everybody."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.subject import Subject
from cockpit.model.hazard import Hazard, Severity

NAME = "revoke-rights"
READS = ("GrantStmt", "GrantRoleStmt")
REVOKED = "Code that is running now with these rights fails from one moment to the next."
PUBLIC = "Everybody who can connect to this database gets these rights, now and later."
SAFER = "-- {words} by name the roles that need it, one by one"
BAD = "REVOKE SELECT ON orders FROM PUBLIC;"
GOOD = "GRANT SELECT ON orders TO CURRENT_USER;"


def check(subject: Subject) -> Hazard | None:
    """Every REVOKE, and every GRANT to PUBLIC, on what exists."""
    grant = subject.node
    if not grant.is_grant:
        return Hazard(NAME, Severity.MEDIUM, REVOKED, SAFER.format(words="revoke from"))
    grantees = grant.grantees if isinstance(grant, pb.GrantStmt) else ()
    if any(item.role_spec.roletype == pb.ROLESPEC_PUBLIC for item in grantees):
        return Hazard(NAME, Severity.MEDIUM, PUBLIC, SAFER.format(words="grant to"))
    return None
