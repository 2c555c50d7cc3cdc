"""VACUUM, ANALYZE, CLUSTER."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.row_types import lock_composites
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode

_AX, _SUX = LockMode.ACCESS_EXCLUSIVE, LockMode.SHARE_UPDATE_EXCLUSIVE


def vacuum(scene: Scene, node: pb.VacuumStmt) -> None:
    """VACUUM runs alone and lets work go on, FULL writes the table anew; ANALYZE samples.

    ONLY_DATABASE_STATS and PROCESS_MAIN false (16) leave the tables alone (`vacuum_rel`).
    """
    scene.transactional = not node.is_vacuumcmd
    full = node.is_vacuumcmd and syntax.switched_on(node.options, "full")
    analyze = not node.is_vacuumcmd or syntax.switched_on(node.options, "analyze")
    if syntax.switched_on(node.options, "only_database_stats"):
        return
    main = syntax.option(node.options, "process_main")
    toast_alone = main is not None and not syntax.switched_on(node.options, "process_main")
    for table in _targets(scene, node, analyze):
        scene.lock(table, _AX if full else _SUX)
        if toast_alone:
            continue
        if full and table.stored:
            lock_composites(scene, [column.type for column in table.columns])
            scene.rewrite(table)
        elif node.is_vacuumcmd and table.stored:
            scene.lock_indexes(table, LockMode.ROW_EXCLUSIVE)
        elif table.kind != "p":
            scene.lock_indexes(table, LockMode.ACCESS_SHARE)


def _targets(scene: Scene, node: pb.VacuumStmt, analyze: bool) -> list[RelationFacts]:
    """The named tables and their partitions; since 18 also children, and ONLY is heeded."""
    world = scene.world
    if not node.rels:
        if world.assumes:
            scene.cannot_tell("the catalog knows which tables there are")
        return [r for r in world.relations.values() if r.kind in "rmp"]
    found: dict[int, RelationFacts] = {}
    for item in node.rels:
        name = item.vacuum_relation.relation
        table = scene.find(name)
        if table is None:
            continue
        whole = name.inh if scene.major >= 18 else table.kind == "p"
        found |= {t.oid: t for t in (world.tree(table.oid) if whole else [table])}
        if analyze:
            for child in world.tree(table.oid):
                scene.lock(child, LockMode.ACCESS_SHARE)
    return list(found.values())


def cluster(scene: Scene, node: pb.ClusterStmt) -> None:
    """CLUSTER: the table is written anew in index order."""
    if not node.HasField("relation"):
        scene.transactional = False
        if scene.world.assumes:
            scene.cannot_tell("the catalog knows which tables were clustered before")
        for index in list(scene.world.indexes):
            if index.clustered and index.table in scene.world.relations:
                _cluster_one(scene, scene.world.relations[index.table])
        return
    table = scene.find(node.relation)
    if table is None:
        return
    if table.kind == "p":
        _cluster_partitions(scene, table, node)
    else:
        _cluster_one(scene, table)


def _cluster_partitions(scene: Scene, table: RelationFacts, node: pb.ClusterStmt) -> None:
    """Since 15, one partition after the other (`get_tables_to_cluster_partitioned`)."""
    scene.lock(table, _AX)
    if scene.major < 15:
        scene.refuse(f"{table.name} is partitioned, and cannot be clustered before 15")
    scene.transactional = False
    scene.lock(scene.world.find(table.schema, node.indexname), LockMode.ACCESS_SHARE)
    for member in list(scene.world.tree(table.oid)):
        if member.kind != "p":
            _cluster_one(scene, member)


def _cluster_one(scene: Scene, table: RelationFacts) -> None:
    scene.lock(table, _AX)
    if table.stored:
        scene.rewrite(table)


HANDLERS = {"VacuumStmt": vacuum, "ClusterStmt": cluster}
