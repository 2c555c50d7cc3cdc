"""One column of a live table with everything that hangs on it, as SQL that would make it anew."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ColumnIndex:
    """An index with the column in its key, its expressions, its predicate or beside them."""

    schema: str
    name: str
    definition: str
    """`CREATE INDEX ...`, as `pg_get_indexdef` prints it."""
    constraint: str = ""
    """`p`, `u` or `x` of the constraint that stands on it; empty for none."""
    deferrable: str = ""
    """`DEFERRABLE`, `DEFERRABLE INITIALLY DEFERRED` or empty; of the constraint."""
    unique: bool = False
    clustered: bool = False
    identifies: bool = False
    """The replica identity of the table."""
    comment: str | None = None
    constraint_comment: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnConstraint:
    """A check or foreign key that names the column, of its own table or of another."""

    schema: str
    table: str
    """Whose constraint it is: for a foreign key that refers here another table, or the same."""
    name: str
    kind: str
    """`c` or `f`."""
    definition: str
    """`CHECK (...)`, `FOREIGN KEY ...`, as `pg_get_constraintdef` prints it."""
    refers_here: bool = False
    """The column is on the referenced side."""
    partitioned: bool = False
    """Its table is partitioned."""
    comment: str | None = None

    @property
    def proved(self) -> bool:
        """Every row is known to agree with it."""
        return not self.definition.endswith(("NOT VALID", "NOT ENFORCED"))


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """An extended statistics object over the column."""

    schema: str
    name: str
    definition: str
    target: int | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnGrant:
    """A privilege on this column alone, or on its sequence."""

    privilege: str
    grantee: str
    """As SQL: a quoted role, or `PUBLIC`."""
    grantable: bool = False


@dataclass(frozen=True, slots=True)
class ColumnSequence:
    """The sequence that belongs to the column."""

    schema: str
    name: str
    type: str
    options: str
    """`START WITH 1 INCREMENT BY 1 ...`, as SQL."""
    grants: tuple[ColumnGrant, ...] = ()
    """What others than its owner may do."""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class PartitionOf:
    """One partition, at whatever level."""

    schema: str
    name: str
    parent_schema: str
    parent: str
    leaf: bool
    """It holds rows itself."""


@dataclass(frozen=True, slots=True)
class LiveColumn:
    """The column as the catalog has it."""

    schema: str
    table: str
    name: str
    type: str
    partitioned: bool = False
    """Its table is."""
    major: int = 18
    not_null: bool = False
    default: str | None = None
    identity: str = ""
    """`ALWAYS`, `BY DEFAULT` or empty."""
    generated: bool = False
    collation: str | None = None
    """As SQL, where it is not the type's own."""
    storage: str = ""
    """`PLAIN`, `EXTERNAL`, ..., where it is not the type's own."""
    compression: str = ""
    statistics: int | None = None
    options: tuple[str, ...] = ()
    """`n_distinct=100`"""
    comment: str | None = None
    parent: str = ""
    """The table it is a partition of, or inherits the column from."""
    divides: bool = False
    """The table is partitioned by it."""
    key: tuple[str, ...] = ()
    """Columns of a unique key without nulls, which a backfill may go along, as SQL."""
    sequence: ColumnSequence | None = None
    grants: tuple[ColumnGrant, ...] = ()
    indexes: tuple[ColumnIndex, ...] = ()
    constraints: tuple[ColumnConstraint, ...] = ()
    extended: tuple[ColumnStatistics, ...] = ()
    others: tuple[str, ...] = ()
    """What else names it, in the server's words: `view public.v`, `policy p on table t`."""
    partitions: tuple[PartitionOf, ...] = ()
    """Of a partitioned table, all below it, parents before their children."""
