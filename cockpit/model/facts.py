"""What the catalog of one database says, as far as it decides the effect of a statement.

Objects are named by their OID. Single letters are PostgreSQL's own codes, as in `pg_class.relkind`,
`pg_constraint.contype`, `pg_type.typtype`; expressions are text as `pg_get_expr` prints them.
Over 400 lines, because one look reads all of it: a family a class, and the look that holds them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cockpit.model.attached import AttachedFacts, DefaultRightsFacts

KINDS = {
    "r": "table",
    "p": "partitioned table",
    "f": "foreign table",
    "m": "materialized view",
    "v": "view",
    "S": "sequence",
    "c": "composite type",
    "i": "index",
    "I": "partitioned index",
}
"""Words for `pg_class.relkind`."""


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column that was not dropped."""

    number: int
    name: str
    type: int
    typmod: int = -1
    collation: int = 0
    not_null: bool = False
    default: str | None = None
    """The default, or what a generated column is generated from."""
    generated: str = ""
    """`s` stored, `v` virtual."""
    identity: str = ""
    """`a` always, `d` by default."""
    local: bool = True
    """Defined here, not only inherited."""
    ancestors: int = 0
    """Direct parents it is inherited from."""


@dataclass(frozen=True, slots=True)
class PartitionKey:
    """How a partitioned table is divided."""

    strategy: str
    """`r` range, `l` list, `h` hash."""
    columns: tuple[int, ...]
    """Column numbers; 0 stands for an expression."""
    written: str = ""
    """`RANGE (created_at)`, as `pg_get_partkeydef` prints it."""
    usual: bool = True
    """Operator classes are the system's own, and equal texts are the same byte for byte."""


