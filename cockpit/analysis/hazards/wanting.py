"""What a successor is without: all that hung on the object and that CREATE does not bring back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.going import Going
from cockpit.analysis.hazards.names import listed, quoted
from cockpit.analysis.hazards.rights import (
    PUBLIC,
    Right,
    built_in,
    granted,
    rights_in,
    role_sql,
)
from cockpit.analysis.hazards.safer import type_sql
from cockpit.model.attached import AttachedFacts
from cockpit.model.facts import CatalogFacts
from cockpit.model.hazard import Severity

_DEFAULTS = {"pg_proc": "f", "pg_type": "T", "pg_namespace": "n"}
_KINDS = {"pg_proc": "ROUTINE", "pg_type": "TYPE", "pg_namespace": "SCHEMA"}
_RELATIONS = {
    "v": "VIEW", "m": "MATERIALIZED VIEW", "S": "SEQUENCE", "f": "FOREIGN TABLE", "c": "TYPE",
}  # fmt: skip
_GUARDS = ("security_barrier", "security_invoker")
"""Options of a view without which readers see more, or less."""


@dataclass(frozen=True, slots=True)
class Wanting:
    """One thing that is not there any more."""

    words: str
    """`grants of revenue to app, reader`."""
    severity: Severity
    sql: tuple[str, ...]
    """Statements that give it back, or a remark."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """All that is asked to tell what one object will be without."""

    one: Going
    facts: CatalogFacts
    creator: str
    """The role that makes the successor."""
    things: tuple[AttachedFacts, ...]

    def of(self, kind: str) -> Iterator[AttachedFacts]:
        """What was attached of one kind."""
        return (thing for thing in self.things if thing.kind == kind)

    @property
    def owner(self) -> str:
        """Whose the object is."""
        if self.one.relation:
            return self.one.relation.owner
        return next((thing.text for thing in self.of("owner")), self.facts.role)

    @property
    def target(self) -> str:
        """Its name as ALTER, GRANT and COMMENT take it: a routine's with its new arguments."""
        node = self.one.maker.node
        if not isinstance(node, pb.CreateFunctionStmt):
            return str(self.one.name)
        modes = (pb.FUNC_PARAM_OUT, pb.FUNC_PARAM_TABLE)
        asked = [p.function_parameter for p in node.parameters]
        types = (type_sql(p.arg_type) for p in asked if p.mode not in modes)
        return f"{self.one.name}({', '.join(types)})"

    @property
    def keyword(self) -> str:
        """`VIEW`, `FUNCTION`: how ALTER and COMMENT name its kind."""
        if self.one.catalog == "pg_class":
            return _RELATIONS.get(self.one.kind, "TABLE")
        return _KINDS[self.one.catalog]


def wanting(
    one: Going, facts: CatalogFacts, creator: str, things: tuple[AttachedFacts, ...]
) -> Iterator[Wanting]:
    """All of it, what hurts most first; nothing that the plan itself gives.

    `things` are those attached to the object, `creator` the role that makes its successor.
    """
    lookup = Lookup(one, facts, creator, things)
    for ask in (
        _owner,
        _rights,
        _opened,
        _on_table,
        _value,
        _options,
        _labels,
        _statistics,
        _words,
    ):
        yield from ask(lookup)


def _owner(look: Lookup) -> Iterator[Wanting]:
    if look.owner in ("", look.creator) or ("owner",) in look.one.given:
        return
    sql = f"ALTER {look.keyword} {look.target} OWNER TO {quoted(look.owner)};"
    yield Wanting(f"the owner {look.owner} of {look.one.name}", Severity.HIGH, (sql,))


def _rights(look: Lookup) -> Iterator[Wanting]:
    """Of the old owner none are told: they come and go with the ownership."""
    given = look.one.given
    lost = [
        right
        for right in _held(look) - _to_come(look)
        if right.grantee not in (look.owner, look.creator)
        and ("right", right.privilege, right.column, right.grantee) not in given
        and ("right", right.privilege, "", right.grantee) not in given
    ]
    if lost:
        roles = ", ".join(sorted({role_sql(right.grantee) for right in lost}))
        target = f"{_on(look)}{look.target}"
        words = f"grants of {look.one.name} to {roles}"
        yield Wanting(words, Severity.HIGH, tuple(granted(lost, target)))


def _opened(look: Lookup) -> Iterator[Wanting]:
    """What everybody may do with the new one and not with the old one."""
    opened = [
        right
        for right in _to_come(look) - _held(look)
        if right.grantee == PUBLIC
        and ("withheld", right.privilege, "", PUBLIC) not in look.one.given
    ]
    for right in opened:
        sql = f"REVOKE {right.privilege} ON {_on(look)}{look.target} FROM PUBLIC;"
        words = f"the REVOKE of {right.privilege} on {look.one.name} from PUBLIC"
        yield Wanting(words, Severity.HIGH, (sql,))


def _on(look: Lookup) -> str:
    """The word after ON that tells what kind of object it is; none for what is like a table."""
    if look.one.catalog == "pg_class":
        return "SEQUENCE " if look.one.kind == "S" else "TYPE " if look.one.kind == "c" else ""
    return f"{_KINDS[look.one.catalog]} "


def _held(look: Lookup) -> frozenset[Right]:
    whole = [thing for thing in look.of("acl") if not thing.column]
    columns = (rights_in(thing.text, thing.column) for thing in look.of("acl") if thing.column)
    table = rights_in(whole[0].text) if whole else built_in(look.one.catalog)
    return table.union(*columns)


