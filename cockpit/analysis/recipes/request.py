"""What a recipe is told."""

from dataclasses import dataclass

from cockpit.analysis.hazards.names import Name, made_up, quoted, suffixed
from cockpit.errors import UsageError
from cockpit.model.column import LiveColumn


@dataclass(frozen=True, slots=True)
class Request:
    """Names as the operator gave them; a recipe asks for those it needs."""

    recipe: str
    table: str = ""
    """`orders` or `shop.orders`, as stored."""
    columns: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    """New names."""
    type: str = ""
    """A type, as SQL."""
    using: str = ""
    """An expression over the column, as SQL."""
    back: str = ""
    """What undoes `using`: an expression over the new column, as SQL."""
    references: str = ""
    """`customers(id)` or `customers`."""
    value: str = ""
    """What stands in for null, as SQL."""
    separator: str = " "
    key: str = "id"
    """Columns of the key that a backfill follows, as SQL."""
    batch: int = 5000
    required: bool = False
    """The column refuses nulls."""
    live: LiveColumn | None = None
    """The one column as the target has it, or the first of several."""
    unasked: str = "no database was asked"
    """Why there is no live column, in words."""

    @property
    def name(self) -> Name:
        """The table. Raises UsageError without one."""
        if not self.table:
            raise _missing(self.recipe, "--table NAME")
        schema, _, name = self.table.rpartition(".")
        return Name(schema, name)

    @property
    def column(self) -> str:
        """The one column, as stored. Raises UsageError without one, or with two."""
        if len(self.columns) != 1:
            raise _missing(self.recipe, "one --column NAME")
        return self.columns[0]

    def several(self) -> tuple[str, ...]:
        """One column or more. Raises UsageError without any."""
        if not self.columns:
            raise _missing(self.recipe, "--column NAME")
        return self.columns

    def new_names(self, least: int = 1, most: int | None = None) -> tuple[str, ...]:
        """The names to come. Raises UsageError when there are too few or too many."""
        if len(self.to) < least or (most is not None and len(self.to) > most):
            raise _missing(self.recipe, " ".join(["--to NAME"] * least))
        return self.to

    def needed(self, option: str) -> str:
        """The value of `type` or `references`. Raises UsageError when it is empty."""
        value: str = getattr(self, option)
        if not value:
            raise _missing(self.recipe, f"--{option} {option.upper()}")
        return value

    def named(self, *parts: str) -> str:
        """A name in PostgreSQL's style, as stored; the last part is kept whole."""
        return suffixed(made_up(self.name.name, *parts[:-1]), parts[-1])

    def constraint(self, *parts: str) -> str:
        """The same as SQL."""
        return quoted(self.named(*parts))

    @property
    def backfill(self) -> str:
        """The options of a marker that runs its phase in batches."""
        return f"table:{_value(str(self.name))} key:{_value(self.key)} batch:{self.batch}"

    @property
    def between(self) -> str:
        """The condition for one batch."""
        columns = [part.strip() for part in self.key.split(",")]
        if len(columns) == 1:
            return f"{columns[0]} BETWEEN :from AND :to"
        names = ", ".join(columns)
        low = ", ".join(f":from_{column}" for column in columns)
        high = ", ".join(f":to_{column}" for column in columns)
        return f"({names}) >= ({low}) AND ({names}) <= ({high})"


def gate(words: str) -> str:
    """The option of a marker that somebody must confirm."""
    return f"gate:{_value(words, always=True)}"


def title(words: str) -> str:
    """The title of a check."""
    return _value(words, always=True)


def _value(text: str, *, always: bool = False) -> str:
    plain = not always and text and not any(c.isspace() or c in '"\\' for c in text)
    if plain:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _missing(recipe: str, option: str) -> UsageError:
    return UsageError(f"The recipe {recipe} needs {option}.", kept="No file was written.")
