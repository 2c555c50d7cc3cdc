"""A statement gives way to the safer form of one of its hazards, in the text of its file."""

from collections.abc import Sequence
from dataclasses import dataclass

from cockpit.analysis.hazards.examine import examine
from cockpit.analysis.hazards.placing import Placed, placed, study
from cockpit.analysis.lint.allowances import allowances
from cockpit.analysis.lint.edits import Edits
from cockpit.analysis.lint.placement import needs_room, write
from cockpit.analysis.lint.safer_form import Stretch, rest_of, stretches
from cockpit.analysis.lint.scripts import Scripts, Sending, scripts
from cockpit.errors import MigrationError
from cockpit.model.facts import CatalogFacts
from cockpit.model.hazard import Hazard
from cockpit.model.migration import Phase
from cockpit.sql.statements import Statement

_NEWEST = 18
_MARK = "\N{BYTE ORDER MARK}"


@dataclass(frozen=True, slots=True)
class Mendable:
    """A hazard whose statement can give way, and where it stands."""

    rule: str
    line: int
    """Of the statement's first character in the file, from 1."""
    sql: str
    safer: str


@dataclass(frozen=True, slots=True)
class Mended:
    """The whole file with one statement replaced."""

    text: str
    remark: str = ""
    """What the sender of the file must know; empty when nothing."""


@dataclass(frozen=True, slots=True)
class _Found:
    """One hazard in its surroundings."""

    phase: Phase
    items: tuple[Placed, ...]
    """All statements of its direction."""
    index: int
    hazard: Hazard

    @property
    def statement(self) -> Statement:
        return self.items[self.index].statement

    @property
    def last_line(self) -> int:
        return self.statement.line + self.statement.sql.count("\n")


def mendable(
    path: str,
    text: str,
    *,
    facts: CatalogFacts | None = None,
    major: int = _NEWEST,
    down: bool = False,
) -> tuple[Mendable, ...]:
    """Every hazard of a file that `mend` can be asked to take out, in the order of the text.

    Hazards that the file allows are left out. Raises `MigrationError` for SQL that cannot be read.
    """
    plain = text.removeprefix(_MARK)
    allowed = allowances(plain)
    found = [
        Mendable(one.hazard.rule, one.statement.line, one.statement.sql, one.hazard.safer)
        for one in _hazards(scripts(path, plain), facts, major)
        if one.hazard.mechanical and (down or one.phase.direction == "up")
        if not allowed.allow(one.hazard.rule, one.statement.line, one.last_line)
    ]
    return tuple(sorted(found, key=lambda one: one.line))


def mend(
    path: str,
    text: str,
    *,
    rule: str,
    line: int,
    facts: CatalogFacts | None = None,
    major: int = _NEWEST,
) -> Mended:
    """The file with the statement of that line replaced by the safer form that the rule gives.

    Everything else stays as it is written, comments inside the statement included; around the
    new statements stand the BEGIN, COMMIT and `transaction:false` that they need. Raises
    `MigrationError` with the reason where the statement has no such hazard, its safer form asks
    for decisions, or the tool of the file cannot send it. Pure: no file is read or written.
    """
    mark = _MARK if text.startswith(_MARK) else ""
    plain = text.removeprefix(_MARK)
    script = scripts(path, plain)
    found = _hazards(script, facts, major)
    chosen = next(
        (
            f
            for f in found
            if f.hazard.rule == rule and f.statement.line == line and f.hazard.mechanical
        ),
        None,
    )
    if chosen is None:
        raise _no_such(path, line, rule, found)
    edits = Edits(plain)
    form = _whole_form(chosen, script, facts, major)
    write(edits, script.sending, chosen.phase, chosen.statement, form)
    after = edits.done()
    _prove(path, after, rule, len([f for f in found if f.hazard.rule == rule]), facts, major)
    return Mended(mark + after, _remark(script, chosen, form))


def _hazards(script: Scripts, facts: CatalogFacts | None, major: int) -> list[_Found]:
    return [
        _Found(phase, items, index, hazard)
        for phases in (script.up, script.down)
        for pairs in [_pairs(script, phases)]
        for items in [tuple(item for _, item in pairs)]
        for index, hazards in enumerate(
            examine(study(items, facts, major), facts, major=major, runner=script.runner)
        )
        for phase in [pairs[index][0]]
        for hazard in hazards
    ]


def _pairs(script: Scripts, phases: tuple[Phase, ...]) -> list[tuple[Phase, Placed]]:
    return [
        (phase, item)
        for number, phase in enumerate(phases)
        for item in placed(phase, number, one_string=script.one_string)
    ]


def _whole_form(
    found: _Found, script: Scripts, facts: CatalogFacts | None, major: int
) -> tuple[Stretch, ...]:
    """The safer form, behind what else the statement does."""
    form = stretches(found.hazard.safer)
    rest = rest_of(found.items, found.index, found.hazard, facts, major, script.runner)
    if not rest:
        return form
    first, *others = form
    if first.transactional:
        return (Stretch((rest, *first.statements), transactional=True), *others)
    return (Stretch((rest,), transactional=True), *form)


def _prove(
    path: str, text: str, rule: str, before: int, facts: CatalogFacts | None, major: int
) -> None:
    """Raises `MigrationError` where the new text cannot be read, or still has the hazard."""
    found = scripts(path, text)
    left = [f for f in _hazards(found, facts, major) if f.hazard.rule == rule]
    if len(left) >= before or any(problem.blocks_writing for problem in found.problems):
        raise MigrationError(
            f"the safer form does not take {rule} out of this file",
            path=path,
            next_step="Write it by hand.",
        )


def _no_such(path: str, line: int, rule: str, found: list[_Found]) -> MigrationError:
    same = [f for f in found if f.statement.line == line and f.hazard.rule == rule]
    if not same:
        return MigrationError(f"no statement here has the hazard {rule}", path=path, line=line)
    return MigrationError(
        f"the safer form of {rule} asks for decisions",
        path=path,
        line=line,
        column=same[0].statement.column,
        next_step="Write it by hand: cockpit lint shows it.",
    )


def _remark(script: Scripts, found: _Found, form: Sequence[Stretch]) -> str:
    if script.sending is Sending.PLAIN and needs_room(form):
        return "Send the file statement by statement, in no transaction: psql -f does, -1 does not."
    if script.sending is Sending.ANNOTATED and found.phase.transaction:
        return "This way of the file runs in no transaction any more; with goose, neither way does."
    return ""
