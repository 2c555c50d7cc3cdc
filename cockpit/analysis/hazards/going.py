"""Objects that a DROP takes away and that the same plan makes again."""

from collections.abc import Iterator
from dataclasses import dataclass

from postgast import pg_query_pb2 as pb

from cockpit.analysis.hazards.giving import ANY, Gift, gifts
from cockpit.analysis.hazards.making import Made, dropped
from cockpit.analysis.hazards.names import Name
from cockpit.analysis.hazards.studied import Studied
from cockpit.analysis.hazards.subject import Subject
from cockpit.analysis.impact import syntax
from cockpit.model.facts import CatalogFacts, FunctionFacts, RelationFacts
from cockpit.model.locks import LockMode


@dataclass(frozen=True, slots=True)
class Going:
    """One object that others know now, and the statement that makes its successor."""

    catalog: str
    oid: int
    name: Name
    """As it was made: with its schema."""
    maker: Studied
    given: frozenset[Gift]
    """What the plan gives to the successor."""
    relation: RelationFacts | None = None
    schema: str = ""
    """Where it is."""

    @property
    def kind(self) -> str:
        """`pg_class.relkind` of a relation; empty for anything else."""
        return self.relation.kind if self.relation else ""


def going(subject: Subject, facts: CatalogFacts) -> Iterator[Going]:
    """What the DROP takes away of what the catalog has, if a later statement makes it again."""
    drops = list(dropped(subject.node))
    found = [(drop, oid, found) for drop in drops for oid, found in _known(subject, facts, drop)]
    found += [
        (Made("pg_class", Name(relation.schema, relation.name)), relation.oid, relation)
        for relation in _along(subject, drops)
    ]
    for drop, oid, relation in found:
        successor = _successor(subject, drop)
        if successor is None or _dropped_before(subject, drop):
            continue
        maker, names = successor
        yield Going(
            drop.catalog, oid, drop.name, maker, _given(subject, names), relation,
            relation.schema if relation else drop.name.schema,
        )  # fmt: skip


def unread(subject: Subject) -> Iterator[Name]:
    """Without a catalog: what goes and is made again, and the plan gives no right on it."""
    for drop in dropped(subject.node):
        successor = _successor(subject, drop)
        if successor is None or _dropped_before(subject, drop) or _is_new(subject, drop):
            continue
        given = _given(subject, successor[1])
        if not any(gift[0] in ("right", "owner") for gift in given):
            yield drop.name


def _is_new(subject: Subject, drop: Made) -> bool:
    """An earlier statement of the plan has made it: nobody was given anything yet."""
    makers = subject.course.made(drop.catalog, drop.name.name)
    return any(at < subject.index and not m.before and _same(m, drop) for at, m in makers)


def _known(
    subject: Subject, facts: CatalogFacts, drop: Made
) -> Iterator[tuple[int, RelationFacts | None]]:
    """The object in the catalog, with its relation where it is one."""
    places = (drop.name.schema,) if drop.name.schema else facts.search_path
    if drop.catalog == "pg_class":
        relation = subject.tables.find(drop.name)
        if relation is not None and subject.lock_on(drop.name) is not None:
            yield relation.oid, relation
    elif drop.catalog == "pg_namespace":
        yield from (
            (found.oid, None)
            for found in facts.objects
            if (found.catalog, found.name) == ("pg_namespace", drop.name.name)
        )
    elif drop.catalog == "pg_type":
        same = [t for t in facts.types if t.name == drop.name.name and t.schema in places]
        yield from ((found.oid, None) for found in same)
    else:
        yield from ((found.oid, None) for found in _routines(subject, facts, drop.name, places))


def _routines(
    subject: Subject, facts: CatalogFacts, name: Name, places: tuple[str, ...]
) -> list[FunctionFacts]:
    """Those of the name; where several have it, the one whose arguments the DROP says."""
    named = [f for f in facts.functions if f.name == name.name and f.schema in places]
    if len(named) < 2:
        return named
    types = {found.oid: found.name for found in facts.types}
    wanted = {
        _arguments(item.object_with_args)
        for item in subject.node.objects
        if syntax.name_of(item.object_with_args.objname).relname == name.name
    }
    return [f for f in named if tuple(types.get(oid, "") for oid in f.arguments) in wanted]


def _arguments(written: pb.ObjectWithArgs) -> tuple[str, ...]:
    """Names of types as `pg_type.typname` has them."""
    types = [item.type_name for item in written.objargs]
    return tuple(
        ("_" if kind.array_bounds else "") + (syntax.words(kind.names) or ("",))[-1]
        for kind in types
    )


def _along(subject: Subject, drops: list[Made]) -> Iterator[RelationFacts]:
    """Relations that CASCADE takes along, as far as no later DROP names them."""
    if subject.node.behavior != pb.DROP_CASCADE:
        return
    named = {subject.tables.label(drop.name) for drop in drops}
    for lock in subject.impact.locks:
        if lock.mode is LockMode.ACCESS_EXCLUSIVE and not lock.is_index:
            schema, _, name = lock.relation.rpartition(".")
            relation = subject.tables.find(Name(schema, name))
            if relation is None or relation.full_name in named:
                continue
            others = subject.course.dropped("pg_class", name)
            if all(subject.tables.label(one.name) != relation.full_name for _, one in others):
                yield relation


def _dropped_before(subject: Subject, drop: Made) -> bool:
    """What an earlier statement of the plan has taken, this one cannot take again."""
    others = subject.course.dropped(drop.catalog, drop.name.name)
    return any(place < subject.index and _same(one, drop) for place, one in others)


def _same(one: Made, other: Made) -> bool:
    """Without a schema a name may be any; a path decides, and both were written for the same."""
    return (one.catalog, one.name.name) == (other.catalog, other.name.name) and (
        not one.name.schema or not other.name.schema or one.name.schema == other.name.schema
    )


def _successor(subject: Subject, drop: Made) -> tuple[Studied, tuple[Name, ...]] | None:
    """The statement that makes it again, and every name that the successor has on its way."""
    for place, one in subject.course.made(drop.catalog, drop.name.name):
        if place <= subject.index or not _same(one, drop):
            continue
        if one.before is None:
            return subject.statements[place], (drop.name,)
        maker = _maker_of(subject, Made(one.catalog, one.before))
        # What others know already keeps its own rights under its new name.
        return (maker, (drop.name, one.before)) if maker else None
    return None


def _maker_of(subject: Subject, before: Made) -> Studied | None:
    found = subject.course.made(before.catalog, before.name.name)
    same = (place for place, one in found if not one.before and _same(one, before))
    return next((subject.statements[place] for place in same), None)


def _given(subject: Subject, names: tuple[Name, ...]) -> frozenset[Gift]:
    """To the name itself after the drop; to one that it only had on its way, at any time."""
    later = subject.statements[subject.index + 1 :]
    found = {gift for s in later for name, gift in gifts(s.node) if _means(name, names[0])}
    if len(names) > 1:
        every = subject.statements
        found |= {gift for s in every for name, gift in gifts(s.node) if _means(name, names[1])}
    return frozenset(found)


def _means(written: Name, name: Name) -> bool:
    if written.name == ANY:
        return not name.schema or written.schema == name.schema
    return written.name == name.name and written.schema in ("", name.schema or written.schema)
