"""What changed between two versions of a script, in words."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

from cockpit.errors import MigrationError
from cockpit.sql.canonical import canonical
from cockpit.sql.grammar import GrammarError
from cockpit.sql.readable import pretty
from cockpit.sql.statements import Statement, split

_LONGEST = 120


def describe_edit(before: str, after: str) -> tuple[str, ...]:
    """One line a difference: statements added and removed, and clauses that became others.

    Empty when both say the same, or when one of them cannot be read. Everything that differs is
    named: a statement whose parts cannot be told apart is given whole.
    """
    try:
        old, new = split(before, path="before"), split(after, path="after")
        statements = SequenceMatcher(None, canonical(before), canonical(after), autojunk=False)
    except (MigrationError, GrammarError):
        return ()
    return tuple(
        line
        for tag, i, j, k, m in statements.get_opcodes()
        if tag != "equal"
        for line in _of_statements(old[i:j], new[k:m])
    )


def _of_statements(old: tuple[Statement, ...], new: tuple[Statement, ...]) -> Iterator[str]:
    for before, after in zip_longest(old, new):
        if before is None:
            yield f"adds {_short(after.sql)}"
        elif after is None:
            yield f"removes {_short(before.sql)}"
        elif before.kind != after.kind:
            yield f"{_short(before.sql)} becomes {_short(after.sql)}"
        else:
            yield from _of_clauses(before, after)


def _of_clauses(before: Statement, after: Statement) -> Iterator[str]:
    """Compares line by line what sqlglot lays out one clause a line."""
    old, new = _clauses(before.sql), _clauses(after.sql)
    if old == new:
        yield f"{_short(before.sql)} becomes {_short(after.sql)}"
        return
    subject = f"{_short(old[0]).removesuffix('(').rstrip()}: " if old[0] == new[0] else ""
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from (subject + line for line in _of_lines(old[i:j], new[k:m]))


def _of_lines(old: list[str], new: list[str]) -> Iterator[str]:
    if len(old) == len(new):
        yield from (
            f"{_short(one)} becomes {_short(other)}" for one, other in zip(old, new, strict=True)
        )
    elif old and new:
        yield f"{_short(', '.join(old))} becomes {_short(', '.join(new))}"
    else:
        yield from (f"removes {_short(line)}" for line in old)
        yield from (f"adds {_short(line)}" for line in new)


def _clauses(sql: str) -> list[str]:
    lines = (line.strip().removesuffix(",") for line in pretty(sql).splitlines())
    return [line for line in lines if line]


def _short(sql: str) -> str:
    line = " ".join(sql.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
