"""A unique constraint, its index built while reads and writes go on."""

from cockpit.analysis.hazards.names import listed, quoted
from cockpit.analysis.recipes.request import Request

NAME = "unique"
FILE = """\
-- migrate:up phase:expand transaction:false
CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({columns});

-- migrate:up phase:contract
ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name};

-- migrate:down phase:contract
ALTER TABLE {table} DROP CONSTRAINT {name};

-- migrate:down phase:expand transaction:false
-- it went with its constraint, if that was there
DROP INDEX CONCURRENTLY IF EXISTS {index};
"""


def write(request: Request) -> str:
    """Fails in its first phase, with nothing kept waiting, when two rows are alike."""
    columns = request.several()
    name = request.named(*columns, "key")
    return FILE.format(
        table=request.name,
        columns=listed(columns),
        name=quoted(name),
        index=request.name.sibling(name),
    )
