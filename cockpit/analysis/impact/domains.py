"""Domains."""

from collections.abc import Iterator
from dataclasses import replace

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.datatypes import DataTypes
from cockpit.analysis.impact.row_types import containers
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import ConstraintFacts, TypeFacts
from cockpit.model.locks import LockMode


def alter(scene: Scene, node: pb.AlterDomainStmt) -> None:
    """ALTER DOMAIN: what restricts values reads every table that has a column of the domain."""
    oid, _ = DataTypes(scene.world).resolve(pb.TypeName(names=node.type_name))
    domain = scene.world.types.get(oid)
    if domain is None:
        if scene.world.assumes and node.subtype in ("C", "O", "V"):
            scene.note("every table with a column of this domain is locked SHARE and read")
        return
    if node.subtype == "C":
        _add_constraint(scene, domain, getattr(node, "def").constraint)
    elif node.subtype in ("O", "N"):
        _set_not_null(scene, domain, node.subtype == "O")
    elif node.subtype in ("V", "X"):
        _change_constraint(scene, domain, node)


def _add_constraint(scene: Scene, domain: TypeFacts, constraint: pb.Constraint) -> None:
    if constraint.contype == pb.CONSTR_NOTNULL:
        _set_not_null(scene, domain, True)
        return
    _keep(scene, domain, constraint)
    if not constraint.skip_validation:
        _read_users(scene, domain)


def _keep(scene: Scene, domain: TypeFacts, constraint: pb.Constraint) -> None:
    oid = scene.world.new_oid()
    scene.world.domain_constraints[oid] = ConstraintFacts(
        oid=oid,
        name=constraint.conname or f"{domain.name}_check",
        kind="c",
        domain=domain.oid,
        valid=not constraint.skip_validation,
    )


def _set_not_null(scene: Scene, domain: TypeFacts, value: bool) -> None:
    if value and not domain.not_null:
        _read_users(scene, domain)
    scene.world.add_type(replace(domain, not_null=value))


def _change_constraint(scene: Scene, domain: TypeFacts, node: pb.AlterDomainStmt) -> None:
    """VALIDATE reads the tables, DROP does not."""
    kept = scene.world.domain_constraints
    found = [c for c in kept.values() if c.domain == domain.oid and c.name == node.name]
    for constraint in found:
        if node.subtype == "X":
            del kept[constraint.oid]
        else:
            kept[constraint.oid] = replace(constraint, valid=True)
            _read_users(scene, domain)


def _read_users(scene: Scene, domain: TypeFacts) -> None:
    """Relations with a column of the domain, or of one built on it: locked, and read if stored.

    `get_rels_with_domain` of `commands/typecmds.c` locks before it looks whether there is storage,
    and gives the lock on views and partitioned tables back at once: `pg_locks` never shows it.
    """
    world = scene.world
    for relation, _ in world.columns_of_type(domain.oid):
        scene.lock(relation, LockMode.SHARE)
        scene.scan(relation)
    for other in [t for t in world.types.values() if t.kind == "d" and t.base == domain.oid]:
        _read_users(scene, other)
    direct = set(users_of(scene, domain))
    for relation, column in containers(scene, domain.oid):
        if relation.oid not in direct:
            scene.lock(relation, LockMode.ACCESS_SHARE)
            scene.fail(f"column {relation.name}.{column} holds the domain inside another type")


def users_of(scene: Scene, domain: TypeFacts) -> Iterator[int]:
    """Relations with a column of the domain or of one built on it."""
    world = scene.world
    yield from (relation.oid for relation, _ in world.columns_of_type(domain.oid))
    for other in [t for t in world.types.values() if t.kind == "d" and t.base == domain.oid]:
        yield from users_of(scene, other)


def create(scene: Scene, node: pb.CreateDomainStmt) -> None:
    """CREATE DOMAIN: catalog only."""
    world = scene.world
    name = syntax.name_of(node.domainname)
    base, typmod = DataTypes(world).resolve(node.type_name)
    constraints = [item.constraint for item in node.constraints]
    domain = TypeFacts(
        oid=world.new_oid(),
        schema=name.schemaname or world.creation_schema,
        name=name.relname,
        kind="d",
        base=base,
        typmod=typmod,
        not_null=any(c.contype == pb.CONSTR_NOTNULL for c in constraints),
        default=_default(constraints),
    )
    world.add_type(domain)
    for constraint in constraints:
        if constraint.contype == pb.CONSTR_CHECK:
            _keep(scene, domain, constraint)


def _default(constraints: list[pb.Constraint]) -> str | None:
    found = (c for c in constraints if c.contype == pb.CONSTR_DEFAULT)
    return next((syntax.to_text(syntax.unwrap(c.raw_expr)) for c in found), None)


HANDLERS = {"AlterDomainStmt": alter, "CreateDomainStmt": create}
