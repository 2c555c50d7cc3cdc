"""Takes another tool's history over into the ledger, on evidence; and gives it back."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cockpit.analysis.adoption import findings, not_proved, with_versions
from cockpit.analysis.planner import Situation
from cockpit.database import deployment_lock, ledger
from cockpit.database.connection import Connection, Writer
from cockpit.database.schema_snapshot import keep_snapshot, read_snapshot
from cockpit.deploy.context import CLIENT, actor
from cockpit.deploy.edits import commit_applied
from cockpit.deploy.launch import first_marker
from cockpit.deploy.looking import Looked, Looking
from cockpit.deploy.opening import Opening
from cockpit.deploy.server_side import ServerLook, ServerSide
from cockpit.deploy.source_side import SourceLook, SourceSide
from cockpit.errors import CockpitError, Refused, StalePlan, UsageError
from cockpit.model.adoption import Adoption, Evidence
from cockpit.model.goal import Action, Goal
from cockpit.model.history import History
from cockpit.model.ledger import Adopted, EventKind, Ledger, LedgerEvent
from cockpit.model.ledger_event import UNSET
from cockpit.model.migration import Migration
from cockpit.model.state import State
from cockpit.rehearsal.implied import Built, build
from cockpit.rehearsal.impossible import Impossible
from cockpit.rehearsal.rehearse import Stage
from cockpit.tools.adopted import AdoptedProject
from cockpit.tools.configured import table_words
from cockpit.tools.observed import Observed
from cockpit.tools.protocol import Tool
from cockpit.tools.registry import layout_of, order_of

"""Replaced by the server's clock when the event is appended."""


class Adopting:
    """One target and one source; writes only what it was given back unchanged."""

    def __init__(
        self, opening: Opening, source: SourceSide, server: ServerSide, looking: Looking
    ) -> None:
        self._opening, self._source, self._server = opening, source, server
        self._looking = looking

    def propose(self, looked: Looked, stage: Stage) -> Adoption:
        """What would be imported, and what does not hold. Reads the target, writes nothing.

        Raises `UsageError` when no other tool's history is here.
        """
        drafted = self._drafted(looked)
        if drafted.refusals or not (drafted.imports or drafted.gone):
            return drafted
        return self._proved(drafted, looked, stage)

    def write(self, adoption: Adoption, looked: Looked, connection: Connection, reason: str) -> str:
        """Stamp it, in one transaction, on a session that holds every deployment lock.

        Returns the id of the entry. Raises `StalePlan` when history, files or schema are not what
        the proof was made with, `Refused` when something still speaks against it.
        """
        server = _live(looked)
        self._require_same(adoption, looked)
        if not adoption.may_be_written:
            raise Refused(_first_reason(adoption), next_step="Look at it: cockpit adopt --dry-run.")
        if not (adoption.imports or adoption.gone):
            raise Refused("There is nothing to adopt.")
        with connection.look() as reader:
            snapshot = read_snapshot(reader)
        if adoption.evidence is None or snapshot.packed()[0] != adoption.evidence.live:
            raise StalePlan(
                "The live schema was changed since it was compared.",
                next_step="Compare anew: cockpit adopt --dry-run.",
            )
        run = secrets.token_hex(4)
        with connection.transaction():
            deployment_lock.require(connection, server.keys)
            if not ledger.exists(connection):
                ledger.create(connection, first_marker(self._opening, server))
            mark = {"schema": keep_snapshot(connection, snapshot)}
            ledger.append(connection, _events(run, adoption, adoption.detail(reason) | mark))
        return run

    def undo(self, looked: Looked, connection: Connection, reason: str) -> str:
        """Write that the last adoption does not count any more; what it took over, in words.

        Raises `Refused` when there is none, or when something was run since.
        """
        server = _live(looked)
        adopted = self._undoable(server.ledger)
        words = f"{adopted.tool}'s history ({len(adopted.versions)} versions)"
        detail: dict[str, Any] = {
            "goal": f"undo the adoption of {adopted.tool}'s history", "undone": adopted.run,
        }  # fmt: skip
        event = LedgerEvent(
            0, UNSET, secrets.token_hex(4), EventKind.ADOPTION_UNDONE, actor=actor(),
            client=CLIENT, detail=detail | ({"reason": reason} if reason else {}),
        )  # fmt: skip
        with connection.transaction():
            deployment_lock.require(connection, server.keys)
            ledger.append(connection, [event])
        return words

    @staticmethod
    def _undoable(folded: Ledger) -> Adopted:
        adopted = folded.adopted
        if adopted is None:
            raise Refused("No adoption stands here: there is nothing to undo.")
        if folded.ran_since:
            raise Refused(
                f"The adoption of {adopted.tool}'s history cannot be undone: something was run "
                "since, which its table does not know.",
                next_step="Roll forward with the cockpit, or bring that table up to date by hand.",
            )
        return adopted

    def _drafted(self, looked: Looked) -> Adoption:
        """Everything but the proof."""
        source, server = looked.source, _live(looked)
        if source is None:
            raise CockpitError(looked.board.source_error)
        tool = layout_of(source.tool)
        if tool.name == "cockpit":
            raise UsageError(
                "These are native files, and no other tool's history of them is here.",
                next_step="Name the tool whose history it is with --tool.",
            )
        history = self._history(tool, source, server)
        if not history.exists and not history.records:
            raise UsageError(
                f"No history of {tool.name} is in this database: there is nothing to adopt.",
                next_step="See which schema and table it is in: --history-table.",
            )
        blank = Adoption(
            target=server.identity.key,
            standpoint=looked.board.standpoint.name,
            tool=tool.name,
            table=table_words(tool),
            head=history.head,
            commit=source.revision.commit,
            ref=source.revision.asked,
            refusals=tuple(_forbidden(looked, source)),
        )
        return with_versions(blank, history, server.ledger, source.migrations)

    def _history(self, tool: Tool, source: SourceLook, server: ServerLook) -> History:
        """The tool's own, also where the ledger has taken it over before."""
        if not isinstance(source.tool, AdoptedProject):
            return server.history
        project = AdoptedProject(tool)
        return self._server.read(
            lambda reader: project.watched(reader, server.ledger, source.migrations)
        )

    def _proved(self, adoption: Adoption, looked: Looked, stage: Stage) -> Adoption:
        source = looked.source
        if source is None:
            raise CockpitError(looked.board.source_error)
        situation = self._looking.situation(looked, Goal(Action.APPLY))
        versions = self._in_order(adoption, situation, source)
        applied = {v: m for v in versions if (m := self._as_applied(v, situation, source))}
        told = self._looking.with_statements(source, tuple(applied.values()))
        found = {migration.version: migration for migration in told}
        unproved = not_proved(versions, found, source.migrations)
        migrations = [found[v] for v in versions if v in found and v not in unproved]
        tool = layout_of(source.tool)
        try:
            prepare = _nothing if isinstance(tool, Observed) else tool.prepare
            built = build(migrations, prepare, self._server.for_rehearsal(), stage)
        except Impossible as error:
            return replace(adoption, refusals=(f"{error.what} {error.next_step}".strip(),))
        broken = {v: f"does not run here: {why}" for v, why in built.broken.items()}
        different = findings(built.implied, built.live, built.authors, unproved | broken)
        return replace(adoption, findings=different, evidence=_evidence(built))

    @staticmethod
    def _in_order(adoption: Adoption, situation: Situation, source: SourceLook) -> list[str]:
        """As they were applied; by the tool's own order where its table does not keep that."""
        key = order_of(source.tool, source.migrations)
        orders = {r.version: r.order for r in situation.history.records}
        if isinstance(source.tool, AdoptedProject):
            orders = {}
        versions = dict.fromkeys((*adoption.named, *adoption.kept))
        return sorted(versions, key=lambda v: (orders.get(v, 0), key(v)))

    def _as_applied(
        self, version: str, situation: Situation, source: SourceLook
    ) -> Migration | None:
        """From the commit it was applied from where that is known, else from this ref."""
        recovered = situation.recovered.get(version)
        if recovered is not None:
            return recovered.migration
        standing = situation.find(version)
        if standing is None or standing.state is not State.DRIFTED:
            return standing.migration if standing else None
        changes = self._source.changes(source)
        commit = commit_applied(source, self._source.repository, standing, changes)
        if commit is None:
            return standing.migration
        then = self._source.recovered(source, {version: commit}).get(version)
        return then.migration if then else standing.migration

    def _require_same(self, adoption: Adoption, looked: Looked) -> None:
        now = self._drafted(looked)
        if now != replace(adoption, findings=(), evidence=None):
            raise StalePlan(
                "What was reviewed is not what would be adopted now: the tool's history, the "
                "ledger or the files have changed.",
                next_step="Look at it anew: cockpit adopt --dry-run.",
            )


