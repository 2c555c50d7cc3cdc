"""CREATE INDEX and REINDEX."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.constraints import name_constraint
from cockpit.analysis.impact.operator_classes import default_class
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import DependencyFacts, IndexFacts, RelationFacts
from cockpit.model.locks import LockMode

_SUX, _SHARE, _AX = LockMode.SHARE_UPDATE_EXCLUSIVE, LockMode.SHARE, LockMode.ACCESS_EXCLUSIVE


def create(scene: Scene, node: pb.IndexStmt) -> None:
    """CREATE INDEX: SHARE while it is built, on partitions too; CONCURRENTLY lets writers go on."""
    scene.transactional = not node.concurrent
    table = scene.find(node.relation)
    if table is None:
        return
    mode = _SUX if node.concurrent else _SHARE
    world = scene.world
    members = list(world.tree(table.oid)) if node.relation.inh and table.kind == "p" else [table]
    for member in members:
        scene.lock(member, mode)
    if node.idxname and world.find(table.schema, node.idxname) is not None:
        return
    shape = index_of(scene, table, node)
    ready: set[int] = set()
    for member in members:
        if member.oid not in ready and member is not table:
            _compare(scene, member)
        if _has_equal(scene, member, shape):
            ready |= {below.oid for below in world.tree(member.oid)}
        if member.oid not in ready:
            scene.scan(member)
    _compute(scene, node)
    add(scene, table, shape, node.idxname)


def _compute(scene: Scene, node: pb.IndexStmt) -> None:
    """Functions in the index run for every row; since 17 they find only what they qualify."""
    world = scene.world
    path = world.search_path
    if scene.major >= 17:
        world.search_path = []
    for part in syntax.walk(node):
        if isinstance(part, pb.FuncCall):
            scene.study(part)
    world.search_path = path


def index_of(scene: Scene, table: RelationFacts, node: pb.IndexStmt) -> IndexFacts:
    """The index that a statement describes."""
    elements = [item.index_elem for item in (*node.index_params, *node.index_including_params)]
    columns = tuple(
        (table.numbers((element.name,)) or (0,))[0] if element.name else 0 for element in elements
    )
    named: set[str] = set()
    for element in elements:
        named |= {element.name} if element.name else syntax.column_names(element)
    if node.HasField("where_clause"):
        named |= syntax.column_names(node.where_clause)
    has_expression = any(not element.name for element in elements)
    return IndexFacts(
        oid=scene.world.new_oid(),
        table=table.oid,
        method=node.access_method or "btree",
        unique=node.unique,
        columns=columns,
        keys=len(node.index_params),
        classes=_classes(scene, table, node),
        collations=_collations(scene, table, node),
        expressions="an expression" if has_expression else None,
        predicate="a predicate" if node.HasField("where_clause") else None,
        uses=frozenset(table.numbers(tuple(named))),
    )


def _classes(scene: Scene, table: RelationFacts, node: pb.IndexStmt) -> tuple[int, ...]:
    """Operator class of each key, the default one where none is written; 0 when not known."""
    method = node.access_method or "btree"
    found = []
    for item in node.index_params:
        column = table.column(item.index_elem.name)
        name = syntax.words(item.index_elem.opclass)[-1:]
        if name:
            classes = (c for c in scene.world.facts.classes if c.method == method)
            chosen = next((c for c in classes if c.name == name[0]), None)
        else:
            chosen = default_class(scene.world, column.type, method) if column else None
        found.append(chosen.oid if chosen else 0)
    return tuple(found)


def _collations(scene: Scene, table: RelationFacts, node: pb.IndexStmt) -> tuple[int, ...]:
    found = []
    for item in node.index_params:
        column = table.column(item.index_elem.name)
        name = syntax.words(item.index_elem.collation)[-1:]
        own = column.collation if column else 0
        found.append(scene.world.objects.get(("pg_collation", name[0]), -1) if name else own)
    return tuple(found)


def add(scene: Scene, table: RelationFacts, index: IndexFacts, name: str) -> None:
    """The index exists from now on."""
    world = scene.world
    name = name or name_constraint(table, index.columns, "idx")
    kind = "I" if table.kind == "p" else "i"
    world.add(RelationFacts(index.oid, table.schema, name, kind, table.persistence))
    world.indexes.put(index)
    for column in index.uses or (0,):
        world.depend(DependencyFacts("pg_class", index.oid, 0, "pg_class", table.oid, column, "a"))


def _compare(scene: Scene, partition: RelationFacts) -> None:
    """Indexes that have no parent yet are opened, for one of them may do (`DefineIndex`)."""
    for index in scene.world.indexes.of(partition.oid):
        if not index.parent:
            scene.lock(scene.world.relations.get(index.oid), _SHARE)


def _has_equal(scene: Scene, table: RelationFacts, shape: IndexFacts) -> bool:
    """A partition's own index of the same shape is taken over instead of building another."""
    if table.oid == shape.table or shape.expressions or shape.predicate:
        return False
    return any(
        index.columns == shape.columns and index.valid and not index.parent
        and index.method == shape.method and index.unique >= shape.unique
        and not index.expressions and not index.predicate
        for index in scene.world.indexes.of(table.oid)
    )  # fmt: skip


