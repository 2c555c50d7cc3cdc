"""Publications."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import PublicationFacts
from cockpit.model.locks import LockMode

_SUX = LockMode.SHARE_UPDATE_EXCLUSIVE


def create(scene: Scene, node: pb.CreatePublicationStmt) -> None:
    """CREATE PUBLICATION: SHARE UPDATE EXCLUSIVE on every named table and its children."""
    if node.pubname in scene.world.publications:
        scene.refuse(f"publication {node.pubname} exists already")
    tables = _lock_tables(scene, node.pubobjects)
    publication = PublicationFacts(scene.world.new_oid(), node.pubname, tables)
    scene.world.publications[node.pubname] = publication


def alter(scene: Scene, node: pb.AlterPublicationStmt) -> None:
    """ALTER PUBLICATION: the same for what is added and dropped; SET also drops the others."""
    _lock_tables(scene, node.pubobjects)
    old = scene.world.publications.get(node.pubname)
    if node.action == pb.AP_SetObjects and old is not None:
        for oid in old.tables:
            scene.lock(scene.world.relations.get(oid), _SUX)


def _lock_tables(scene: Scene, objects: "list[pb.Node]") -> tuple[int, ...]:
    found: dict[int, None] = {}
    for item in objects:
        wanted = item.publication_obj_spec
        if wanted.pubobjtype not in (pb.PUBLICATIONOBJ_TABLE, pb.PUBLICATIONOBJ_CONTINUATION):
            continue
        if not wanted.HasField("pubtable"):
            continue
        name = wanted.pubtable.relation
        table = scene.find(name)
        if table is None:
            continue
        members = scene.world.tree(table.oid) if name.inh and table.kind != "p" else [table]
        for member in list(members):
            scene.lock(member, _SUX)
            found[member.oid] = None
    return tuple(found)


HANDLERS = {"CreatePublicationStmt": create, "AlterPublicationStmt": alter}
