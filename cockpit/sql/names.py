"""Names as SQL writes them: quoted where PostgreSQL would read them otherwise."""

import re
from functools import lru_cache

import postgast
from postgast import pg_query_pb2 as pb

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")


@lru_cache(maxsize=4096)
def quoted(name: str) -> str:
    """The name, in quotes unless it is plain lower case and no keyword (`quote_ident`)."""
    if _PLAIN.match(name):
        (token,) = postgast.scan(name).tokens
        if token.keyword_kind in (pb.NO_KEYWORD, pb.UNRESERVED_KEYWORD):
            return name
    return '"' + name.replace('"', '""') + '"'


def qualified(schema: str, name: str) -> str:
    """`schema.name`, each quoted as needed."""
    return f"{quoted(schema)}.{quoted(name)}"
