"""A unique constraint, its index built while reads and writes go on."""

from cockpit.analysis.hazards.names import listed, quoted
from cockpit.analysis.recipes.partitions import dropped, index_on
from cockpit.analysis.recipes.request import Request

NAME = "unique"
FILE = """\
-- migrate:up phase:expand transaction:false
{make};

-- migrate:up phase:contract
ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name};

-- migrate:down phase:contract
ALTER TABLE {table} DROP CONSTRAINT {name};

-- migrate:down phase:expand transaction:false
-- it went with its constraint, if that was there
{drop};
"""
PARTITIONED = """\
-- Of a partitioned table the server makes no constraint from an index: the unique index stays one.
-- It refuses the same rows and serves ON CONFLICT and foreign keys.

-- migrate:up phase:expand transaction:false
{make};

-- migrate:down phase:expand transaction:false
{drop};
"""


def write(request: Request) -> str:
    """Fails in its first phase, with nothing kept waiting, when two rows are alike."""
    table, live, columns = request.name, request.live, request.several()
    name = request.named(*columns, "key")
    form = PARTITIONED if live and live.partitioned else FILE
    return form.format(
        table=table,
        make=";\n".join(index_on(table, live, listed(columns), name, unique=True)),
        name=quoted(name),
        drop=dropped(table, live, name, may_be_gone=True),
    )
