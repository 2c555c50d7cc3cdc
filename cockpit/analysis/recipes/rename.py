"""A column gets another name, while code that says the old one goes on running."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.recipes.request import Request, gate, title
from cockpit.analysis.recipes.synchronised import both_ways, no_trigger, trigger

NAME = "rename"
FILE = """\
-- migrate:up phase:expand
ALTER TABLE {table} ADD COLUMN {new} {type};
{trigger}

-- migrate:up phase:backfill {options}
UPDATE {table} SET {new} = {old} WHERE {between} AND {new} IS DISTINCT FROM {old};
-- migrate:check {title}
SELECT NOT EXISTS (SELECT 1 FROM {table} WHERE {new} IS DISTINCT FROM {old});

-- migrate:up phase:contract {gate}
{no_trigger}
ALTER TABLE {table} DROP COLUMN {old};

-- migrate:down phase:contract
ALTER TABLE {table} ADD COLUMN {old} {type};
{trigger}

-- migrate:down phase:backfill {options}
UPDATE {table} SET {old} = {new} WHERE {between} AND {old} IS DISTINCT FROM {new};

-- migrate:down phase:expand
{no_trigger}
ALTER TABLE {table} DROP COLUMN {new};
"""


def write(request: Request) -> str:
    """Either name may be written until the old one goes; the way back fills it again."""
    table, plain = request.name, request.column
    (renamed,) = request.new_names(1, 1)
    old, new = quoted(plain), quoted(renamed)
    function = str(table.sibling(request.named(plain, "sync")))
    body = both_ways(old, new, to_new=f"NEW.{old}", to_old=f"NEW.{new}")
    return FILE.format(
        table=table,
        old=old,
        new=new,
        type=request.needed("type"),
        options=request.backfill,
        between=request.between,
        title=title(f"{renamed} says what {plain} says, in every row"),
        gate=gate(f"no running code says {request.table}.{plain}"),
        trigger=trigger(table, function, body),
        no_trigger=no_trigger(table, function),
    )
