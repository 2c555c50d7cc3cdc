"""Indexes, and the keys that stand on them."""

from cockpit.analysis.hazards.names import Name, quoted, suffixed
from cockpit.analysis.recipes.carried import Handover, remark
from cockpit.analysis.recipes.partitions import index_everywhere
from cockpit.model.column import ColumnIndex


def carry_indexes(over: Handover) -> None:
    """Each valid one anew, its constraint upon it; exclusion constraints are left in words."""
    for index in over.live.indexes:
        if index.constraint == "x" or (index.constraint and over.live.partitioned):
            over.made.left.append(
                f"constraint {index.name}: it cannot be made while writes go on: {index.definition}"
            )
            continue
        new = suffixed(index.name, "new")
        texts = index_everywhere(over.live, over.anew, index.definition, new)
        if texts is None:
            over.made.left.append(f"index {index.name}: {index.definition}")
            continue
        over.made.indexes += texts
        over.made.unindex.append(_dropped(over, index.schema, new))
        _stand_on(over, index, new)
        if index.identifies:
            # Its columns must refuse nulls, which the one that steps aside no longer does.
            over.made.leave.append(f"{over.alter} REPLICA IDENTITY DEFAULT")
            over.made.leave_again.append(f"{over.alter} REPLICA IDENTITY DEFAULT")
        over.made.arrive += marks(over, index)
        over.made.restore += marks(over, index)


def _dropped(over: Handover, schema: str, name: str) -> str:
    how = "" if over.live.partitioned else "CONCURRENTLY "
    return f"DROP INDEX {how}IF EXISTS {Name(schema, name)}"


def _stand_on(over: Handover, index: ColumnIndex, new: str) -> None:
    """The constraint of the index, or only its name."""
    over.made.constraints += remark(f"INDEX {Name(index.schema, new)}", index.comment)
    if index.constraint == "p":
        _primary_key(over, index, new)
    elif index.constraint:
        _unique_constraint(over, index, new)
    else:
        over.swap("ALTER INDEX {} RENAME TO {}", index.schema, index.name)


def _primary_key(over: Handover, index: ColumnIndex, new: str) -> None:
    """The old column gets a unique index beside it, from which the key can be made again."""
    made, name, spare = over.made, quoted(index.name), suffixed(index.name, "spare")
    text = over.same.index(index.definition, spare)
    made.before_swap += [text] if text else []
    made.leave.append(f"{over.alter} DROP CONSTRAINT {name}")
    made.leave_again.append(f"{over.alter} DROP CONSTRAINT {name}")
    key = f"{over.alter} ADD CONSTRAINT {name} PRIMARY KEY USING INDEX "
    said = [
        *remark(f"CONSTRAINT {name} ON {over.table}", index.constraint_comment),
        *remark(f"INDEX {Name(index.schema, index.name)}", index.comment),
    ]
    made.arrive += [f"{key}{quoted(new)}{_when(index)}", *said]
    made.restore += [f"{key}{quoted(spare)}{_when(index)}", *said]


def _unique_constraint(over: Handover, index: ColumnIndex, new: str) -> None:
    name = quoted(new)
    over.made.constraints.append(
        f"{over.alter} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}{_when(index)}"
    )
    over.made.constraints += remark(f"CONSTRAINT {name} ON {over.table}", index.constraint_comment)
    over.made.unconstrain.append(f"{over.alter} DROP CONSTRAINT {name}")
    over.swap(f"{over.alter} RENAME CONSTRAINT {{}} TO {{}}", "", index.name)


def _when(index: ColumnIndex) -> str:
    return f" {index.deferrable}" if index.deferrable else ""


def marks(over: Handover, index: ColumnIndex) -> list[str]:
    """The index that identifies rows for replication, and the one that rows are ordered by."""
    words = {"REPLICA IDENTITY USING INDEX": index.identifies, "CLUSTER ON": index.clustered}
    name = quoted(index.name)
    return [f"{over.alter} {said} {name}" for said, marked in words.items() if marked]
