"""What hangs on a column, made for the one that takes its name: before, at and after the swap.

Objects are made under a name of their own while both columns are in use. At the swap the old ones
step aside and the new ones take their names, so that nothing that says a name notices. Indexes are
built CONCURRENTLY, constraints come NOT VALID and are validated later.
"""

from dataclasses import dataclass, field

from cockpit.analysis.hazards.names import Name, quoted, suffixed
from cockpit.analysis.recipes.anew import Anew
from cockpit.model.column import LiveColumn


@dataclass(slots=True)
class Carried:
    """Statements by the place in the file where they stand, each without its semicolon."""

    columns: list[str] = field(default_factory=list)
    """Right after the new column was added."""
    indexes: list[str] = field(default_factory=list)
    """Outside of a transaction."""
    constraints: list[str] = field(default_factory=list)
    proofs: list[str] = field(default_factory=list)
    before_swap: list[str] = field(default_factory=list)
    """Outside of a transaction, while the columns still have their first names."""
    leave: list[str] = field(default_factory=list)
    """In the swap, before anything else: it waits for other tables while nobody waits for it."""
    arrive: list[str] = field(default_factory=list)
    """In the swap, after it."""
    before_return: list[str] = field(default_factory=list)
    """On the way back: each on its own, before the swap is undone."""
    leave_again: list[str] = field(default_factory=list)
    restore: list[str] = field(default_factory=list)
    """In what undoes the swap, after the columns have their first names again."""
    after_return: list[str] = field(default_factory=list)
    """Each on its own."""
    unconstrain: list[str] = field(default_factory=list)
    unindex: list[str] = field(default_factory=list)
    """Outside of a transaction."""
    left: list[str] = field(default_factory=list)
    """What is not made, in words."""


@dataclass(frozen=True, slots=True)
class Handover:
    """One column hands over to another; what is found out on the way is written into `made`."""

    live: LiveColumn
    table: Name
    new: str
    """The new column until the swap, as stored."""
    made: Carried

    @property
    def alter(self) -> str:
        """The beginning of a statement about the table."""
        return f"ALTER TABLE {self.table}"

    @property
    def columns(self) -> tuple[str, str, str]:
        """The name both want, the old column's after the swap, the new one's before it; as SQL."""
        return quoted(self.live.name), quoted(suffixed(self.live.name, "old")), quoted(self.new)

    @property
    def anew(self) -> Anew:
        """Says a definition of the new column."""
        return Anew(self.live.name, self.new)

    @property
    def same(self) -> Anew:
        """Says it of the old one, under another name."""
        return Anew(self.live.name, self.live.name)

    def swap(self, form: str, schema: str, name: str) -> None:
        """The old object steps aside for the new one; on the way back the other way round.

        `form`: a statement with `{}` for the object and for its new name.
        """
        aside, coming = suffixed(name, "old"), suffixed(name, "new")
        self.made.arrive += [
            form.format(Name(schema, name), quoted(aside)),
            form.format(Name(schema, coming), quoted(name)),
        ]
        self.made.restore += [
            form.format(Name(schema, name), quoted(coming)),
            form.format(Name(schema, aside), quoted(name)),
        ]


def remark(what: str, comment: str | None) -> list[str]:
    """The COMMENT ON of an object that has one."""
    if comment is None:
        return []
    text = comment.replace("'", "''")
    return [f"COMMENT ON {what} IS '{text}'"]
