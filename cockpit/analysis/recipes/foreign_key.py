"""A foreign key that blocks writes for moments only, with the index its other side needs."""

from cockpit.analysis.hazards.names import listed
from cockpit.analysis.recipes.partitions import dropped, index_on, leaves
from cockpit.analysis.recipes.request import Request

NAME = "foreign-key"
FILE = """\
-- migrate:up phase:expand transaction:false
{index};

-- migrate:up phase:contract
{add};

-- migrate:up phase:validate
{validate};

-- migrate:down phase:validate
{invalidate}

-- migrate:down phase:contract
{drop};

-- migrate:down phase:expand transaction:false
{no_index};
"""
WITH_NEXT = "-- the constraint goes with the next phase"


def write(request: Request) -> str:
    """New rows are checked from phase contract on, old ones in phase validate.

    A partitioned table takes no key NOT VALID before PostgreSQL 18, and never an index
    CONCURRENTLY: with a live column each partition gets its own first, and the whole takes them.
    """
    table, live, columns = request.name, request.live, listed(request.several())
    name = request.constraint(*request.columns, "fkey")
    key = f"{name} FOREIGN KEY ({columns}) REFERENCES {request.needed('references')}"
    index = request.named(*request.columns, "idx")
    tables = leaves(live) if live and live.partitioned else [table]
    apart = tables != [table]
    add = [f"ALTER TABLE {one} ADD CONSTRAINT\n  {key} NOT VALID" for one in tables]
    validate = [f"ALTER TABLE {one} VALIDATE CONSTRAINT {name}" for one in tables]
    if apart:
        validate.append(f"ALTER TABLE {table} ADD CONSTRAINT\n  {key}")
    gone = "IF EXISTS " if apart else ""
    return FILE.format(
        index=";\n".join(index_on(table, live, columns, index)),
        add=";\n".join(add),
        validate=";\n".join(validate),
        invalidate=f"ALTER TABLE {table} DROP CONSTRAINT {name};" if apart else WITH_NEXT,
        drop=";\n".join(f"ALTER TABLE {one} DROP CONSTRAINT {gone}{name}" for one in tables),
        no_index=dropped(table, live, index),
    )
