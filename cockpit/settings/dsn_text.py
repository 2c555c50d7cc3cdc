"""How libpq reads a connection string: PostgreSQL documentation 34.1.1 and `fe-connect.c`.

The two forms are told apart by the prefix. Both give keywords and values as libpq would store them.
"""

import re
from collections.abc import Iterator

_PREFIX = re.compile(r"postgres(?:ql)?://")
_SPACE = " \t\n\r\f\v"
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})|%00")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_HOST = re.compile(r"(?:\[([^\]]+)\](?=[:/?,]|$)|([^:/?,\[]*))(?::([^/?,]*))?")
_PORT = re.compile(r"\s*[0-9]{0,5}\s*", re.ASCII)
_KEYWORD = re.compile(r"([^=\s]+)\s*=\s*", re.ASCII)
_ESCAPES = "a / ? # @ : or % inside a name or password is written %2F %3F %23 %40 %3A %25"


class BadDsn(ValueError):
    """The text is no connection string. The message holds no part of it."""


def read(text: str) -> dict[str, str]:
    """Keywords and values, each keyword once: the last one wins. Raises `BadDsn`."""
    if "\0" in text:
        raise BadDsn("it holds a zero byte")
    pairs = _read_uri(text) if _PREFIX.match(text) else dict(_pairs(text))
    _check(pairs)
    return pairs


def _check(pairs: dict[str, str]) -> None:
    """Refuse what can only be a password that was not escaped; it would be shown as a name."""
    hosts, ports = pairs.get("host", "").split(","), pairs.get("port", "").split(",")
    if not all(_PORT.fullmatch(port) for port in ports):
        raise BadDsn(f"the port is not a number; {_ESCAPES}")
    if len(ports) not in (1, len(hosts)) and "host" in pairs:
        raise BadDsn("it names another number of ports than of hosts")
    if any("@" in host.lstrip("@") and not host.startswith("/") for host in hosts):
        raise BadDsn(f"a host name holds an @; {_ESCAPES}")


def _read_uri(text: str) -> dict[str, str]:
    rest = text[text.index("://") + 3 :]
    found: dict[str, str] = {}
    authority = re.match(r"[^@/]*@", rest)
    if authority:
        user, colon, password = authority[0][:-1].partition(":")
        found |= {"user": _decoded(user)} if user else {}
        found |= {"password": _decoded(password)} if colon and password else {}
        rest = rest[authority.end() :]
    hosts, ports, rest = _read_hosts(rest)
    host, port = ",".join(hosts), ",".join(ports)
    found |= {"host": host} if host else {}
    found |= {"port": port} if port else {}
    path, _, query = rest.partition("?")
    if "@" in path:
        raise BadDsn(f"an @ stands behind the first /; {_ESCAPES}")
    found |= {"dbname": _decoded(path[1:])} if path[1:] else {}
    found |= dict(_query(query))
    return found


def _read_hosts(text: str) -> tuple[list[str], list[str], str]:
    """Hosts, their ports, and the text from the first `/` or `?` on."""
    hosts: list[str] = []
    ports: list[str] = []
    while True:
        match = _HOST.match(text)
        if match is None or text[match.end() : match.end() + 1] not in ("", "/", "?", ","):
            raise BadDsn("an IPv6 address is written in square brackets: [::1]:5432")
        hosts.append(_decoded(match[1] or match[2] or ""))
        ports.append(_decoded(match[3] or ""))
        text = text[match.end() :]
        if not text.startswith(","):
            return hosts, ports, text
        text = text[1:]


def _query(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split("&") if text else ():
        keyword, equals, value = part.partition("=")
        if not equals or "=" in value:
            raise BadDsn("a parameter behind ? is not of the form keyword=value")
        keyword, value = _decoded(keyword), _decoded(value)
        if (keyword, value) == ("ssl", "true"):
            yield "sslmode", "require"  # what JDBC calls it
        else:
            yield keyword, value


def _decoded(text: str) -> str:
    """Percent-decoding as libpq does it: no `+` for a space, no `%00`, no half a sequence."""
    if _BAD_PERCENT.search(text):
        raise BadDsn("a % is not followed by two hexadecimal digits, or it is %00; write %25 for %")
    return _PERCENT.sub(_decode_run, text)


def _decode_run(match: re.Match[str]) -> str:
    try:
        return bytes.fromhex(match[0].replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        raise BadDsn("a %-sequence is not UTF-8") from None


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    position = _skip_space(text, 0)
    while position < len(text):
        match = _KEYWORD.match(text, position)
        if match is None:
            raise BadDsn("a keyword has no = behind it; a value with spaces stands in '...'")
        value, position = _value(text, match.end())
        yield match[1], value
        position = _skip_space(text, position)


def _value(text: str, position: int) -> tuple[str, int]:
    """The value that starts here and where it ends; a backslash takes the next character as is."""
    quoted = text.startswith("'", position)
    position += quoted
    characters: list[str] = []
    while position < len(text):
        character = text[position]
        if character == "'" and quoted:
            return "".join(characters), position + 1
        if character in _SPACE and not quoted:
            break
        if character == "\\":
            position += 1
            character = text[position : position + 1]
        characters.append(character)
        position += 1
    if quoted:
        raise BadDsn("a quoted value has no end")
    return "".join(characters), position


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in _SPACE:
        position += 1
    return position
