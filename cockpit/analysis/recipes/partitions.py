"""An index without standing in the way of writes, on a plain table and on a partitioned one."""

from cockpit.analysis.hazards.names import Name, quoted, suffixed
from cockpit.analysis.recipes.anew import Anew
from cockpit.model.column import LiveColumn


def index_everywhere(live: LiveColumn, anew: Anew, definition: str, name: str) -> list[str] | None:
    """Statements for outside of a transaction; None where the definition cannot be said again.

    CONCURRENTLY is not for partitioned tables: there an empty index is made first, then one for
    each partition, and each is attached; with the last one the whole is valid.
    """
    if not live.partitioned:
        text = anew.index(definition, name)
        return None if text is None else [text]
    root = Name(live.schema, live.table)
    texts = [anew.index_of_partitioned(definition, name, root)]
    made = {root: Name(live.schema, name)}
    for number, part in enumerate(live.partitions, 1):
        table, own = Name(part.schema, part.name), suffixed(name, str(number))
        made[table] = Name(part.schema, own)
        build = anew.index if part.leaf else anew.index_of_partitioned
        texts.append(build(definition, own, table))
        parent = made[Name(part.parent_schema, part.parent)]
        texts.append(f"ALTER INDEX {parent} ATTACH PARTITION {made[table]}")
    return None if None in texts else [text for text in texts if text]


def index_on(
    table: Name, live: LiveColumn | None, columns: str, name: str, *, unique: bool = False
) -> list[str]:
    """A new index over these columns, as SQL; `live`: one of them, where a database was asked."""
    kind = "UNIQUE INDEX" if unique else "INDEX"
    if live is None or not live.partitioned:
        return [f"CREATE {kind} CONCURRENTLY {quoted(name)} ON {table} ({columns})"]
    definition = f"CREATE {kind} x ON {table} USING btree ({columns})"
    return index_everywhere(live, Anew(live.name, live.name), definition, name) or []


def dropped(table: Name, live: LiveColumn | None, name: str, *, may_be_gone: bool = False) -> str:
    """What drops it again; a partitioned one goes only as a whole and under ACCESS EXCLUSIVE."""
    how = "" if live and live.partitioned else "CONCURRENTLY "
    gone = "IF EXISTS " if may_be_gone else ""
    return f"DROP INDEX {how}{gone}{table.sibling(name)}"


def leaves(live: LiveColumn) -> list[Name]:
    """The partitions that hold rows."""
    return [Name(part.schema, part.name) for part in live.partitions if part.leaf]
