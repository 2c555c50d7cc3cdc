"""What a recipe's request lacks and a database knows: the column itself, and a key to go along."""

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from cockpit.cli.options import Request as Where
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import DatabaseError, UsageError
from cockpit.present.harmless import harmless

if TYPE_CHECKING:
    from cockpit.analysis.recipes.request import Request
    from cockpit.model.column import LiveColumn

_USUAL_KEY = "id"
_PLACE = "ctid"


def with_live_column(asked: "Request", where: Where, surroundings: Surroundings) -> "Request":
    """The request with the column as the target has it; without a target as it is.

    A target that does not answer, or lacks the column, keeps nobody from writing the file: it is
    told, and the file says what it does not know of.
    """
    from cockpit.cli.choice import read_choice

    choice = read_choice(where, surroundings)
    if choice.target is None or not asked.table or not asked.columns:
        return asked
    from cockpit.cli.opening import opening
    from cockpit.deploy.live_column import live_column

    name, column = asked.name, asked.columns[0]
    try:
        with opening(choice, where.ref, surroundings) as prepared:
            live = live_column(prepared, name.schema, name.name, column)
    except DatabaseError as error:
        return _unasked(asked, f"the database could not be asked: {error.what.rstrip('.')}")
    if live is None:
        return _unasked(asked, f"the database has no column {asked.table}.{column}")
    return replace(asked, live=live, required=asked.required or live.not_null)


def _unasked(asked: "Request", why: str) -> "Request":
    click.echo(f"warning: {harmless(why)}", err=True)
    return replace(asked, unasked=" ".join(harmless(why).split()))


def with_key(asked: "Request", key: str) -> "Request":
    """The key that was named, or else one that the table has. Raises UsageError without any."""
    if key or asked.live is None:
        return replace(asked, key=key or _USUAL_KEY)
    return replace(asked, key=_key_of(asked.live))


def _key_of(live: "LiveColumn") -> str:
    """A unique key without nulls; the place of a row in a plain table that has none."""
    plain = len(live.key) == 1 or not any('"' in column for column in live.key)
    if live.key and plain:
        return ", ".join(live.key)
    if not live.partitioned:
        return _PLACE
    raise UsageError(
        f"{live.table} has no unique key without nulls that a backfill could go along.",
        kept="No file was written.",
        next_step="Name columns that are enough of one with --key.",
    )