def reindex(scene: Scene, node: pb.ReindexStmt) -> None:
    """REINDEX: the index ACCESS EXCLUSIVE, its table SHARE, or CONCURRENTLY less than that."""
    concurrently = syntax.switched_on(node.params, "concurrently")
    scene.transactional = not concurrently
    if node.kind == pb.REINDEX_OBJECT_INDEX:
        _reindex_named(scene, node, concurrently)
    elif node.kind == pb.REINDEX_OBJECT_TABLE:
        table = scene.find_only(node.relation, "rpm", "a table or materialized view")
        if table is not None:
            _reindex_table(scene, table, concurrently)
    else:
        scene.transactional = False
        _reindex_many(scene, node, concurrently)


def _reindex_named(scene: Scene, node: pb.ReindexStmt, concurrently: bool) -> None:
    index = scene.find_only(node.relation, "iI", "an index")
    facts = scene.world.indexes.get(index.oid) if index else None
    if index is None:
        return
    if facts is None:
        scene.lock(index, _AX)
        scene.rebuild(index)
        mode = _SUX if concurrently else _SHARE
        scene.note(f"the table of index {index.name} is locked {mode.words} and read")
        return
    scene.transactional = scene.transactional and index.kind != "I"
    table = scene.world.relations[facts.table]
    scene.lock(table, _SUX if concurrently else _SHARE)
    if index.kind == "i":
        _rebuild(scene, table, [facts], concurrently)
        return
    scene.lock(index, _SUX if concurrently else _AX)
    for member in scene.world.tree(facts.table):
        below = [i for i in scene.world.indexes.of(member.oid) if _belongs(scene, i, index.oid)]
        for share in below:
            scene.lock(scene.world.relations[share.oid], _SHARE)
        if member.kind != "p" and below:
            scene.lock(member, _SUX if concurrently else _SHARE)
        _rebuild(scene, member, below, concurrently)


def _belongs(scene: Scene, index: IndexFacts, ancestor: int) -> bool:
    parent = scene.world.indexes.get(index.parent)
    return index.parent == ancestor or (parent is not None and _belongs(scene, parent, ancestor))


def _reindex_table(scene: Scene, table: RelationFacts, concurrently: bool) -> None:
    """Partitions are listed under SHARE, also CONCURRENTLY (`ReindexPartitions`)."""
    scene.transactional = scene.transactional and table.kind != "p"
    members = scene.world.tree(table.oid) if table.kind == "p" else [table]
    for member in list(members):
        scene.lock(member, _SUX if concurrently and member is table else _SHARE)
        _rebuild(scene, member, scene.world.indexes.of(member.oid), concurrently)


def _rebuild(
    scene: Scene, table: RelationFacts, indexes: list[IndexFacts], concurrently: bool
) -> None:
    for facts in indexes:
        index = scene.world.relations[facts.oid]
        if index.kind == "i" and not (concurrently and (facts.exclusion or not facts.valid)):
            scene.lock(index, _AX)
            scene.rebuild(index)
            scene.scan(table)


def _reindex_many(scene: Scene, node: pb.ReindexStmt, concurrently: bool) -> None:
    if node.kind == pb.REINDEX_OBJECT_SYSTEM:
        return
    if scene.world.assumes:
        scene.cannot_tell("the catalog knows which tables there are")
    for relation in list(scene.world.relations.values()):
        wanted = node.kind == pb.REINDEX_OBJECT_DATABASE or relation.schema == node.name
        if relation.kind in "rm" and wanted:
            _reindex_table(scene, relation, concurrently)


HANDLERS = {"IndexStmt": create, "ReindexStmt": reindex}
