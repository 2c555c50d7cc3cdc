"""One token of a text."""

from typing import NamedTuple


class Token(NamedTuple):
    """A stretch of the text's UTF-8 bytes that the scanner takes as one."""

    start: int
    end: int
    code: int
    """The scanner's number for it, as in libpg_query's `pg_query.proto`."""
