"""What goes with a column that is dropped, and the part of it that its way back makes again."""

from cockpit.analysis.hazards.names import Name, quoted, suffixed
from cockpit.analysis.recipes.anew import Anew
from cockpit.analysis.recipes.carried import Carried, Handover, remark
from cockpit.analysis.recipes.carried_indexes import marks
from cockpit.analysis.recipes.carried_values import carry_settings, collation
from cockpit.analysis.recipes.partitions import index_everywhere
from cockpit.analysis.recipes.request import Request
from cockpit.model.column import ColumnConstraint, ColumnIndex, LiveColumn

HEAD = """\
-- With {column} go all its indexes and constraints; the way back makes them again, but for:
{left}
"""
UNSEEN = """\
-- NOT in this file, because {why}:
-- indexes, constraints, default, comment and privileges that go with {column}. Its way back makes
-- none of them again; written anew with --target or --dsn it does.
"""


def way_back(request: Request, kind: str, *, presence: bool) -> tuple[str, str, str]:
    """The head of the file, what makes the column, and what makes the rest, each may be empty.

    `kind`: its type where no database says it; `presence`: the rest makes it NOT NULL too. The rest
    is for outside of a transaction.
    """
    column = quoted(request.column)
    if request.live is None:
        kind = kind or request.needed("type")
        again = f"ALTER TABLE {request.name} ADD COLUMN {column} {kind};\n"
        return UNSEEN.format(why=request.unasked, column=column), again, ""
    made = _Remade(request.live, request.name)
    again, rest = made.column(), made.rest(presence=presence)
    return made.head(), again, rest


class _Remade:
    """A column with what hangs on it, under the names it has now."""

    def __init__(self, live: LiveColumn, table: Name) -> None:
        self._live, self._table = live, table
        self._anew = Anew(live.name, live.name)
        self._over = Handover(live, table, live.name, Carried())
        self._left = list(live.others)

    def column(self) -> str:
        """With what a column has of its own, as statements."""
        live, made = self._live, self._over.made
        default = "" if live.default is None or live.sequence else f" DEFAULT {live.default}"
        carry_settings(self._over, live.type)
        self._left += made.left
        if live.sequence is not None:
            self._left.append(f"sequence {live.sequence.schema}.{live.sequence.name}")
        add = f"{self._over.alter} ADD COLUMN {quoted(live.name)} {live.type}"
        return _ended([f"{add}{collation(self._over, live.type)}{default}", *made.columns])

    def rest(self, *, presence: bool) -> str:
        """Indexes, constraints, statistics."""
        made = self._presence() if presence and self._live.not_null else []
        for index in self._live.indexes:
            made += self._index(index)
        for constraint in self._live.constraints:
            made += self._constraint(constraint)
        for found in self._live.extended:
            what = f"STATISTICS {Name(found.schema, found.name)}"
            made += [found.definition, *remark(what, found.comment)]
            if found.target is not None:
                made.append(f"ALTER {what} SET STATISTICS {found.target}")
        return _ended(made)

    def head(self) -> str:
        """What must be seen to by hand; known when all else is made."""
        if not self._left:
            return ""
        left = "\n".join(f"--   {' '.join(words.split())}" for words in self._left)
        return HEAD.format(column=quoted(self._live.name), left=left)

    def _presence(self) -> list[str]:
        alter, column = self._over.alter, quoted(self._live.name)
        check = quoted(suffixed(self._live.name, "present"))
        return [
            f"{alter} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID",
            f"{alter} VALIDATE CONSTRAINT {check}",
            f"{alter} ALTER COLUMN {column} SET NOT NULL",
            f"{alter} DROP CONSTRAINT {check}",
        ]

    def _index(self, index: ColumnIndex) -> list[str]:
        keyed = index.constraint in ("p", "x") or (index.constraint and self._live.partitioned)
        texts = index_everywhere(self._live, self._anew, index.definition, index.name)
        if keyed or texts is None:
            self._left.append(f"index {index.name}: {index.definition}")
            return []
        name = quoted(index.name)
        unique = f"{self._over.alter} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}"
        return [
            *texts,
            *([f"{unique} {index.deferrable}".rstrip()] if index.constraint else []),
            *marks(self._over, index),
            *remark(f"INDEX {Name(index.schema, index.name)}", index.comment),
            *remark(f"CONSTRAINT {name} ON {self._table}", index.constraint_comment),
        ]

    def _constraint(self, found: ColumnConstraint) -> list[str]:
        name = quoted(found.name)
        text = self._anew.constraint(
            self._table, found.definition, found.name, own=False, referenced=False
        )
        refused = found.kind == "f" and found.partitioned and self._live.major < 18
        if found.refers_here or text is None or refused:
            where = Name(found.schema, found.table).label
            self._left.append(f"constraint {found.name} on {where}: {found.definition}")
            return []
        proof = f"{self._over.alter} VALIDATE CONSTRAINT {name}"
        return [
            text,
            *([proof] if found.proved else []),
            *remark(f"CONSTRAINT {name} ON {self._table}", found.comment),
        ]


def _ended(statements: list[str]) -> str:
    return "".join(f"{text};\n" for text in statements)
