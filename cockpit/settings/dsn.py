"""Connection strings of libpq, without the password that may be inside.

A `Dsn` may be printed: what could be secret is kept apart as `Secret`s. Messages of `BadDsn` never
repeat a part of the text, because a password with an unescaped `/` or `@` ends up anywhere in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from cockpit.settings.dsn_text import BadDsn, read
from cockpit.settings.secret import Secret

__all__ = ["BadDsn", "Dsn", "describe", "parse"]

_PUBLIC = frozenset(
    """application_name channel_binding client_encoding connect_timeout dbname
    fallback_application_name gssdelegation gssencmode gsslib host hostaddr keepalives
    keepalives_count keepalives_idle keepalives_interval krbsrvname load_balance_hosts
    max_protocol_version min_protocol_version oauth_client_id oauth_issuer oauth_scope options
    passfile port replication require_auth requirepeer requiressl service servicefile
    ssl_max_protocol_version ssl_min_protocol_version sslcert sslcertmode sslcompression sslcrl
    sslcrldir sslkey sslkeylogfile sslmode sslnegotiation sslrootcert sslsni target_session_attrs
    tcp_user_timeout user""".split()  # noqa: SIM905
)
"""Keywords of PostgreSQL 18 whose values are no secret. Every other value is treated as one, so a
mistyped `pasword=` is not shown either; whether the keyword exists is for libpq to say."""

_PATH = ("search_path", "schema", "currentSchema")
"""How lib/pq, Prisma and JDBC name the schema in a URL; libpq wants it in `options`."""
_DRIVERS_OWN = ("pgbouncer", "connection_limit", "pool_timeout", "statement_cache_size")
"""What Prisma's URLs have for its own driver."""
_TOOLS_OWN = "x-"
"""golang-migrate's own parameters begin so: `x-migrations-table`."""
_DEFAULT_PORT = "5432"
_NEEDS_QUOTES = frozenset(" '\\\t\n\r\f\v")


@dataclass(frozen=True, slots=True)
class Dsn:
    """Where to connect, keyword by keyword, as libpq names them."""

    parameters: tuple[tuple[str, str], ...] = ()
    """Public keywords, each once."""
    secrets: tuple[tuple[str, Secret], ...] = ()
    """`password`, `sslpassword` and whatever is not known to be public."""
    of_tools: tuple[tuple[str, str], ...] = ()
    """Parameters of a URL that only another tool understands; they are not sent to libpq."""

    def get(self, keyword: str) -> str:
        """The value of a public keyword; empty when it is not set, which is the same to libpq."""
        return dict(self.parameters).get(keyword, "")

    @property
    def password(self) -> Secret | None:
        """The password that was inside the text; None without one."""
        return dict(self.secrets).get("password") or None

    @property
    def hosts(self) -> tuple[tuple[str, str], ...]:
        """(host, port) in the order libpq tries them; an empty host is the default socket."""
        hosts = (self.get("host") or self.get("hostaddr")).split(",")
        ports = self.get("port").split(",")
        ports = ports * len(hosts) if len(ports) == 1 else ports
        return tuple((h, p.strip() or _DEFAULT_PORT) for h, p in zip(hosts, ports, strict=False))

    def filled(self, values: Mapping[str, str]) -> "Dsn":
        """With these values for public keywords that are not set, as libpq adds its defaults."""
        set_already = {keyword: value for keyword, value in self.parameters if value}
        added = {k: v for k, v in values.items() if k in _PUBLIC and v and k not in set_already}
        return Dsn(tuple((set_already | added).items()), self.secrets)

    def with_user(self, user: str) -> "Dsn":
        """The same address for another user."""
        others = tuple(pair for pair in self.parameters if pair[0] != "user")
        return Dsn((*others, ("user", user)), self.secrets)

    def at(self, host: str, port: str) -> "Dsn":
        """The same database and user on another server."""
        places = ("host", "hostaddr", "port", "connect_timeout", "target_session_attrs")
        others = tuple(pair for pair in self.parameters if pair[0] not in places)
        return Dsn((*others, ("host", host), ("port", port)), self.secrets)

    def reveal(self) -> dict[str, str]:
        """The secrets in the clear, for the one call that connects."""
        return {keyword: secret.reveal() for keyword, secret in self.secrets}

    def conninfo(self) -> str:
        """`key=value` pairs for libpq; no secret is in it."""
        return " ".join(f"{keyword}={_quoted(value)}" for keyword, value in self.parameters)

    def uri(self) -> str:
        """As a URI, for people; no secret is in it."""
        rest = dict(self.parameters)
        user = rest.pop("user", "")
        authority = f"{quote(user, safe='')}@" if user else ""
        if len(self.hosts) == 1 and rest.get("host"):
            host, port = rest.pop("host"), rest.pop("port", "")
            authority += f"[{quote(host, safe=':')}]" if ":" in host else quote(host, safe="")
            authority += f":{port.strip()}" if port.strip() else ""
        path = quote(rest.pop("dbname", ""), safe="")
        query = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in rest.items())
        return f"postgresql://{authority}/{path}{'?' if query else ''}{query}"

    def __str__(self) -> str:
        return describe(self)


def parse(text: str) -> Dsn:
    """Read a URI or `key=value` pairs. Raises `BadDsn`.

    What other tools put into their URLs is understood: a schema becomes the session's search_path.
    """
    pairs = read(text)
    path = next((pairs.pop(name) for name in _PATH if name in pairs), "")
    own = {k: pairs.pop(k) for k in tuple(pairs) if k.startswith(_TOOLS_OWN) or k in _DRIVERS_OWN}
    if path and "search_path" not in pairs.get("options", ""):
        escaped = path.replace("\\", "\\\\").replace(" ", "\\ ")
        pairs["options"] = f"{pairs.get('options', '')} -csearch_path={escaped}".strip()
    public = tuple((k, v) for k, v in pairs.items() if k in _PUBLIC)
    secrets = tuple((k, Secret(v)) for k, v in pairs.items() if k not in _PUBLIC)
    return Dsn(public, secrets, tuple(own.items()))


def describe(dsn: Dsn) -> str:
    """Short words: `orders@db-1`, `orders@db-1:5433,db-2`, `orders@socket`, `service orders`."""
    if dsn.get("service") and not dsn.get("host"):
        return f"service {dsn.get('service')}"
    database = dsn.get("dbname") or dsn.get("user")
    places = ",".join(_place(host, port) for host, port in dsn.hosts)
    return f"{database}@{places}" if database else places


def _place(host: str, port: str) -> str:
    name = "socket" if not host or host.startswith(("/", "@")) else host
    shown = f"[{name}]" if ":" in name else name
    return shown if port == _DEFAULT_PORT else f"{shown}:{port}"


def _quoted(value: str) -> str:
    if value and not set(value) & _NEEDS_QUOTES:
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
