"""Which rows a hash partition takes: PostgreSQL's own hash of a partition key.

`hash_bytes_extended` of `common/hashfn.c` on a little-endian machine, `hashint8extended` and its
like of `access/hash/hashfunc.c`, `compute_partition_hash_value` of `partitioning/partbounds.c`.
"""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

_SEED = 0x7A5B22367996DCFD
"""`HASH_PARTITION_SEED`."""
_START = 0x9E3779B9 + 3923095
_WORD, _LONG = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF
_INTEGERS = ("int2", "int4", "oid", "int8")
_TEXTS = ("text", "varchar")
_State = tuple[int, int, int]


def remainder_of(row: Sequence[tuple[object, str]], modulus: int) -> int | None:
    """The remainder of a row's key: its values, each with the name of its type.

    None where a value or a type is not one whose hash is known here. A null does not count.
    """
    found = 0
    for value, type_name in row:
        if value is None:
            continue
        part = _hash(value, type_name)
        if part is None:
            return None
        found ^= (part + 0x49A0F4DD15E5A8E3 + (found << 54) + (found >> 7)) & _LONG
    return found % modulus


def _hash(value: object, type_name: str) -> int | None:
    if type_name in _INTEGERS and isinstance(value, Decimal) and value == int(value):
        return _of_word(_folded(int(value)) if type_name == "int8" else int(value))
    if type_name in _TEXTS and isinstance(value, str):
        return _of_bytes(value.encode())
    if type_name == "uuid" and isinstance(value, str):
        return _of_uuid(value)
    return None


def _of_uuid(text: str) -> int | None:
    try:
        return _of_bytes(UUID(text).bytes)
    except ValueError:
        return None


def _folded(value: int) -> int:
    """The same as the hash of a smaller integer where the value fits in one."""
    high = (value >> 32) & _WORD
    return (value & _WORD) ^ (high if value >= 0 else ~high & _WORD)


def _of_word(value: int) -> int:
    a, b, c = _seeded(4)
    return _result(((a + value) & _WORD, b, c))


def _of_bytes(data: bytes) -> int:
    state = _seeded(len(data))
    whole = len(data) - len(data) % 12
    for start in range(0, whole, 12):
        state = _mixed(_added(state, data[start : start + 12]))
    rest = data[whole:]
    # The lowest byte of the last word is reserved for the length.
    padded = (rest[:8].ljust(8, b"\0") + b"\0" + rest[8:]).ljust(12, b"\0")
    return _result(_added(state, padded))


def _added(state: _State, data: bytes) -> _State:
    a, b, c = (int.from_bytes(data[n : n + 4], "little") for n in (0, 4, 8))
    return ((state[0] + a) & _WORD, (state[1] + b) & _WORD, (state[2] + c) & _WORD)


def _seeded(length: int) -> _State:
    start = (_START + length) & _WORD
    return _mixed(((start + (_SEED >> 32)) & _WORD, (start + _SEED) & _WORD, start))


def _rotated(value: int, count: int) -> int:
    return ((value << count) | (value >> (32 - count))) & _WORD


def _mixed(state: _State) -> _State:
    a, b, c = state
    for one, two, three in ((4, 6, 8), (16, 19, 4)):
        a = ((a - c) & _WORD) ^ _rotated(c, one)
        c = (c + b) & _WORD
        b = ((b - a) & _WORD) ^ _rotated(a, two)
        a = (a + c) & _WORD
        c = ((c - b) & _WORD) ^ _rotated(b, three)
        b = (b + a) & _WORD
    return a, b, c


def _result(state: _State) -> int:
    a, b, c = state
    for first, second, third in ((14, 11, 25), (16, 4, 14)):
        c = ((c ^ b) - _rotated(b, first)) & _WORD
        a = ((a ^ c) - _rotated(c, second)) & _WORD
        b = ((b ^ a) - _rotated(a, third)) & _WORD
    c = ((c ^ b) - _rotated(b, 24)) & _WORD
    return (b << 32) | c
