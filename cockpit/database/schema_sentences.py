"""A database's schema as sentences without OIDs, so that two databases can be compared.

Not the reading of `schema_snapshot`, and not to be merged with it: snapshots are kept for years and
compared by digest, so their content is fixed, and they leave out whatever changes by rights without
a migration. Here a way back is judged, where privileges, comments, the order of columns, what
partitions inherit and the tables of other tools count as well.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from cockpit.database.connection import Reader
from cockpit.database.queries import query

_NO_SEARCH_PATH = "SELECT pg_catalog.set_config('search_path', '', true)"


@dataclass(frozen=True, slots=True)
class Schema:
    """What each object is, by its name in words: `column public.users.name`."""

    sentences: Mapping[str, str]
    form: frozenset[str]
    """Those among them that are only form: the order of columns, comments."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 over everything but form. Privileges and owners count."""
        lines = [f"{what}\0{s}" for what, s in self.sentences.items() if what not in self.form]
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def read_schema(reader: Reader) -> Schema:
    """Everything outside of the system's own schemas and the cockpit's; temporary objects left out.

    Reads only. Inside a transaction `search_path` is emptied until its end, so that names come back
    qualified; it must be called inside one. Definitions of views take ACCESS SHARE on what they
    read, until the transaction ends.
    """
    reader.rows(_NO_SEARCH_PATH)
    rows = reader.rows(query("schema_sentences"))
    sentences = {what: sentence or "" for what, sentence, _ in rows}
    return Schema(sentences, frozenset(what for what, _, form in rows if form))
