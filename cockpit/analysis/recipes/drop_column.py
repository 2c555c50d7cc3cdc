"""A column goes, once no running code reads or writes it."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.recipes.request import Request, gate

NAME = "drop-column"
REQUIRED = """\
-- migrate:up phase:expand
ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL;

"""
FILE = """\
-- migrate:up phase:contract {gate}
ALTER TABLE {table} DROP COLUMN {column};

-- migrate:down phase:contract
ALTER TABLE {table} ADD COLUMN {column} {type};
"""
REQUIRED_AGAIN = """
-- migrate:down phase:expand
-- refuses to go on while there is a null: fill {column} first
ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL;
"""


def write(request: Request) -> str:
    """A column that refuses nulls allows them first, so that new code need not write it."""
    names = {"table": request.name, "column": quoted(request.column)}
    asked = gate(f"no running code reads or writes {request.table}.{request.column}")
    text = FILE.format(gate=asked, type=request.needed("type"), **names)
    if not request.required:
        return text
    return REQUIRED.format(**names) + text + REQUIRED_AGAIN.format(**names)
