"""How the statements of a phase share transactions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from cockpit.errors import MigrationError
from cockpit.sql.enum_label import added_label, creates_type, mentions
from cockpit.sql.forbidden import forbids_transaction
from cockpit.sql.tree import enum_name

if TYPE_CHECKING:
    from cockpit.sql.statements import Statement

__all__ = ["Group", "forbids_transaction", "groups", "transaction_control"]


@dataclass(frozen=True, slots=True)
class Group:
    """Statements that succeed or fail together."""

    statements: tuple["Statement", ...]
    transactional: bool
    """False: one statement that runs outside of any transaction block."""
    wrapped_by: str = ""
    """The file's own `BEGIN ISOLATION LEVEL ...`; empty when the transaction is ours to open."""
    why: str = ""
    """Why there is no transaction, or why it ends here; empty for what nobody would ask about."""


def transaction_control(statement: "Statement") -> str | None:
    """What it does to the transaction it runs in; None for every other statement.

    `begin`, `commit`, `rollback`, `savepoint`, `release`, `rollback to`, `prepare`,
    `commit prepared` or `rollback prepared`.
    """
    if statement.node.WhichOneof("node") != "transaction_stmt":
        return None
    kind = enum_name(statement.node.transaction_stmt, "kind").removeprefix("TRANS_STMT_")
    return "begin" if kind == "START" else kind.lower().replace("_", " ")


def groups(statements: Iterable["Statement"], *, transaction: bool = True) -> tuple[Group, ...]:
    """Cut a phase into what runs together, in order.

    One group, unless a statement refuses a transaction, the file has its own BEGIN ... COMMIT, or
    an enum label is used after it was added. Without `transaction` every statement outside the
    file's own BEGIN ... COMMIT stands alone. Raises `MigrationError` for what cannot be cut.
    """
    cutter = _Cutter(transaction)
    for statement in statements:
        cutter.take(statement)
    return cutter.finish()


@dataclass
class _Cutter:
    transaction: bool
    done: list[Group] = field(default_factory=list)
    open: list["Statement"] = field(default_factory=list)
    block: "Statement | None" = None
    """The file's own BEGIN, while it is not committed."""
    adds_labels: bool = False
    """Some statement did, so that later ones must be looked through."""

    def take(self, statement: "Statement") -> None:
        why = forbids_transaction(statement)
        control = transaction_control(statement)
        if why:
            self._take_alone(statement, why)
        elif control in ("begin", "commit", "rollback", "prepare"):
            self._take_border(statement, control)
        elif self.block is None and not self.transaction:
            self._take_alone(statement, "the file says transaction:false")
        else:
            self._part_labels(statement)
            self.open.append(statement)

    def finish(self) -> tuple[Group, ...]:
        # A runner that records the migration in the same session commits an open BEGIN with it.
        self._close("the file never commits: committed at its end" if self.block else "")
        return tuple(self.done)

    def _take_alone(self, statement: "Statement", why: str) -> None:
        if self.block is not None:
            _refuse(statement, f"inside BEGIN ... COMMIT, but {why}", "Move it out of the block.")
        self._close()
        self.done.append(Group((statement,), transactional=False, why=why))

    def _take_border(self, statement: "Statement", control: str) -> None:
        if control == "rollback":
            _refuse(statement, "a ROLLBACK would undo the migration itself", "Remove it.")
        if control == "prepare":
            _refuse(statement, "a prepared transaction would outlive the run", "Use COMMIT.")
        if control == "begin":
            self._begin(statement)
            return
        self._close("the file commits here")
        if not statement.node.transaction_stmt.chain:
            self.block = None

    def _begin(self, statement: "Statement") -> None:
        """A BEGIN inside a transaction only warns in PostgreSQL, so it is left out here."""
        if self.block is None:
            self._close("the file begins its own transaction here")
            self.block = statement

    def _part_labels(self, statement: "Statement") -> None:
        """End the transaction after the last label that the statement needs committed."""
        if self.block is not None:
            return
        self.adds_labels |= added_label(statement) is not None
        fresh = self._fresh_labels() if self.adds_labels else {}
        used = mentions(statement, fresh)
        if used:
            cut = max(fresh[label] for label in used) + 1
            later = self.open[cut:]
            self.open = self.open[:cut]
            label = ", ".join(sorted(used))
            self._close(f"a later statement uses the new label {label}, which must be committed")
            self.open = later

    def _fresh_labels(self) -> dict[str, int]:
        """Labels added in the open group to a type that is older, and by which statement."""
        fresh = {}
        for position, statement in enumerate(self.open):
            added = added_label(statement)
            if added and not any(creates_type(s, added.type_name) for s in self.open[:position]):
                fresh[added.label] = position
        return fresh

    def _close(self, why: str = "") -> None:
        if self.open:
            wrapped_by = self.block.sql if self.block else ""
            self.done.append(Group(tuple(self.open), True, wrapped_by, why))
        self.open = []


def _refuse(statement: "Statement", what: str, next_step: str) -> NoReturn:
    raise MigrationError(
        what,
        path=statement.path,
        line=statement.line,
        column=statement.column,
        next_step=next_step,
    )
