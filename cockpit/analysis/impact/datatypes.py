"""Data types as statements write them and as the catalog has them."""

from collections.abc import Callable, Iterator

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.world import World
from cockpit.model.facts import ConstraintFacts, TypeFacts

UNKNOWN = 0
SERIALS = ("smallserial", "serial", "bigserial", "serial2", "serial4", "serial8")
NO_TYPMOD = -1
_FULL_RANGE = 0x7FFF
_FULL_PRECISION = 0xFFFF


class DataTypes:
    """Looks types up in a world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def resolve(self, name: pb.TypeName) -> tuple[int, int]:
        """OID and typmod of a written type; OID 0 when it is not known."""
        found = self._find(syntax.words(name.names))
        if found is None:
            return UNKNOWN, NO_TYPMOD
        typmod = typmod_of(found.name, [_number(item) for item in name.typmods])
        return (found.array if name.array_bounds else found.oid), typmod

    def _find(self, names: tuple[str, ...]) -> TypeFacts | None:
        if not names:
            return None
        if len(names) > 1:
            return self.world.type_named(names[-2], names[-1])
        for schema in ("pg_catalog", *self.world.search_path):
            found = self.world.type_named(schema, names[-1])
            if found is not None:
                return found
        return None

    def exists(self, names: tuple[str, ...]) -> bool:
        """Whether a written name is that of a type, a serial, or the row of a relation."""
        if self._find(names) is not None or (names[-1:] and names[-1] in SERIALS):
            return True
        schema = names[-2] if len(names) > 1 else ""
        return self.world.find(schema, names[-1]) is not None

    def get(self, oid: int) -> TypeFacts | None:
        """The type of that OID."""
        return self.world.types.get(oid)

    def name(self, oid: int) -> str:
        """Its bare name when it is one of PostgreSQL's own, else empty."""
        found = self.get(oid)
        return found.name if found and found.schema == "pg_catalog" else ""

    def domains(self, oid: int) -> Iterator[TypeFacts]:
        """The domain and the domains it is built on; nothing for other types."""
        found = self.get(oid)
        while found is not None and found.kind == "d":
            yield found
            found = self.get(found.base)

    def base(self, oid: int, typmod: int = NO_TYPMOD) -> tuple[int, int]:
        """The type below all domains, with its typmod (`getBaseTypeAndTypmod`)."""
        for domain in self.domains(oid):
            oid, typmod = domain.base, domain.typmod
        return oid, typmod

    def constraints(self, oid: int) -> list[ConstraintFacts]:
        """The checks of a domain and of those below."""
        below = {domain.oid for domain in self.domains(oid)}
        return [c for c in self.world.domain_constraints.values() if c.domain in below]

    def has_domain_constraints(self, oid: int) -> bool:
        """Whether values of the type are checked by a domain (`DomainHasConstraints`)."""
        if any(domain.not_null for domain in self.domains(oid)):
            return True
        return bool(self.constraints(oid))

    def default_of(self, oid: int) -> syntax.Node | None:
        """The default that a domain gives; None without one."""
        for domain in self.domains(oid):
            if domain.default is not None:
                return syntax.parse_expression(domain.default)
        return None


def typmod_of(name: str, numbers: list[int]) -> int:
    """The `atttypmod` that a type with these modifiers has."""
    if not numbers:
        return NO_TYPMOD
    packer = _PACKERS.get(name)
    return packer(numbers) if packer else NO_TYPMOD


def _number(item: pb.Node) -> int:
    text = syntax.constant_text(syntax.unwrap(item))
    return int(text) if text.lstrip("-").isdigit() else 0


def _length(numbers: list[int]) -> int:
    return numbers[0] + 4


def _plain(numbers: list[int]) -> int:
    return numbers[0]


def _precision(numbers: list[int]) -> int:
    return min(numbers[0], 6)


def _numeric(numbers: list[int]) -> int:
    scale = numbers[1] if len(numbers) > 1 else 0
    return ((numbers[0] << 16) | (scale & 0x7FF)) + 4


def _interval(numbers: list[int]) -> int:
    if len(numbers) > 1:
        return (numbers[0] & _FULL_RANGE) << 16 | min(numbers[1], 6)
    if numbers[0] == _FULL_RANGE:
        return NO_TYPMOD
    return (numbers[0] & _FULL_RANGE) << 16 | _FULL_PRECISION


_PACKERS: dict[str, Callable[[list[int]], int]] = {
    "varchar": _length,
    "bpchar": _length,
    "bit": _plain,
    "varbit": _plain,
    "numeric": _numeric,
    "time": _precision,
    "timetz": _precision,
    "timestamp": _precision,
    "timestamptz": _precision,
    "interval": _interval,
}
