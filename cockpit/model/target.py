"""The database at the other end: its identity, its environment, and whether it is protected."""

from dataclasses import dataclass
from enum import StrEnum


class Environment(StrEnum):
    """What a database is for. Unknown counts as production."""

    LOCAL = "local"
    DEV = "dev"
    STAGING = "staging"
    PRODUCTION = "production"
    UNKNOWN = "unknown"

    @property
    def protected(self) -> bool:
        """Whether writing asks for the typed name."""
        return self in (Environment.PRODUCTION, Environment.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answered, read from the live connection and never from the configuration."""

    system_identifier: str
    """Of the cluster, decimal; empty when the role may not read it."""
    database: str
    database_oid: int
    server_version: int
    """`server_version_num`: 160004."""
    role: str
    address: str
    """`host:port` as the server sees itself; `socket` for a unix socket."""
    in_recovery: bool
    """A standby: it can be looked at, never written."""
    encoding: str = "UTF8"

    @property
    def major(self) -> int:
        """14 to 18."""
        return self.server_version // 10000

    @property
    def key(self) -> str:
        """What a write grant belongs to: one database of one cluster."""
        return f"{self.system_identifier}/{self.database_oid}/{self.database}"


@dataclass(frozen=True, slots=True)
class Marker:
    """The one row of `cockpit.environment`: what the database says it is."""

    name: str
    environment: Environment
    system_identifier: str
    """The cluster it was written in; another one means that this is a copy."""


@dataclass(frozen=True, slots=True)
class Standpoint:
    """The environment as configuration and database say it together."""

    name: str
    """The label to type; the marker's, else the configured target's, else the database's."""
    environment: Environment
    configured: Environment
    marked: Environment | None
    """None when the database carries no marker."""
    disagreement: str = ""
    """Why writing is impossible; empty when both agree."""

    @property
    def protected(self) -> bool:
        """Whether writing asks for the typed name."""
        return self.environment.protected or bool(self.disagreement)


def _another_cluster(marker: Marker, identity: Identity) -> bool:
    """Both are known and differ; a role that may not read the identifier proves nothing."""
    both = (marker.system_identifier, identity.system_identifier)
    return all(both) and both[0] != both[1]


def stand(
    name: str | None, configured: Environment, marker: Marker | None, identity: Identity | None
) -> Standpoint:
    """Join configuration and marker; the stricter reading wins wherever they leave a doubt."""
    database = identity.database if identity else ""
    if marker is None:
        return Standpoint(name or database or "target", configured, configured, None)
    if identity and _another_cluster(marker, identity):
        words = (
            f"the database says it is {marker.name} ({marker.environment}), but that was "
            f"written in another cluster (system id …{marker.system_identifier[-4:]}): "
            "this is a copy, as long as the row in cockpit.environment is there"
        )
        return Standpoint(marker.name, Environment.UNKNOWN, configured, marker.environment, words)
    if configured not in (marker.environment, Environment.UNKNOWN):
        words = (
            f"the settings say {configured}, the database says {marker.environment}: mend the "
            "settings, or the row in cockpit.environment"
        )
        return Standpoint(marker.name, Environment.UNKNOWN, configured, marker.environment, words)
    return Standpoint(marker.name, marker.environment, configured, marker.environment)
