"""Data types as statements write them and as the catalog has them."""

from cockpit.analysis.impact import syntax
from cockpit.analysis.impact.world import World
from cockpit.model.facts import TypeFacts

UNKNOWN = 0


class DataTypes:
    """Looks types up in a world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def resolve(self, name: "syntax.Node") -> tuple[int, int]:
        """OID and typmod of a written type; OID 0 when it is not known."""
        return UNKNOWN, -1

    def get(self, oid: int) -> TypeFacts | None:
        """The type of that OID."""
        return None

    def has_domain_constraints(self, oid: int) -> bool:
        """Whether values of the type are checked by a domain."""
        return False

    def default_of(self, oid: int) -> syntax.Node | None:
        """The default that the type itself gives."""
        return None
