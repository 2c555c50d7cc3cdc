"""A safer form in the place of its statement, the way the tool of the file will send it."""

import re
from collections.abc import Sequence

from cockpit.analysis.hazards.placing import placed
from cockpit.analysis.lint import blocks
from cockpit.analysis.lint.edits import Edits
from cockpit.analysis.lint.safer_form import Stretch
from cockpit.analysis.lint.scripts import Sending
from cockpit.errors import MigrationError
from cockpit.model.migration import Phase
from cockpit.sql.statements import Statement
from cockpit.sql.transaction import transaction_control

_NO_TRANSACTION = "-- +goose NO TRANSACTION"


def needs_room(form: Sequence[Stretch]) -> bool:
    """Whether it cannot share one transaction with what stands around it."""
    return len(form) > 1 or not form[0].transactional


def write(
    edits: Edits, sending: Sending, phase: Phase, target: Statement, form: Sequence[Stretch]
) -> None:
    """Replace the target, one of the phase's statements.

    Raises `MigrationError` where the phase or its tool leaves the form no room.
    """
    statements = [item.statement for item in placed(phase)]
    if phase.backfill:
        raise refused(target, "a backfill has one statement, run in batches", "Edit it by hand.")
    if not needs_room(form):
        blocks.put(edits, target, form[0].statements)
    elif _in_own_block(statements, target):
        blocks.in_block(edits, statements, target, form)
    elif sending is Sending.ONE_STRING:
        _alone(edits, statements, target, form)
    elif sending is Sending.ANNOTATED:
        _annotated(edits, phase, statements, target, form)
    elif sending is Sending.MARKED and phase.transaction:
        blocks.in_transaction_of_phase(edits, statements, target, form)
        _mark(edits, phase)
    else:
        blocks.put(edits, target, blocks.flat(form))


def _in_own_block(statements: Sequence[Statement], target: Statement) -> bool:
    controls = [transaction_control(s) for s in statements[: statements.index(target)]]
    borders = [control for control in controls if control in ("begin", "commit", "rollback")]
    return borders[-1:] == ["begin"]


def _mark(edits: Edits, phase: Phase) -> None:
    """`transaction:false` on the marker of the phase."""
    place = edits.line(phase.line - 1)
    words = re.sub(r"\s+transaction:\S+", "", edits.text[place.start : place.end])
    edits.replace(place, f"{words.rstrip()} transaction:false")


def _alone(
    edits: Edits, statements: Sequence[Statement], target: Statement, form: Sequence[Stretch]
) -> None:
    new = blocks.flat(form)
    if len(statements) > 1 or len(new) > 1:
        words = "its tool sends a file in one go, which makes one transaction of it"
        raise refused(target, words, "Put each statement of the safer form into a file of its own.")
    blocks.put(edits, target, new)


def _annotated(
    edits: Edits,
    phase: Phase,
    statements: Sequence[Statement],
    target: Statement,
    form: Sequence[Stretch],
) -> None:
    """goose says it once for the file, sql-migrate on the marker; neither keeps to one session."""
    new = blocks.flat(form, together=False)
    if phase.transaction:
        if len(statements) > 1:
            words = "its tool runs all of these statements in one transaction, or none of them"
            raise refused(target, words, "Move the statement to a file of its own.")
        place = edits.line(phase.line)
        words = edits.text[place.start : place.end]
        goose = "+goose" in words
        lines = edits.lines(_NO_TRANSACTION, words) if goose else f"{words.rstrip()} notransaction"
        edits.replace(place, lines)
    blocks.put(edits, target, new)


def refused(statement: Statement, what: str, next_step: str) -> MigrationError:
    """Why the file stays as it is."""
    return MigrationError(
        what,
        path=statement.path,
        line=statement.line,
        column=statement.column,
        next_step=next_step,
    )
