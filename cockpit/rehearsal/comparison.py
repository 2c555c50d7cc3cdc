"""A scratch database at one moment, and how it differs from another moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cockpit.database.belongings import Belongings, lost, read_belongings
from cockpit.database.connection import Connection
from cockpit.database.schema_sentences import Schema, read_schema
from cockpit.database.surroundings import read_roles
from cockpit.model.rehearsal import Difference


@dataclass(frozen=True, slots=True)
class Moment:
    """Schema, data and roles."""

    schema: Schema
    belongings: Mapping[str, Belongings]
    roles: Mapping[str, str]


def moment(connection: Connection, filled: frozenset[str]) -> Moment:
    """Read it all in one transaction that changes nothing. `filled`: tables with rows."""
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        belongings = read_belongings(connection, filled)
        roles = {f"role {r.name}": _role(r.attributes, r.member_of) for r in read_roles(connection)}
        return Moment(read_schema(connection), belongings, roles)
    finally:
        connection.roll_back()


def with_identities(earlier: Moment, connection: Connection) -> Moment:
    """The same moment reached anew: what is there is equal, tables have other OIDs."""
    anew = read_belongings(connection, frozenset())
    merged = {
        name: replace(anew[name], rows=was.rows, values=was.values) if name in anew else was
        for name, was in earlier.belongings.items()
    }
    return replace(earlier, belongings=merged)


def differences(before: Moment, after: Moment) -> tuple[Difference, ...]:
    """Every sentence that is not the same; those of substance first."""
    form = before.schema.form | after.schema.form
    found = [
        *_differences(before.schema.sentences, after.schema.sentences, form),
        *_differences(before.roles, after.roles, frozenset()),
    ]
    found = [one for one in found if not _follows(one, found)]
    return tuple(sorted(found, key=lambda difference: (difference.form, difference.what)))


def losses(before: Moment, after: Moment) -> tuple[str, ...]:
    """Data that was there before and is not after."""
    return lost(before.belongings, after.belongings)


def _differences(
    before: Mapping[str, str], after: Mapping[str, str], form: frozenset[str]
) -> Iterator[Difference]:
    for what in before.keys() | after.keys():
        if before.get(what) != after.get(what):
            yield Difference(what, before.get(what), after.get(what), what in form)


def _follows(one: Difference, found: list[Difference]) -> bool:
    """It says again what another difference says: the parts of a table that is there or not."""
    owners = {d.what.partition(" ")[2] for d in found if _whole(d)}
    if one.form and one.what.startswith("order of the columns of "):
        name = one.what.removeprefix("order of the columns of ")
        columns = {d.what for d in found if not d.form and d.what.startswith(f"column {name}.")}
        return name in owners or bool(columns)
    if one.what.startswith("column "):
        return one.what.removeprefix("column ").rpartition(".")[0] in owners
    if one.what.startswith("numbers of sequence "):
        return one.what.removeprefix("numbers of sequence ") in owners
    return one.what.rpartition(" on ")[2] in owners if " on " in one.what else False


def _whole(difference: Difference) -> bool:
    """A table, view or sequence came or went."""
    kinds = ("table ", "view ", "materialized view ", "foreign table ", "sequence ", "type ")
    came_or_went = difference.before is None or difference.after is None
    return came_or_went and difference.what.startswith(kinds)


def _role(attributes: str, groups: tuple[str, ...]) -> str:
    return f"{attributes}, member of {', '.join(groups)}"
