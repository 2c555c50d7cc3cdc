"""The live schema as one value, and the snapshots that runs have left beside the ledger."""

import json

from cockpit.database.connection import Reader, Writer
from cockpit.database.queries import query
from cockpit.errors import PrivilegeMissing
from cockpit.model.schema import SchemaObject, Snapshot, unpacked

_SETTINGS = {
    "search_path": "",
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "quote_all_identifiers": "off",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
}
"""What the text of a definition depends on."""
_AS_TEXT = "SELECT kind, parent, name, parts::text FROM ({}) AS objects"
_EXISTS = "SELECT pg_catalog.to_regclass('cockpit.schema_snapshot') IS NOT NULL"
_CREATE = (
    "CREATE TABLE cockpit.schema_snapshot (digest text PRIMARY KEY, content bytea NOT NULL)",
    "COMMENT ON TABLE cockpit.schema_snapshot IS "
    "'The schema as runs have left it, compressed; named by the digest that the ledger keeps.'",
)


def read_snapshot(reader: Reader) -> Snapshot:
    """Everything that counts as schema, in one query; see `cockpit.model.schema` for the rest.

    Reads only, as any role; must be called inside a transaction, whose settings it changes until
    its end. Definitions of views take ACCESS SHARE on what they read until then, and so may wait.
    """
    chosen = ", ".join(
        f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in _SETTINGS.items()
    )
    [row] = reader.rows(f"SELECT pg_catalog.current_setting('server_version_num'), {chosen}")
    rows = reader.rows(_AS_TEXT.format(query("schema_snapshot")))
    # As one document: to ask the decoder for every row takes it three times as long.
    every = json.loads(f"[{','.join(parts for *_, parts in rows)}]")
    found = [
        SchemaObject(kind, parent, name, {part: str(value) for part, value in parts.items()})
        for (kind, parent, name, _), parts in zip(rows, every, strict=True)
    ]
    return Snapshot(int(row[0]) // 10000, {one.key: one for one in found})


def keep_snapshot(writer: Writer, snapshot: Snapshot) -> str:
    """Store it under its digest, once; returns that. Runs inside the caller's transaction."""
    digest, content = snapshot.packed()
    if not writer.rows(_EXISTS)[0][0]:
        for statement in _CREATE:
            writer.execute(statement)
    writer.execute(
        "INSERT INTO cockpit.schema_snapshot (digest, content) VALUES (%s, %s) "
        "ON CONFLICT (digest) DO NOTHING",
        (digest, content),
    )
    return digest


def kept_snapshot(reader: Reader, digest: str) -> Snapshot | None:
    """The snapshot with that digest; None when it is not there, or is not what had the digest.

    Raises `PrivilegeMissing` with what to grant.
    """
    try:
        if not reader.rows(_EXISTS)[0][0]:
            return None
        rows = reader.rows(
            "SELECT content FROM cockpit.schema_snapshot WHERE digest = %s", (digest,)
        )
    except PrivilegeMissing as error:
        error.next_step = "GRANT SELECT ON cockpit.schema_snapshot to this role."
        raise
    return unpacked(bytes(rows[0][0]), digest) if rows else None