@dataclass(frozen=True, slots=True)
class RelationFacts:
    """One row of `pg_class`: a table, view, sequence, index, ..."""

    oid: int
    schema: str
    name: str
    kind: str
    persistence: str = "p"
    """`p` permanent, `u` unlogged, `t` temporary."""
    columns: tuple[ColumnFacts, ...] = ()
    row_type: int = 0
    of_type: int = 0
    """The composite type of a typed table."""
    owner: str = ""
    access_method: str = ""
    tablespace: str = ""
    """Empty for the default tablespace of the database."""
    partition: bool = False
    bound: str | None = None
    """`FOR VALUES ...` or `DEFAULT` of a partition."""
    key: PartitionKey | None = None
    definition: str | None = None
    """The query of a view or materialized view."""
    pages: int = 0
    rows: float = -1
    """The planner's estimate; -1 when the table was never analyzed."""
    bytes: int | None = None
    """On disk, asked where no row was ever counted; None elsewhere, or when it could not be."""
    row_security: bool = False
    binds_owner: bool = False
    """FORCE ROW LEVEL SECURITY."""
    asks_as_reader: bool = False
    """A view with `security_invoker`, below which the reader's own rights count."""
    populated: bool = True
    range: tuple[int, int] | None = None
    """The smallest and largest value of a sequence."""

    @property
    def full_name(self) -> str:
        """`schema.name`, unquoted, as stored."""
        return f"{self.schema}.{self.name}"

    @property
    def stored(self) -> bool:
        """Whether rows of its own are on disk."""
        return self.kind in "rm"

    def column(self, name: str) -> ColumnFacts | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    def numbers(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """Column numbers in the order of these names; unknown names are left out."""
        return tuple(c.number for name in names if (c := self.column(name)))

    def named(self, numbers: tuple[int, ...]) -> tuple[str, ...]:
        """Column names in the order of these numbers; empty for an expression."""
        names = {column.number: column.name for column in self.columns}
        return tuple(names.get(number, "") for number in numbers)


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """One row of `pg_index`; its name and schema are those of the relation with the same OID."""

    oid: int
    table: int
    method: str = "btree"
    unique: bool = False
    primary: bool = False
    exclusion: bool = False
    valid: bool = True
    columns: tuple[int, ...] = ()
    """Key columns, then included ones; 0 stands for an expression."""
    keys: int = 0
    """How many of the columns are keys."""
    classes: tuple[int, ...] = ()
    """Operator class of each key."""
    collations: tuple[int, ...] = ()
    expressions: str | None = None
    predicate: str | None = None
    uses: frozenset[int] = frozenset()
    """Every column named anywhere in it, also in expressions and predicate."""
    clustered: bool = False
    parent: int = 0
    """The partitioned index it belongs to."""


@dataclass(frozen=True, slots=True)
class ConstraintFacts:
    """One row of `pg_constraint`."""

    oid: int
    name: str
    kind: str
    """`c` check, `f` foreign key, `n` not null, `p` primary key, `u` unique, `x` exclusion."""
    table: int = 0
    """0 for a constraint of a domain."""
    domain: int = 0
    columns: tuple[int, ...] = ()
    expression: str | None = None
    valid: bool = True
    enforced: bool = True
    no_inherit: bool = False
    local: bool = True
    ancestors: int = 0
    index: int = 0
    """Behind a unique, primary or exclusion constraint; for a foreign key the one it relies on."""
    references: int = 0
    referenced_columns: tuple[int, ...] = ()
    on_update: str = "a"
    on_delete: str = "a"
    """`a` no action, `r` restrict, `c` cascade, `n` set null, `d` set default."""
    parent: int = 0
    deferrable: bool = False
    deferred: bool = False
    """Checked at COMMIT unless told otherwise."""


@dataclass(frozen=True, slots=True)
class TriggerFacts:
    """One row of `pg_trigger`."""

    oid: int
    name: str
    table: int
    function: int
    bits: int
    """`tgtype`: 1 row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate, 64 instead."""
    constraint: int = 0
    referenced: int = 0
    enabled: str = "O"
    parent: int = 0
    internal: bool = False
    columns: tuple[int, ...] = ()
    """An UPDATE trigger fires only for these; empty for all."""
    arguments: tuple[str, ...] = ()
    """What `TG_ARGV` holds."""
    condition: str | None = None
    """The whole CREATE TRIGGER, of one that has a WHEN."""
    deferrable: bool = False
    deferred: bool = False
    """Fires at COMMIT unless told otherwise."""


@dataclass(frozen=True, slots=True)
class EventTriggerFacts:
    """One event trigger that fires in an ordinary session."""

    oid: int
    name: str
    event: str
    """`ddl_command_start`, `ddl_command_end`, `sql_drop` or `table_rewrite`."""
    function: int
    tags: tuple[str, ...] = ()
    """Commands it fires for; empty for all."""


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """One rewrite rule other than the one that makes a view a view."""

    oid: int
    name: str
    table: int
    event: str
    """`SELECT`, `UPDATE`, `INSERT` or `DELETE`."""
    instead: bool
    definition: str
    """The whole CREATE RULE."""


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """One row security policy."""

    oid: int
    name: str
    table: int
    roles: tuple[str, ...] = ()
    """Whom it is for; empty for everybody."""
    conditions: tuple[str, ...] = ()
    """USING and WITH CHECK."""
    command: str = "*"
    """`r` SELECT, `a` INSERT, `w` UPDATE, `d` DELETE, `*` all."""


@dataclass(frozen=True, slots=True)
class StatisticsFacts:
    """One extended statistics object."""

    oid: int
    schema: str
    name: str
    table: int


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """One data type."""

    oid: int
    schema: str
    name: str
    kind: str = "b"
    """`b` base, `c` composite, `d` domain, `e` enum, `r` range, `m` multirange, `p` pseudo."""
    base: int = 0
    typmod: int = -1
    not_null: bool = False
    relation: int = 0
    """The `pg_class` row of a composite type."""
    element: int = 0
    """Element type of a true array; 0 otherwise."""
    array: int = 0
    collation: int = 0
    default: str | None = None
    """Of a domain, as `pg_type.typdefault` has it."""


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """One function or procedure; of the built-in ones only those that are volatile."""

    oid: int
    schema: str
    name: str
    kind: str = "f"
    language: str = "internal"
    volatility: str = "v"
    strict: bool = False
    returns_set: bool = False
    confined: bool = False
    """SECURITY DEFINER or with settings of its own: never inlined."""
    arguments: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    """Of all its parameters, output ones included."""
    optional: int = 0
    """How many of the arguments have defaults."""
    variadic: bool = False
    result: int = 0
    body: str = ""
    """Source text; for a SQL-standard body its deparsed form."""


@dataclass(frozen=True, slots=True)
class CastFacts:
    """One row of `pg_cast`."""

    source: int
    target: int
    method: str
    """`b` binary coercible, `f` by function, `i` through text."""
    context: str
    function: str = ""


@dataclass(frozen=True, slots=True)
class OperatorClassFacts:
    """One operator class."""

    oid: int
    name: str
    method: str
    type: int
    family: int
    default: bool


@dataclass(frozen=True, slots=True)
class DependencyFacts:
    """One row of `pg_depend`: the object needs the referenced one."""

    catalog: str
    """`pg_class`, `pg_constraint`, ...: where the object is."""
    object: int
    column: int
    needs_catalog: str
    needs: int
    needs_column: int
    kind: str
    """`n` normal, `a` automatic, `i` internal, `P` and `S` partition, `e` extension, `x`."""


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """Anything else that has a name and can be dropped: a schema, an extension, a server, ..."""

    catalog: str
    oid: int
    name: str


@dataclass(frozen=True, slots=True)
class PublicationFacts:
    """One publication and the tables named in it."""

    oid: int
    name: str
    tables: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogFacts:
    """Everything read in one look. Column and relation order is by OID."""

    version: int
    """`server_version_num`: 160004."""
    search_path: tuple[str, ...] = ("public",)
    """Schemas that exist, in order, as `current_schemas(false)` gives them."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """`TimeZone`, `check_function_bodies`, ... of the session that will run the statements."""
    role: str = ""
    unbound: tuple[str, ...] = ()
    """Roles that row security does not bind: superusers, and those with BYPASSRLS."""
    objects: tuple[ObjectFacts, ...] = ()
    relations: tuple[RelationFacts, ...] = ()
    inheritance: tuple[tuple[int, int], ...] = ()
    """Pairs of child and parent, partitions included."""
    indexes: tuple[IndexFacts, ...] = ()
    constraints: tuple[ConstraintFacts, ...] = ()
    triggers: tuple[TriggerFacts, ...] = ()
    event_triggers: tuple[EventTriggerFacts, ...] = ()
    rules: tuple[RuleFacts, ...] = ()
    policies: tuple[PolicyFacts, ...] = ()
    statistics: tuple[StatisticsFacts, ...] = ()
    types: tuple[TypeFacts, ...] = ()
    functions: tuple[FunctionFacts, ...] = ()
    casts: tuple[CastFacts, ...] = ()
    classes: tuple[OperatorClassFacts, ...] = ()
    publications: tuple[PublicationFacts, ...] = ()
    dependencies: tuple[DependencyFacts, ...] = ()
    attached: tuple[AttachedFacts, ...] = ()
    default_rights: tuple[DefaultRightsFacts, ...] = ()
    expected: Mapping[str, float] | None = None
    """Rows that the planner expects, by query; None when it was not asked. See `hazards.asking`."""

    @property
    def major(self) -> int:
        """14 to 18."""
        return self.version // 10000
