"""A foreign key that blocks writes for moments only, with the index its other side needs."""

from cockpit.analysis.hazards.names import Name, listed
from cockpit.analysis.recipes.request import Request

NAME = "foreign-key"
FILE = """\
-- migrate:up phase:expand transaction:false
CREATE INDEX CONCURRENTLY {index} ON {table} ({columns});

-- migrate:up phase:contract
ALTER TABLE {table} ADD CONSTRAINT {name}
  FOREIGN KEY ({columns}) REFERENCES {references} NOT VALID;

-- migrate:up phase:validate
ALTER TABLE {table} VALIDATE CONSTRAINT {name};

-- migrate:down phase:validate
-- the constraint goes with the next phase

-- migrate:down phase:contract
ALTER TABLE {table} DROP CONSTRAINT {name};

-- migrate:down phase:expand transaction:false
DROP INDEX CONCURRENTLY {dropped};
"""


def write(request: Request) -> str:
    """New rows are checked from phase contract on, old ones in phase validate."""
    columns = request.several()
    table = request.name
    index = Name("", request.named(*columns, "idx"))
    return FILE.format(
        table=table,
        columns=listed(columns),
        references=request.needed("references"),
        name=request.constraint(*columns, "fkey"),
        index=index,
        dropped=table.sibling(index.name),
    )