def _to_come(look: Lookup) -> frozenset[Right]:
    """By ALTER DEFAULT PRIVILEGES: those for every schema replace the built-in ones."""
    kind = _DEFAULTS.get(look.one.catalog, "S" if look.one.kind == "S" else "r")
    mine = [d for d in look.facts.default_rights if (d.role, d.kind) == (look.creator, kind)]
    everywhere = next((rights_in(d.acl) for d in mine if not d.schema), None)
    schema = look.one.schema or next(iter(look.facts.search_path), "public")
    here = next((rights_in(d.acl) for d in mine if d.schema == schema), frozenset())
    return (built_in(look.one.catalog) if everywhere is None else everywhere) | here


def _on_table(look: Lookup) -> Iterator[Wanting]:
    """Triggers, rules, policies, publications, row security."""
    relation, facts, oid = look.one.relation, look.facts, look.one.oid
    if relation is None:
        return
    if relation.row_security and ("row security",) not in look.one.given:
        sql = f"ALTER TABLE {look.one.name} ENABLE ROW LEVEL SECURITY;"
        yield Wanting(f"row level security of {look.one.name}", Severity.HIGH, (sql,))
    triggers = (t.name for t in facts.triggers if t.table == oid and not t.internal)
    yield from _named(look, "trigger", triggers)
    for rule in (rule for rule in facts.rules if rule.table == oid):
        yield from _named(look, "rule", [rule.name], f"{rule.definition.rstrip(';')};")
    yield from _named(look, "policy", (p.name for p in facts.policies if p.table == oid))
    for publication in (p.name for p in facts.publications if oid in p.tables):
        sql = f"ALTER PUBLICATION {quoted(publication)} ADD TABLE {look.one.name};"
        yield from _named(look, "publication", [publication], sql)
    if relation.kind == "m":
        indexes = (i.oid for i in facts.indexes if i.table == oid)
        names = {r.oid: r.name for r in facts.relations if r.kind in "iI"}
        yield from _named(look, "index", (names[i] for i in indexes if i in names))


def _named(look: Lookup, kind: str, names: Iterable[str], sql: str = "") -> Iterator[Wanting]:
    for name in names:
        if (kind, name) not in look.one.given:
            words = f"{kind} {quoted(name)} of {look.one.name}"
            sentence = sql or f"-- {words}: make it again as it is now"
            yield Wanting(words, Severity.HIGH, (sentence,))


def _value(look: Lookup) -> Iterator[Wanting]:
    if look.one.kind == "S" and ("value",) not in look.one.given:
        sql = f"-- {look.one.name}: read its last_value before the drop, and START WITH more"
        yield Wanting(f"the value that {look.one.name} has reached", Severity.HIGH, (sql,))


def _options(look: Lookup) -> Iterator[Wanting]:
    for thing in look.of("options"):
        pairs = (line.partition("=") for line in thing.text.splitlines())
        lost = [(n, value) for n, _, value in pairs if ("option", n) not in look.one.given]
        if lost:
            worst = any(name in _GUARDS for name, _ in lost)
            told = ", ".join(f"{name} = {value}" for name, value in lost)
            sql = f"ALTER {look.keyword} {look.one.name} SET ({told});"
            words = f"settings of {look.one.name}: {told}"
            yield Wanting(words, Severity.HIGH if worst else Severity.LOW, (sql,))


def _labels(look: Lookup) -> Iterator[Wanting]:
    for thing in look.of("label"):
        provider, _, label = thing.text.partition("\n")
        if ("label", thing.column) not in look.one.given:
            sql = f"SECURITY LABEL FOR {quoted(provider)} ON {_of(look, thing)} IS {_text(label)};"
            yield Wanting(f"the security label of {look.one.name}", Severity.HIGH, (sql,))


def _statistics(look: Lookup) -> Iterator[Wanting]:
    lost = [t for t in look.of("statistics") if ("statistics", t.column) not in look.one.given]
    if lost:
        sql = (
            f"ALTER TABLE {look.one.name} ALTER COLUMN {quoted(t.column)} SET STATISTICS {t.text};"
            for t in lost
        )
        words = f"statistics targets of {look.one.name}: {listed(t.column for t in lost)}"
        yield Wanting(words, Severity.LOW, tuple(sql))


def _words(look: Lookup) -> Iterator[Wanting]:
    lost = [t for t in look.of("comment") if ("comment", t.column) not in look.one.given]
    if lost:
        sql = tuple(f"COMMENT ON {_of(look, t)} IS {_text(t.text)};" for t in lost)
        columns = listed(t.column for t in lost if t.column)
        of = " and ".join(
            [*(["itself"] if any(not t.column for t in lost) else []), *([columns] * bool(columns))]
        )
        words = f"comments of {look.one.name}" + (f" ({of})" if columns else "")
        yield Wanting(words, Severity.LOW, sql)


def _of(look: Lookup, thing: AttachedFacts) -> str:
    """`VIEW revenue`, `COLUMN revenue.total`."""
    if thing.column:
        return f"COLUMN {look.one.name}.{quoted(thing.column)}"
    return f"{look.keyword} {look.target}"


def _text(value: str) -> str:
    """A literal in SQL."""
    escaped = value.replace("'", "''")
    if "\\" in escaped:
        return " E'" + escaped.replace("\\", "\\\\") + "'"
    return f"'{escaped}'"
