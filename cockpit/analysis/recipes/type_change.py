"""A column gets another type, without writing the table anew behind closed doors."""

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.names import quoted, suffixed
from cockpit.analysis.impact import syntax
from cockpit.analysis.recipes.change import Change
from cockpit.analysis.recipes.request import Request, gate, title
from cockpit.analysis.recipes.synchronised import no_trigger, trigger
from cockpit.analysis.recipes.type_change_carried import write_carried
from cockpit.errors import UsageError

NAME = "type-change"
FILE = """\
-- A second column of the new type, kept equal by a trigger, takes over the name.
{unasked}
-- migrate:up phase:expand
ALTER TABLE {table} ADD COLUMN {new} {type};
{forward}

-- migrate:up phase:backfill {options}
UPDATE {table} SET {new} = {value} WHERE {between} AND {new} IS DISTINCT FROM {value};
-- migrate:check {title}
SELECT NOT EXISTS (SELECT 1 FROM {table} WHERE {new} IS DISTINCT FROM {value});

-- migrate:up phase:contract {gate}
{no_trigger}
ALTER TABLE {table} RENAME COLUMN {column} TO {old};
ALTER TABLE {table} RENAME COLUMN {new} TO {column};
{optional}{backward}

-- migrate:down phase:contract
{no_trigger}
ALTER TABLE {table} RENAME COLUMN {column} TO {new};
ALTER TABLE {table} RENAME COLUMN {old} TO {column};
{forward}

-- migrate:down phase:expand
{no_trigger}
ALTER TABLE {table} DROP COLUMN {new};
{required}
-- {old} keeps following until nobody wants to go back. Then, in a migration of its own:
-- drop trigger and function {function} and the column {old}.
"""
BACKWARD = """\
BEGIN
  NEW.{old} := {back};
EXCEPTION WHEN data_exception THEN
  NEW.{old} := NULL; -- it does not fit: the way back must find a place for it
END;"""
OPTIONAL = "ALTER TABLE {table} ALTER COLUMN {old} DROP NOT NULL;\n"
REQUIRED = "ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL; -- reads all of it\n"
UNSEEN = """\
-- NOT in this file, because {why}:
-- indexes, constraints, foreign keys in both directions, default, sequence or identity, comment,
-- privileges and statistics of {column}.
-- Make them for {new} before phase contract; or write the file anew with --target or --dsn.
"""


def write(request: Request) -> str:
    """Both columns follow each other, so that going back loses nothing that the old type holds.

    With a live column all that hangs on it passes to the new one; without, the file says in words
    what it does not know of. Raises UsageError for `using` without `back`: only its author knows
    what undoes it.
    """
    change = _change(request)
    column, old, new = (quoted(n) for n in _columns(change.plain))
    options = {
        "options": request.backfill,
        "between": request.between,
        "title": title(
            f"{suffixed(change.plain, 'new')} says what {change.plain} says, in every row"
        ),
    }
    if request.live is not None:
        return write_carried(change, request.live, options)
    names = {"table": change.table, "column": column, "old": old, "new": new}
    return FILE.format(
        **names,
        **options,
        unasked=UNSEEN.format(why=request.unasked, column=column, new=new),
        type=change.kind,
        value=change.value,
        function=change.function,
        gate=gate(f"{new} has the indexes, constraints and default of {change.plain}"),
        forward=change.forward,
        backward=change.backward,
        optional=OPTIONAL.format(**names) if request.required else "",
        required=REQUIRED.format(**names) if request.required else "",
        no_trigger=no_trigger(change.table, change.function),
    )


def _columns(plain: str) -> tuple[str, str, str]:
    """The column, the old one after the swap, the new one before it."""
    return plain, suffixed(plain, "old"), suffixed(plain, "new")


def _change(request: Request) -> Change:
    table, plain, kind = request.name, request.column, request.needed("type")
    column, old, new = (quoted(n) for n in _columns(plain))
    if request.using and not request.back:
        raise UsageError(
            f"--using {request.using} needs --back: the old value from the new one.",
            kept="No file was written.",
            next_step=f"Give it as an expression over {plain}.",
        )
    function = str(table.sibling(request.named(plain, "sync")))
    value = request.using or f"{column}::{kind}"
    back = _of_new_row(request.back or column, plain)
    return Change(
        table, plain, kind, value, function,
        forward=trigger(table, function, f"NEW.{new} := {_of_new_row(value, plain)};"),
        backward=trigger(table, function, BACKWARD.format(old=old, back=back)),
    )  # fmt: skip


def _of_new_row(value: str, plain: str) -> str:
    """The same expression over the row that a trigger sees."""
    expression = syntax.parse_expression(value)
    if expression is None:
        return value
    copy = type(expression)()
    copy.CopyFrom(expression)
    for node in list(syntax.walk(copy)):
        if isinstance(node, pb.ColumnRef) and syntax.words(node.fields) == (plain,):
            node.fields.insert(0, pb.Node(string=pb.String(sval="new")))
    return syntax.to_text(copy)
