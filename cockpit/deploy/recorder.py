"""Ledger events of one run, in the words the fold understands."""

from datetime import timedelta
from typing import Any

from cockpit.analysis.schema_meant import Meant
from cockpit.database import ledger
from cockpit.database.connection import Writer
from cockpit.database.schema_snapshot import keep_snapshot
from cockpit.database.stretch import Stretch
from cockpit.deploy.context import CLIENT, RunContext, actor
from cockpit.model.attic import Holding, Restored, restored_detail
from cockpit.model.ledger import EventKind, LedgerEvent, undo_detail
from cockpit.model.ledger_event import UNSET
from cockpit.model.migration import Direction, ReadOnly
from cockpit.model.plan import PlannedPhase, Step
from cockpit.model.readonly import OpenWindow, opened_detail
from cockpit.model.wal import WalPlace

_LISTED = 100
"""Objects of the schema beyond this many are not named in an event."""


class Recorder:
    """Appends events; every method runs inside the caller's transaction."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._actor = actor()

    def run_started(
        self,
        writer: Writer,
        observed: list[str],
        place: WalPlace | None = None,
        by_hand: tuple[str, ...] = (),
    ) -> None:
        """The run, and the versions another tool's history already named.

        `by_hand`: what was changed in the schema outside of migrations before, in words.
        """
        plan = self._context.plan
        detail: dict[str, Any] = {
            "goal": plan.goal.words,
            "asked": plan.goal.said,
            "planned": [[p.version, p.phase, p.direction.value] for p in plan.phases],
            "plan": plan.id,
            "tool": plan.tool,
        }
        if plan.goal.keep is not None:
            detail["keep"] = {
                "place": plan.goal.keep.value,
                "action": plan.goal.action.value,
                "versions": list(plan.versions),
            }
        if self._context.reason:
            detail["reason"] = self._context.reason
        if by_hand:
            detail["schema_drift"] = list(by_hand[:_LISTED])
        detail |= place.as_detail() if place else {}
        drafts = [self._event(EventKind.RUN_STARTED, detail=detail)]
        if observed:
            drafts.append(self._event(EventKind.OBSERVED, detail={"versions": observed}))
        ledger.append(writer, drafts)

    def run_ended(
        self,
        writer: Writer,
        outcome: str,
        meant: Meant | None = None,
        place: WalPlace | None = None,
    ) -> str:
        """The run's end as it is known here, and the schema that is meant then: its digest, if any.

        What was changed by hand before and is not meant, or is meant from now on, is named.
        """
        kind = EventKind.RUN_FINISHED if outcome == "done" else EventKind.RUN_STOPPED
        detail: dict[str, Any] = {"outcome": outcome} | (place.as_detail() if place else {})
        if meant is not None:
            detail["schema"] = keep_snapshot(writer, meant.schema)
            if meant.taken:
                detail["schema_taken"] = list(meant.taken[:_LISTED])
        ledger.append(writer, [self._event(kind, detail=detail)])
        return str(detail.get("schema", ""))

    def gate_confirmed(self, writer: Writer, phase: PlannedPhase) -> None:
        """Who let this phase through: the actor, or the query."""
        detail = {"gate": phase.gate} | ({"query": phase.gate_sql} if phase.gate_sql else {})
        ledger.append(writer, [self._event(EventKind.GATE_CONFIRMED, phase, detail=detail)])

    def step_started(self, writer: Writer, phase: PlannedPhase, step: Step) -> None:
        """Before a step that cannot share a transaction with its event."""
        event = self._event(EventKind.STEP_STARTED, phase, step=step, script=step.sql)
        ledger.append(writer, [event])

    def step_finished(
        self, writer: Writer, phase: PlannedPhase, step: Step, duration: timedelta | None = None
    ) -> None:
        """After a step that is committed before its phase is finished."""
        event = self._event(
            EventKind.STEP_FINISHED, phase, step=step, script=step.sql, duration=duration
        )
        ledger.append(writer, [event])

    def batch(
        self, writer: Writer, phase: PlannedPhase, step: Step, stretch: Stretch, rows: int
    ) -> None:
        """One backfill batch that changed so many rows, in the transaction of its rows."""
        detail = {"cursor": list(stretch.cursor), "rows": rows, "passed": stretch.rows}
        ledger.append(writer, [self._event(EventKind.BATCH, phase, step=step, detail=detail)])

    def window_opened(
        self,
        writer: Writer,
        phase: PlannedPhase,
        scope: ReadOnly,
        before: dict[str, str | None],
    ) -> None:
        """Who is read-only from now on, in the transaction that makes it so."""
        detail = opened_detail(scope, before)
        ledger.append(writer, [self._event(EventKind.WINDOW_OPENED, phase, detail=detail)])

    def window_closed(self, writer: Writer, window: OpenWindow, left: list[str]) -> None:
        """Who may write again; `left` was set otherwise by somebody else meanwhile."""
        detail = {"opened_by": window.run, "roles": list(window.scope.roles), "left": left}
        ledger.append(writer, [self._event(EventKind.WINDOW_CLOSED, detail=detail)])

    def kept(self, writer: Writer, phase: PlannedPhase, step: Step, detail: dict[str, Any]) -> None:
        """What went to the attic, in the transaction that drops it."""
        ledger.append(writer, [self._event(EventKind.KEPT, phase, step=step, detail=detail)])

    def restored(
        self,
        writer: Writer,
        phase: PlannedPhase,
        step: Step,
        holding: Holding,
        done: Restored,
    ) -> None:
        """What came back, and what could not."""
        detail = restored_detail(holding, done)
        ledger.append(writer, [self._event(EventKind.RESTORED, phase, step=step, detail=detail)])

    def phase_finished(
        self, writer: Writer, phase: PlannedPhase, duration: timedelta, row: str = ""
    ) -> None:
        """The phase is in force (up) or gone (down); keeps its script and its way back.

        `row`: who wrote the tool's own row of it, where that was not us but a program of ours.
        """
        # A program is undone by the program alone, from its own files.
        undo = phase.undo if phase.undo and not phase.undo.program else None
        detail = {"phases": list(phase.all_phases)} | undo_detail(undo)
        if phase.origin:
            detail["origin"] = phase.origin
        if row:
            detail["row"] = row
        event = self._event(
            EventKind.PHASE_FINISHED,
            phase,
            script=phase.script,
            undo=undo.script if undo else None,
            duration=duration,
            detail=detail,
        )
        ledger.append(writer, [event])

    def phase_failed(
        self, writer: Writer, phase: PlannedPhase, step: Step | None, why: str
    ) -> None:
        """Why it stopped, in the server's words."""
        detail = {"error": why.replace("\0", " ")}
        ledger.append(
            writer, [self._event(EventKind.PHASE_FAILED, phase, step=step, detail=detail)]
        )

    def _event(
        self,
        kind: EventKind,
        phase: PlannedPhase | None = None,
        *,
        step: Step | None = None,
        script: str | None = None,
        undo: str | None = None,
        duration: timedelta | None = None,
        detail: dict[str, Any] | None = None,
    ) -> LedgerEvent:
        plan = self._context.plan
        return LedgerEvent(
            seq=0,
            at=UNSET,
            run=self._context.run,
            event=kind,
            version=phase.version if phase else None,
            name=phase.name if phase else None,
            phase=phase.phase if phase else None,
            step=step.position if step else None,
            direction=phase.direction if phase else None,
            checksum=phase.checksum if phase and phase.direction is Direction.UP else None,
            script=script,
            undo=undo,
            git_commit=plan.commit,
            git_ref=plan.ref,
            actor=self._actor,
            client=CLIENT,
            duration=duration,
            detail=detail or {},
        )
