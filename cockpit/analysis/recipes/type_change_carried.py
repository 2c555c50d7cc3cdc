"""The change of type of a column that a database shows: all that hangs on it comes along."""

from collections.abc import Iterable, Mapping

from cockpit.analysis.hazards.names import suffixed
from cockpit.analysis.impact import syntax
from cockpit.analysis.recipes.carried import Carried, Handover
from cockpit.analysis.recipes.carried_constraints import carry_constraints, release
from cockpit.analysis.recipes.carried_indexes import carry_indexes
from cockpit.analysis.recipes.carried_values import (
    carry_settings,
    carry_values,
    collation,
)
from cockpit.analysis.recipes.change import Change
from cockpit.analysis.recipes.request import gate
from cockpit.analysis.recipes.synchronised import no_trigger
from cockpit.errors import UsageError
from cockpit.model.column import LiveColumn

HEAD = """\
-- A second column of the new type, kept equal by a trigger, takes over the name. What hangs on
-- {column} was read from the database: it is made for {new} before phase contract, under names with
-- _new, and takes over the old names with it.
"""
LEFT = """\
--
-- NOT in this file, see to it before phase contract:
{left}
"""
BACKFILL = """\
UPDATE {table} SET {new} = {value} WHERE {between} AND {new} IS DISTINCT FROM {value};
-- migrate:check {title}
SELECT NOT EXISTS (SELECT 1 FROM {table} WHERE {new} IS DISTINCT FROM {value});
"""
FOOT = """
-- {old} keeps following until nobody wants to go back. Then, in a migration of its own:
-- drop trigger and function {function} and the column {old}.
"""
AGAIN = """\
-- To go forward again from here, roll the earlier phases back too: keys and foreign keys that refer
-- to the column are made in them.
"""
WITH_NEXT = "-- what is proved goes with the next phase\n"


def write_carried(change: Change, live: LiveColumn, options: Mapping[str, str]) -> str:
    """The file. Raises UsageError for a column that cannot be swapped."""
    _refuse(live)
    over = Handover(live, change.table, suffixed(live.name, "new"), Carried())
    carry_settings(over, change.kind)
    carry_indexes(over)
    carry_constraints(over)
    carry_values(over, change.kind, _default(change, live))
    release(over)
    over.made.left += live.others
    if not live.partitioned:
        # Without it the planner would know nothing of the column that takes over.
        over.made.proofs.append(f"ANALYZE {change.table}")
    up, down = _up(change, over, options), _down(change, over)
    _, old, _ = over.columns
    return "\n".join([_head(over), *up, *down]) + FOOT.format(old=old, function=change.function)


def _refuse(live: LiveColumn) -> None:
    name = f"{live.table}.{live.name}"
    why = ""
    if live.generated:
        why = f"{name} is generated: its type is that of its expression."
    elif live.divides:
        why = f"{name} divides a partitioned table: no other column can take its place."
    elif live.parent:
        why = f"{live.table} has {live.name} from {live.parent}: change it there."
    if why:
        raise UsageError(why, kept="No file was written.")


def _default(change: Change, live: LiveColumn) -> str | None:
    """The old one, through `using` where there is one."""
    plain_cast = change.value.endswith(f"::{change.kind}")
    if live.default is None or plain_cast:
        return live.default
    value, default = syntax.parse_expression(change.value), syntax.parse_expression(live.default)
    if value is None or default is None:
        return None
    return syntax.to_text(syntax.with_column(value, change.plain, default))


def _head(over: Handover) -> str:
    column, _, new = over.columns
    left = "\n".join(f"--   {' '.join(words.split())}" for words in over.made.left)
    return HEAD.format(column=column, new=new) + (LEFT.format(left=left) if left else "")


def _up(change: Change, over: Handover, options: Mapping[str, str]) -> list[str]:
    made, (column, old, new) = over.made, over.columns
    add = f"{over.alter} ADD COLUMN {new} {change.kind}{collation(over, change.kind)}"
    asked = f"running code takes {change.plain} as {change.kind}"
    if made.left:
        asked += f", and what the head of this file names is made for {over.new}"
    backfill = BACKFILL.format(table=change.table, new=new, value=change.value, **options)
    swap = [
        *made.leave,
        no_trigger(change.table, change.function),
        f"{over.alter} RENAME COLUMN {column} TO {old}",
        f"{over.alter} RENAME COLUMN {new} TO {column}",
        *made.arrive,
        change.backward,
    ]
    return [
        _phase("up", "expand", [add, *made.columns, change.forward]),
        f"-- migrate:up phase:backfill {options['options']}\n{backfill}",
        *_some(_phase("up", "index transaction:false", made.indexes), made.indexes),
        *_some(_phase("up", "constraint", made.constraints), made.constraints),
        *_some(_phase("up", "validate", made.proofs), made.proofs),
        _swapped("up", f" {gate(asked)}", made.before_swap, swap, []),
    ]


def _down(change: Change, over: Handover) -> list[str]:
    made, (column, old, new) = over.made, over.columns
    back = [
        *made.leave_again,
        no_trigger(change.table, change.function),
        f"{over.alter} RENAME COLUMN {column} TO {new}",
        f"{over.alter} RENAME COLUMN {old} TO {column}",
        *made.restore,
        change.forward,
    ]
    again = AGAIN if made.leave_again else ""
    return [
        _swapped("down", "", made.before_return, back, made.after_return) + again,
        *_some(f"-- migrate:down phase:validate\n{WITH_NEXT}", made.proofs),
        *_some(_phase("down", "constraint", made.unconstrain), made.constraints),
        *_some(_phase("down", "index transaction:false", made.unindex), made.indexes),
        _phase(
            "down",
            "expand",
            [no_trigger(change.table, change.function), f"{over.alter} DROP COLUMN {new}"],
        ),
    ]


def _some(text: str, content: list[str]) -> list[str]:
    return [text] if content else []


def _phase(direction: str, name: str, statements: Iterable[str]) -> str:
    return f"-- migrate:{direction} phase:{name}\n{_ended(statements)}"


def _swapped(
    direction: str, asked: str, before: list[str], swap: list[str], after: list[str]
) -> str:
    """The swap in one transaction; what may not or need not be in it stands around it."""
    if not before and not after:
        return f"-- migrate:{direction} phase:contract{asked}\n{_ended(swap)}"
    body = [*before, "BEGIN", *swap, "COMMIT", *after]
    return f"-- migrate:{direction} phase:contract transaction:false{asked}\n{_ended(body)}"


def _ended(statements: Iterable[str]) -> str:
    return "".join(f"{text.removesuffix(';')};\n" for text in statements)
