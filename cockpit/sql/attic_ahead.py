"""The statements of a copy that is made before the lock, and of what came after it.

Rows are told apart by who wrote them. The copy's snapshot has a bound: every transaction with a
number before it had ended by then. Rows with such a number are *settled*: those that are there
under the lock were there for the copy, as they are. So the copy takes settled rows only; under the
lock as many settled rows as were copied are the very rows that were copied, and the rest is copied
then. Text only; nothing is run here.
"""

from cockpit.model.attic import Holding, Place
from cockpit.sql.attic import carried, kept_table, same_row, selected, target
from cockpit.sql.names import quoted


def settled_statement(holding: Holding, bound: int) -> str:
    """What copies the settled rows: into a table of the attic, or out to the client."""
    rows = f"{selected(holding)} WHERE {_settled(bound)}"
    if holding.place is Place.FILE:
        return f"COPY ({rows}) TO STDOUT"
    return f"CREATE TABLE {kept_table(holding)} AS {rows}"


def rest_statement(holding: Holding, bound: int) -> str:
    """What puts the others aside, in a table that is gone with the transaction."""
    rows = f"{selected(holding)} WHERE NOT ({_settled(bound)})"
    return f"CREATE TEMPORARY TABLE {_rest(holding)} ON COMMIT DROP AS {rows}"


def changed_statement(holding: Holding) -> str:
    """Forget what was copied of rows that have been written anew since, found by their keys."""
    same = " AND ".join(
        f"kept.{quoted(column.name)} = rest.{quoted(column.name)}" for column in holding.key
    )
    rest = f"pg_temp.{_rest(holding)} AS rest"
    return f"DELETE FROM {kept_table(holding)} AS kept USING {rest} WHERE {same}"  # noqa: S608


def add_statement(holding: Holding) -> str:
    """What copies the rows that were put aside to those that were copied before."""
    names = ", ".join(quoted(column.name) for column in carried(holding))
    rows = f"SELECT {names} FROM pg_temp.{_rest(holding)}"  # noqa: S608 - names are quoted
    if holding.place is Place.FILE:
        return f"COPY ({rows}) TO STDOUT"
    return f"INSERT INTO {kept_table(holding)} ({names}) {rows}"


def count_statement(holding: Holding) -> str:
    """How many rows the table has."""
    return f"SELECT count(*) FROM {target(holding)}"  # noqa: S608


def analyze_statement(holding: Holding) -> str:
    """So that few rows are found one by one, by their keys."""
    return f"ANALYZE pg_temp.{_rest(holding)}"


def gone_statement(holding: Holding, bound: int) -> str:
    """Forget what was copied of every row that is not there any more as it was."""
    here = f"{target(holding)} AS here"
    there = f"SELECT FROM {here} WHERE {same_row(holding)} AND {_settled(bound, 'here.')}"
    return f"DELETE FROM {kept_table(holding)} AS kept WHERE NOT EXISTS ({there})"  # noqa: S608


def _settled(bound: int, of: str = "") -> str:
    """Written by a transaction with a number before the bound.

    Numbers go round in 32 bits: one that is half a circle old looks young. With time a settled row
    may so become one that is not, which costs a second copy of it; never the other way round.
    """
    return f"age({of}xmin) > (SELECT age('{bound:d}'::xid))"


def _rest(holding: Holding) -> str:
    return f"cockpit_rest_{holding.number:d}"
