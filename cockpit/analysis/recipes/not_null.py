"""A column refuses nulls, without a scan behind closed doors."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.recipes.request import Request, title

NAME = "not-null"
FILE = """\
-- migrate:up phase:expand
ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID;
{backfill}
-- migrate:up phase:validate
ALTER TABLE {table} VALIDATE CONSTRAINT {check};

-- migrate:up phase:contract
ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL;
ALTER TABLE {table} DROP CONSTRAINT {check};

-- migrate:down phase:contract
ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID;
ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL;

-- migrate:down phase:validate
-- the constraint goes with the next phase

-- migrate:down phase:expand
ALTER TABLE {table} DROP CONSTRAINT {check};
"""
BACKFILL = """
-- migrate:up phase:backfill {options}
UPDATE {table} SET {column} = {value} WHERE {between} AND {column} IS NULL;
-- migrate:check {title}
SELECT NOT EXISTS (SELECT 1 FROM {table} WHERE {column} IS NULL);
"""


def write(request: Request) -> str:
    """With `value` nulls are filled first; without it VALIDATE fails when there is one."""
    names = {
        "table": request.name,
        "column": quoted(request.column),
        "check": request.constraint(request.column, "present"),
    }
    backfill = ""
    if request.value:
        backfill = BACKFILL.format(
            options=request.backfill,
            between=request.between,
            value=request.value,
            title=title(f"every {request.table}.{request.column} has a value"),
            **names,
        )
    return FILE.format(backfill=backfill, **names)
