"""A copied cluster gets a system identifier of its own.

Tools tell two servers apart by this number, and a copy shares it with its original. PostgreSQL has
no command to change it, so both places that hold it are rewritten, as pg_createsubscriber does:
the control file and the long header that begins a WAL segment.
"""

import secrets
import struct
from pathlib import Path

_IDENTIFIER = struct.Struct("=Q")
_CHECKSUM = struct.Struct("=I")
_OFFSET_IN_SEGMENT = 24
"""XLogLongPageHeaderData: the identifier follows the 24 bytes of the short header."""
_CRC32C = 0x82F63B78


def renew(data: Path) -> int:
    """Give a cluster that was shut down cleanly a new random identifier, and return it."""
    identifier = secrets.randbits(63) | 1 << 62
    control = data / "global" / "pg_control"
    old = control.read_bytes()
    end = checksum_offset(old)
    body = _IDENTIFIER.pack(identifier) + old[_IDENTIFIER.size : end]
    control.write_bytes(body + _CHECKSUM.pack(crc32c(body)) + old[end + _CHECKSUM.size :])
    for segment in (data / "pg_wal").iterdir():
        if segment.is_file():
            _write(segment, _OFFSET_IN_SEGMENT, _IDENTIFIER.pack(identifier))
    return identifier


def checksum_offset(control: bytes) -> int:
    """Where the control file's checksum stands: it follows what it was computed over.

    The length differs between versions. Raises ValueError when no place fits.
    """
    register = 0xFFFFFFFF
    for offset, byte in enumerate(control[:512]):
        if offset % 4 == 0 and _CHECKSUM.unpack_from(control, offset)[0] == register ^ 0xFFFFFFFF:
            return offset
        register = _next(register, byte)
    raise ValueError("the control file has no valid checksum")


def crc32c(data: bytes) -> int:
    """The Castagnoli checksum PostgreSQL uses."""
    register = 0xFFFFFFFF
    for byte in data:
        register = _next(register, byte)
    return register ^ 0xFFFFFFFF


def _next(register: int, byte: int) -> int:
    register ^= byte
    for _ in range(8):
        register = (register >> 1) ^ (_CRC32C if register & 1 else 0)
    return register


def _write(file: Path, offset: int, data: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek(offset)
        opened.write(data)