def _nothing(writer: Writer) -> None:
    """A tool that is only looked at has its table made by nobody here."""


def _live(looked: Looked) -> ServerLook:
    if looked.server is None:
        raise CockpitError(looked.board.database_error)
    return looked.server


def _forbidden(looked: Looked, source: SourceLook) -> Sequence[str]:
    board, found = looked.board, []
    if board.identity is not None and board.identity.in_recovery:
        found.append("This server is a standby: it can be looked at, never written.")
    if board.standpoint.disagreement:
        found.append(f"Writing is impossible: {board.standpoint.disagreement}.")
    dirty = [m.path for m in source.migrations.migrations if m.uncommitted]
    if board.standpoint.protected and dirty:
        found.append(
            f"{dirty[0]} is not committed as it stands: a protected target is only ever written "
            "from a commit. Commit it, or name a ref."
        )
    return found


def _first_reason(adoption: Adoption) -> str:
    if adoption.refusals:
        return adoption.refusals[0]
    first = adoption.open[0]
    more = len(adoption.open) - 1
    others = f" and {more} more" if more else ""
    return f"{first.label} {first.words}{others}: nobody has accepted it."


def _evidence(built: Built) -> Evidence:
    compared = len(built.implied.objects.keys() | built.live.objects.keys())
    return Evidence(built.scratch, built.ran, compared, built.digest, built.notes)


def _events(run: str, adoption: Adoption, detail: dict[str, Any]) -> list[LedgerEvent]:
    """The adoption, then one event a version, in the order they were applied."""
    who = actor()

    def event(kind: EventKind, detail: dict[str, Any], **more: Any) -> LedgerEvent:
        return LedgerEvent(
            0, UNSET, run, kind, git_commit=adoption.commit, git_ref=adoption.ref, actor=who,
            client=CLIENT, detail=detail, **more,
        )  # fmt: skip

    goal = {"goal": f"adopt the history of {adoption.tool}"}
    events = [event(EventKind.ADOPTED, detail | goal)]
    for one in adoption.imports:
        told: dict[str, Any] = {"tool": adoption.tool, "blobs": list(one.blobs)}
        if one.applied_at is not None:
            told["applied_at"] = one.applied_at.isoformat()
        events.append(
            event(
                EventKind.IMPORTED,
                told,
                version=one.version,
                name=one.name,
                checksum=one.checksum,
            )
        )
    return events
