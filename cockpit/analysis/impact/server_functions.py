"""Built-in functions that lock the relation they are given."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.scene import Scene
from cockpit.model.facts import RelationFacts
from cockpit.model.locks import LockMode

_AS, _SUX = LockMode.ACCESS_SHARE, LockMode.SHARE_UPDATE_EXCLUSIVE
_SIZES = ("pg_relation_size", "pg_table_size")
_WHOLE_SIZES = ("pg_total_relation_size", "pg_indexes_size")
_BRIN = ("brin_summarize_new_values", "brin_summarize_range", "brin_desummarize_range")


_KNOWN = (
    *_SIZES, *_WHOLE_SIZES, *_BRIN,
    "gin_clean_pending_list", "pg_get_indexdef", "pg_partition_tree",
)  # fmt: skip


def touch(scene: Scene, call: pb.FuncCall) -> bool:
    """Lock what such a call names; False when it is another function."""
    name = syntax.words(call.funcname)[-1]
    if name == "set_config":
        _set_config(scene, call)
        return True
    if name not in _KNOWN:
        return False
    relation = _named(scene, call)
    if relation is None:
        return True
    if name in _SIZES or name in _WHOLE_SIZES:
        scene.lock(relation, _AS)
        if name in _WHOLE_SIZES:
            scene.lock_indexes(relation, _AS)
    elif name in _BRIN:
        _lock_both(scene, relation, _SUX)
    elif name == "gin_clean_pending_list":
        scene.lock(relation, LockMode.ROW_EXCLUSIVE)
    elif name == "pg_partition_tree":
        for member in scene.world.tree(relation.oid):
            scene.lock(member if member.oid != relation.oid else None, _AS)
    else:
        scene.lock(_table_of(scene, relation), _AS)
    return True


def _named(scene: Scene, call: pb.FuncCall) -> RelationFacts | None:
    text = syntax.constant_text(syntax.unwrap(call.args[0])) if call.args else ""
    name = syntax.relation_name(text) if text else None
    return scene.find(name) if name is not None else None


def _table_of(scene: Scene, index: RelationFacts) -> RelationFacts | None:
    facts = scene.world.indexes.get(index.oid)
    return scene.world.relations.get(facts.table) if facts else None


def _lock_both(scene: Scene, index: RelationFacts, mode: LockMode) -> None:
    scene.lock(_table_of(scene, index), mode)
    scene.lock(index, mode)


def _set_config(scene: Scene, call: pb.FuncCall) -> None:
    """The same as SET, where name and value are written out."""
    texts = [syntax.constant_text(syntax.unwrap(item)) for item in call.args]
    if len(texts) == 3 and texts[0]:
        name = texts[0].lower()
        scene.world.settings[name] = texts[1]
        if name == "search_path":
            parts = [part.strip().strip('"') for part in texts[1].split(",")]
            scene.world.set_search_path([part for part in parts if part])
