"""The checksum is of the text, whatever editor last saved it."""

import pytest

from cockpit.source.checksum import native_checksum

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_checksum_of_nothing_is_sha256s() -> None:
    assert native_checksum(b"") == EMPTY


@pytest.mark.parametrize("content", [b"a\r\nb\r\n", b"a\rb\r", b"\xef\xbb\xbfa\nb\n"])
def test_line_endings_and_byte_order_mark_do_not_count(content: bytes) -> None:
    assert native_checksum(content) == native_checksum(b"a\nb\n")


@pytest.mark.parametrize("content", [b"a\nb", b"a \nb\n", b"a\n\nb\n", b"A\nb\n", b"\xffa\nb\n"])
def test_everything_else_counts(content: bytes) -> None:
    assert native_checksum(content) != native_checksum(b"a\nb\n")
