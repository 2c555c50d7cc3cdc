"""The cockpit's own checksum of a migration file."""

import hashlib

_BOM = b"\xef\xbb\xbf"


def native_checksum(content: bytes) -> str:
    """SHA-256, hexadecimal, of the content without byte order mark and with `\\n` line endings.

    Nothing else is normalised: a space or a comment is an edit, and what kind of edit it is, is
    told apart later.
    """
    return hashlib.sha256(_normalised(content)).hexdigest()


def _normalised(content: bytes) -> bytes:
    return content.removeprefix(_BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
