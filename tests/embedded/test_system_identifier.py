"""The rewritten control file is one PostgreSQL believes."""

import pytest

from cockpit.embedded import system_identifier


def test_the_checksum_is_castagnolis() -> None:
    assert system_identifier.crc32c(b"123456789") == 0xE3069283


def test_the_checksum_is_found_behind_what_it_covers() -> None:
    body = bytes(range(256)) + b"more"
    control = body + system_identifier.crc32c(body).to_bytes(4, "little") + bytes(7000)
    assert system_identifier.checksum_offset(control) == len(body)


def test_a_file_without_a_checksum_is_not_rewritten() -> None:
    with pytest.raises(ValueError, match="no valid checksum"):
        system_identifier.checksum_offset(b"\x01" * 8192)
