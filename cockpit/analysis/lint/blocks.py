"""Statements in the place of one, with the BEGIN and COMMIT that they need around them."""

from collections.abc import Sequence

from postgast import pg_query_pb2 as pb

from cockpit.analysis.impact import syntax
from cockpit.analysis.lint.edits import Edits
from cockpit.analysis.lint.safer_form import Stretch
from cockpit.errors import MigrationError
from cockpit.sql import grammar
from cockpit.sql.canonical import same_meaning
from cockpit.sql.statements import Statement
from cockpit.sql.transaction import groups, transaction_control

_INDEX_STATEMENTS = (pb.IndexStmt, pb.DropStmt)


def put(edits: Edits, target: Statement, statements: tuple[str, ...]) -> None:
    """The statements stand where the target stood; comments inside of it move above."""
    place = edits.place(target)
    edits.replace(place, _kept_comments(edits, target, statements))


def _kept_comments(edits: Edits, target: Statement, statements: tuple[str, ...]) -> str:
    indent = edits.indent(edits.place(target))
    written = edits.block(tuple(_in_their_words(target, sql) for sql in statements), indent)
    comments = (found.decode() for found in grammar.comments(target.sql.encode()))
    above = [comment for comment in comments if comment not in written]
    return "".join(f"{comment}\n{indent}" for comment in above) + written


def _in_their_words(target: Statement, sql: str) -> str:
    """The target itself with CONCURRENTLY added, where that is all that is new."""
    if isinstance(syntax.unwrap(target.node), _INDEX_STATEMENTS):
        tokens = grammar.tokens(target.sql.encode())
        text = target.sql.encode()
        for token in tokens:
            if text[token.start : token.end].upper() == b"INDEX":
                longer = (text[: token.end] + b" CONCURRENTLY" + text[token.end :]).decode()
                return longer if same_meaning(longer, sql) else sql
    return sql


def flat(form: Sequence[Stretch], *, together: bool = True) -> tuple[str, ...]:
    """The form where statements are sent one by one, in no transaction but those it says itself.

    With `together` it says those that its stretches are.
    """
    found: list[str] = []
    for stretch in form:
        several = together and len(stretch.statements) > 1
        found += ["BEGIN", *stretch.statements, "COMMIT"] if several else stretch.statements
    return tuple(found)


def in_block(
    edits: Edits, phase: Sequence[Statement], target: Statement, form: Sequence[Stretch]
) -> None:
    """Inside the file's own BEGIN ... COMMIT: the block is ended and begun again in between."""
    index = phase.index(target)
    begin = next(s for s in reversed(phase[:index]) if transaction_control(s) == "begin")
    members = phase[phase.index(begin) + 1 :]
    _refuse_bound_to_transaction(members)
    parts, inside = list[str](), True
    if not form[0].transactional and phase[index - 1] is begin:
        edits.remove(edits.place(begin))
        inside = False
    for stretch in form:
        if inside and (not stretch.transactional or stretch is not form[0]):
            parts.append("COMMIT")
            inside = False
        if stretch.transactional and not inside:
            parts.append(begin.sql)
            inside = True
        parts += stretch.statements
    follower = phase[index + 1] if index + 1 < len(phase) else None
    if not inside and follower is not None and transaction_control(follower) == "commit":
        edits.remove(edits.place(follower))
    elif not inside:
        parts.append(begin.sql)
    put(edits, target, tuple(parts))


def in_transaction_of_phase(
    edits: Edits, phase: Sequence[Statement], target: Statement, form: Sequence[Stretch]
) -> None:
    """The phase no longer is one transaction: what stood together gets its own BEGIN ... COMMIT."""
    _refuse_bound_to_transaction(phase)
    for group in groups(phase):
        if target not in group.statements:
            if group.transactional and not group.wrapped_by:
                _wrap(edits, group.statements)
            continue
        index = group.statements.index(target)
        before, after = group.statements[:index], group.statements[index + 1 :]
        _wrap(edits, after)
        if before and form[0].transactional and form[0].statements:
            edits.before(edits.place(before[0]), "BEGIN")
            put(edits, target, (*form[0].statements, "COMMIT", *flat(form[1:])))
        else:
            _wrap(edits, before)
            put(edits, target, flat(form))


def _wrap(edits: Edits, statements: Sequence[Statement]) -> None:
    """One statement is a transaction without saying so."""
    if len(statements) > 1:
        edits.before(edits.place(statements[0]), "BEGIN")
        edits.after(edits.place(statements[-1]), "COMMIT")


def _refuse_bound_to_transaction(statements: Sequence[Statement]) -> None:
    """What lasts only as long as its transaction would end with the first COMMIT."""
    for statement in statements:
        node = syntax.unwrap(statement.node)
        setting = isinstance(node, pb.VariableSetStmt) and node.is_local
        control = transaction_control(statement) or ""
        saved = control in ("savepoint", "release", "rollback to")
        if setting or saved or isinstance(node, (pb.LockStmt, pb.ConstraintsSetStmt)):
            raise MigrationError(
                f"{statement.kind} lasts until the end of the transaction, and the safer form "
                "needs several",
                path=statement.path,
                line=statement.line,
                column=statement.column,
                next_step="Move one of the two to a file or phase of its own.",
            )
