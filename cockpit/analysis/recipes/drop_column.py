"""A column goes, once no running code reads or writes it."""

from cockpit.analysis.hazards.names import quoted
from cockpit.analysis.recipes.remade import way_back
from cockpit.analysis.recipes.request import Request, gate

NAME = "drop-column"
REQUIRED = """\
-- migrate:up phase:expand
ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL;

"""
FILE = """\
-- migrate:up phase:contract {gate}
ALTER TABLE {table} DROP COLUMN {column};

-- migrate:down phase:contract{how}
{again}"""
REQUIRED_AGAIN = """
-- migrate:down phase:expand
-- refuses to go on while there is a null: fill {column} first
ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL;
"""


def write(request: Request) -> str:
    """A column that refuses nulls allows them first, so that new code need not write it.

    With a live column the way back makes again what went with it; without, the file says in words
    what it does not know of.
    """
    names = {"table": request.name, "column": quoted(request.column)}
    asked = gate(f"no running code reads or writes {request.table}.{request.column}")
    head, again, rest = way_back(request, request.type, presence=False)
    text = FILE.format(
        gate=asked, how=" transaction:false" if rest else "", again=again + rest, **names
    )
    if request.required:
        text = REQUIRED.format(**names) + text + REQUIRED_AGAIN.format(**names)
    return f"{head}\n{text}" if head else text
