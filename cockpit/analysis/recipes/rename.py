"""A column gets another name, while code that says the old one goes on running."""

from cockpit.analysis.hazards.names import quoted, suffixed
from cockpit.analysis.recipes.anew import Anew
from cockpit.analysis.recipes.partitions import index_everywhere
from cockpit.analysis.recipes.request import Request, gate, title
from cockpit.analysis.recipes.synchronised import both_ways, no_trigger, trigger
from cockpit.model.column import LiveColumn

NAME = "rename"
FILE = """\
-- A copy under the new name is kept equal by a trigger until nobody says the old one. Then the copy
-- goes, and the column itself takes the name, with all that hangs on it.
{left}
-- migrate:up phase:expand
ALTER TABLE {table} ADD COLUMN {new} {type};
{trigger}

-- migrate:up phase:backfill {options}
UPDATE {table} SET {new} = {old} WHERE {between} AND {new} IS DISTINCT FROM {old};
-- migrate:check {title}
SELECT NOT EXISTS (SELECT 1 FROM {table} WHERE {new} IS DISTINCT FROM {old});
{indexes}
-- migrate:up phase:contract {gate}
{no_trigger}
ALTER TABLE {table} DROP COLUMN {new};
ALTER TABLE {table} RENAME COLUMN {old} TO {new};

-- migrate:down phase:contract
ALTER TABLE {table} RENAME COLUMN {new} TO {old};
ALTER TABLE {table} ADD COLUMN {new} {type};
{trigger}
{index_again}
-- migrate:down phase:backfill {options}
UPDATE {table} SET {new} = {old} WHERE {between} AND {new} IS DISTINCT FROM {old};

-- migrate:down phase:expand
{no_trigger}
ALTER TABLE {table} DROP COLUMN {new};
"""
INDEX = """
-- migrate:up phase:index transaction:false
{indexes};
"""
INDEX_AGAIN = """
-- migrate:down phase:index
-- code that says the new name does without indexes until it is gone; the copy takes its own along
"""
UNSEEN = """\
--
-- NOT in this file, because {why}: indexes on the copy. Until phase
-- contract code that looks rows up by {new} needs its own; they go with the copy.
"""


def write(request: Request) -> str:
    """Either name may be written until the old one goes."""
    table, plain = request.name, request.column
    (renamed,) = request.new_names(1, 1)
    old, new = quoted(plain), quoted(renamed)
    function = str(table.sibling(request.named(plain, "sync")))
    body = both_ways(old, new, to_new=f"NEW.{old}", to_old=f"NEW.{new}")
    live = request.live
    indexes = _indexes(live, renamed) if live else []
    return FILE.format(
        table=table,
        old=old,
        new=new,
        left="" if live else UNSEEN.format(why=request.unasked, new=new),
        type=request.type or (live.type if live else request.needed("type")),
        options=request.backfill,
        between=request.between,
        title=title(f"{renamed} says what {plain} says, in every row"),
        gate=gate(f"no running code says {request.table}.{plain}"),
        indexes=INDEX.format(indexes=";\n".join(indexes)) if indexes else "",
        index_again=INDEX_AGAIN if indexes else "",
        trigger=trigger(table, function, body),
        no_trigger=no_trigger(table, function),
    )


def _indexes(live: LiveColumn, renamed: str) -> list[str]:
    """Of each index one on the copy, so that code that says the new name is as quick."""
    anew, texts = Anew(live.name, renamed), []
    for index in live.indexes:
        if index.constraint != "x":
            name = suffixed(index.name, "copy")
            # Alike only for moments while both are written, which the column itself decides about.
            plain = index.definition.replace("CREATE UNIQUE INDEX", "CREATE INDEX", 1)
            texts += index_everywhere(live, anew, plain, name) or []
    return texts
