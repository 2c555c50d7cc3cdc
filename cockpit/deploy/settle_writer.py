"""Writes a settlement: the tool's own history and the ledger's event commit together."""

import secrets
from dataclasses import replace
from typing import Any

from cockpit.analysis.schema_meant import meant_after
from cockpit.database import deployment_lock, ledger
from cockpit.database.connection import Connection
from cockpit.database.schema_snapshot import keep_snapshot, read_snapshot
from cockpit.deploy.context import CLIENT, actor
from cockpit.deploy.effective_settings import begin_anew, bound_transaction
from cockpit.deploy.launch import applied_by_others, first_marker
from cockpit.deploy.looking import Looked
from cockpit.deploy.opening import Opening
from cockpit.deploy.server_side import ServerLook
from cockpit.deploy.settling import Write, writes
from cockpit.deploy.source_side import SourceLook
from cockpit.errors import CockpitError, Refused, StalePlan
from cockpit.model.history import Record, Recorded
from cockpit.model.ledger import EventKind, LedgerEvent, undo_detail
from cockpit.model.ledger_event import UNSET
from cockpit.model.migration import Direction
from cockpit.model.schema import Snapshot
from cockpit.model.settlement import Found, SettledPart, Settlement
from cockpit.sql.named import named

"""Replaced by the server's clock when the event is appended."""


def settle_again(
    made: Settlement,
    again: Settlement,
    looked: Looked,
    connection: Connection,
    opening: Opening,
    reason: str,
    base: Snapshot | None = None,
) -> None:
    """Write what was reviewed; `again` is what is found now, under the lock.

    `base`: the schema as it was meant before, where that is known. What the settled scripts speak
    of is meant from then on as it is.
    """
    if again.id != made.id or looked.source is None or looked.server is None:
        raise StalePlan(
            f"What was found about {made.version} is not what is found now.",
            next_step="Look at it again, then decide again.",
        )
    SettleWriter(connection, again, looked.source, looked.server, base).write(opening, reason)


class SettleWriter:
    """One settlement on the session that holds the deployment lock."""

    def __init__(
        self,
        connection: Connection,
        made: Settlement,
        source: SourceLook,
        server: ServerLook,
        base: Snapshot | None,
    ) -> None:
        self._connection, self._made, self._base = connection, made, base
        self._source, self._server = source, server
        self._run = secrets.token_hex(4)

    def write(self, opening: Opening, reason: str) -> None:
        """Raises `Refused`, with no version changed, when the history has no way to say it."""
        begin_anew(self._connection, self._run, opening.role)
        with self._connection.transaction() as writer:
            if not ledger.exists(writer):
                ledger.create(writer, first_marker(opening, self._server))
            ledger.append(writer, self._begin(reason))
        try:
            with self._connection.transaction() as writer:
                bound_transaction(writer, opening.limits)
                deployment_lock.require(writer, self._server.keys)
                self._source.tool.prepare(writer)
                for write in writes(self._made, self._source, self._server):
                    self._settle(writer, write)
                self._read_back(writer)
        except BaseException:
            self._end(EventKind.RUN_STOPPED, "failed")
            raise
        self._end(EventKind.RUN_FINISHED, "done")

    def _begin(self, reason: str) -> list[LedgerEvent]:
        mine = {part.version for part in self._made.parts}
        observed = [v for v in applied_by_others(self._server) if v not in mine]
        words = {"goal": f"settle {self._made.version}", "tool": self._source.tool.name}
        if reason:
            words["reason"] = reason
        events = [self._event(EventKind.RUN_STARTED, words)]
        if observed:
            events.append(self._event(EventKind.OBSERVED, {"versions": observed}))
        return events

    def _settle(self, writer: Connection, write: Write) -> None:
        tool, phase = self._source.tool, write.phase
        if write.clears_row:
            tool.record(writer, replace(phase, direction=Direction.DOWN))
        tool.record(writer, phase)
        up = phase.direction is Direction.UP
        detail = {
            "evidence": write.evidence.rstrip("."),
            "told": self._made.told,
            "said": self._made.said,
            "was_applied": write.was_applied,
            "phases": list(phase.all_phases),
        }
        event = replace(
            self._event(EventKind.SETTLED, detail | (undo_detail(phase.undo) if up else {})),
            version=phase.version,
            name=phase.name,
            phase=phase.phase,
            direction=phase.direction,
            checksum=phase.checksum if up and write.verified else None,
            script=phase.script,
            undo=phase.undo.script if phase.undo else None,
            git_commit=phase.commit,
        )
        ledger.append(writer, [event])

    def _read_back(self, writer: Connection) -> None:
        """Inside the transaction: the histories now say what was found."""
        folded = ledger.read_ledger(writer)
        history = self._source.tool.observe(writer, folded, self._source.migrations)
        wrong = [p for p in self._made.parts if not _says(history.find(p.version), p)]
        if wrong:
            raise Refused(
                f"{self._source.tool.name}'s history has no way to say that {wrong[0].version} is "
                f"{wrong[0].found}.",
                next_step="Go on with that tool, which decides for itself.",
            )

    def _end(self, kind: EventKind, outcome: str) -> None:
        if self._connection.closed:
            return
        meant = self._meant() if kind is EventKind.RUN_FINISHED else None
        with self._connection.transaction() as writer:
            detail: dict[str, Any] = {"outcome": outcome}
            if meant is not None:
                detail["schema"] = keep_snapshot(writer, meant)
            ledger.append(writer, [self._event(kind, detail)])

    def _meant(self) -> Snapshot | None:
        """None leaves it at what was meant before."""
        if self._base is None:
            return None
        try:
            with self._connection.look() as reader:
                live = read_snapshot(reader)
        except CockpitError:
            return None  # it is settled all the same: drift stays what it was
        if live.server != self._base.server:
            return None
        scripts = [write.phase.script for write in writes(self._made, self._source, self._server)]
        spoken_of = frozenset(name for script in scripts for name in named(script))
        return meant_after(self._base, live, live, spoken_of).schema

    def _event(self, kind: EventKind, detail: dict[str, Any]) -> LedgerEvent:
        revision = self._source.revision
        return LedgerEvent(
            seq=0, at=UNSET, run=self._run, event=kind, git_commit=revision.commit,
            git_ref=revision.asked, actor=actor(), client=CLIENT, detail=detail,
        )  # fmt: skip


def _says(record: Record | None, part: SettledPart) -> bool:
    if record is None:
        return part.found is Found.PENDING
    wanted = {
        Found.APPLIED: Recorded.APPLIED,
        Found.PARTLY: Recorded.PARTIAL,
        Found.PENDING: Recorded.ROLLED_BACK,
    }
    return part.found is not None and record.recorded is wanted[part.found]
