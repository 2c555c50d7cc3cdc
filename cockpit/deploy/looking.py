"""Joins the two halves of a look into a Board, and into the Situation that plans are made from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from cockpit.analysis.planner import Recovered, Situation, make_plan
from cockpit.database.catalog import read_facts
from cockpit.database.halfway import judge
from cockpit.database.rights import read_rights
from cockpit.deploy.attic_side import AtticSide
from cockpit.deploy.context import Clock
from cockpit.deploy.edited import read_edit
from cockpit.deploy.expecting import with_expected
from cockpit.deploy.framework_side import FrameworkSide
from cockpit.deploy.history_place import history_place
from cockpit.deploy.judging import Judging
from cockpit.deploy.kept_by_git import KeptByGit
from cockpit.deploy.liquibase_side import LiquibaseSide
from cockpit.deploy.opening import Opening
from cockpit.deploy.other_histories import OtherHistories
from cockpit.deploy.pointed import Pointed, told, with_neighbours
from cockpit.deploy.program import Program
from cockpit.deploy.releases import Releases
from cockpit.deploy.schema_watch import SchemaWatch
from cockpit.deploy.server_side import ServerLook, ServerSide
from cockpit.deploy.source_side import SourceLook, SourceSide
from cockpit.deploy.unfinished import unfinished
from cockpit.deploy.unreadable import Unreadable
from cockpit.errors import CockpitError, DatabaseError, PrivilegeMissing, UsageError
from cockpit.model.board import Board, Unfinished
from cockpit.model.edit import Edit
from cockpit.model.facts import CatalogFacts
from cockpit.model.goal import Goal
from cockpit.model.migration import Direction, Migration, MigrationSet
from cockpit.model.problem import Problem
from cockpit.model.rights import Rights
from cockpit.model.schema import SchemaCheck, Snapshot
from cockpit.model.state import Standing, State
from cockpit.model.target import stand
from cockpit.model.timeline import Applied, OtherHistory
from cockpit.tools.framework import Framework
from cockpit.tools.locks import shut_out
from cockpit.tools.registry import (
    TOOLS,
    layout_of,
    not_driven,
    order_of,
    row_locked,
    tool_named,
)

_NOT_ASKED = "nobody is asked about this plan."
_NAMED = 3
"""So many releases with a name like the one that was asked for."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One look: what is shown, and the halves it was made from."""

    board: Board
    source: SourceLook | None
    server: ServerLook | None


class Looking:
    """Reads both sides. Half a board is still a board: the other half says what is wrong."""

    def __init__(
        self, opening: Opening, source: SourceSide, server: ServerSide, clock: Clock
    ) -> None:
        self._opening, self._source, self._server, self._clock = opening, source, server, clock
        self._schema = SchemaWatch(server, clock)
        self._judging = Judging(source, server)
        self._unreadable = Unreadable()
        self._releases = Releases(source)
        self._pointed = Pointed(source)
        self._others = OtherHistories(server, clock)
        self._frameworks = FrameworkSide(opening)
        self._liquibase = LiquibaseSide()
        self._attic = AtticSide(opening, server)

    def look(self, ref: str | None, our_pid: int | None) -> Looked:
        """Read git, then the server, then compare."""
        source, source_error = self._git(ref)
        source, server, unread = self._live(source, our_pid)
        history = server.history if server else None
        standings = self._judging.standings(source, server)
        releases = self._releases.here(source, standings) if source else None
        schema = self._schema.check(server) if server else SchemaCheck(None)
        board = Board(
            as_of=self._clock.now(),
            standpoint=stand(
                self._opening.target,
                self._opening.environment,
                server.marker if server else None,
                server.identity if server else None,
            ),
            tool=source.tool.name if source else self._opening.tool,
            folder=source.folder if source else self._opening.folder,
            identity=server.identity if server else None,
            revision=source.revision if source else None,
            standings=standings,
            migrations=source.migrations if source else MigrationSet(()),
            history=history,
            holders=server.holders if server else (),
            shut_out=_shut_out(source, server) if source and server else "",
            problems=self._problems(source, server, standings),
            tags=releases.newest if releases else (),
            released=releases.first if releases else {},
            named_by=self._opening.named_by,
            database_error=str(unread or ""),
            database_denied=isinstance(unread, PrivilegeMissing),
            source_error=source_error,
            release=releases.current if releases and history else None,
            adopted=server.ledger.adopted if server else None,
            schema_drift=schema.changes,
            schema_checked=schema.at,
            schema_unchecked=schema.why,
            others=self._beside_ours(source, server) if source and server else (),
        )
        evidence = self._server.evidence(history) if history else {}
        forgotten = self._server.forgotten(server.identity) if server else None
        left = _with_windows(unfinished(board, evidence, forgotten), server)
        return Looked(replace(board, unfinished=left), source, server)

    def _beside_ours(self, source: SourceLook, server: ServerLook) -> tuple[OtherHistory, ...]:
        """What of our own history is not in these files, then the histories of other tools."""
        return (*server.history.elsewhere, *self._others.beside(source.tool.name))

    @property
    def schema_left(self) -> Callable[[str, Snapshot, Snapshot], None]:
        """Told of what a run recorded and left, the next look need not read it back."""
        return self._schema.left

    def schema_meant(self, server: ServerLook) -> Snapshot | None:
        """What the schema was last compared with, where that look could compare it."""
        return self._schema.meant(server)

    def timeline(self, looked: Looked, limit: int) -> tuple[Applied, ...]:
        """Every history of the database as one, newest first."""
        history = looked.server.history if looked.server else None
        return self._others.timeline(looked.board.tool, history, limit)

    def edit(self, looked: Looked, version: str) -> Edit | None:
        """What an edit of that version's file changes; None where there is none to tell of."""
        standing = looked.board.find(version)
        if looked.source is None or looked.server is None or standing is None:
            return None
        return read_edit(self._source, self._server, looked.source, standing)

    def situation(self, looked: Looked, goal: Goal, *, predicting: bool = True) -> Situation:
        """What a plan is made from. Raises the error that kept either half from being read.

        Without `predicting` the catalog is not read: the plan then tells nothing of locks.
        """
        source, server = looked.source, looked.server
        if source is None or server is None:
            raise CockpitError(
                looked.board.source_error or looked.board.database_error,
                next_step="A plan needs both git and the database.",
            )
        releases = self._releases.here(source, looked.board.standings)
        if goal.to_tag is not None and goal.to_tag not in releases.versions:
            raise _no_such_release(goal.to_tag, list(releases.versions))
        facts, missing = self._facts() if predicting else (None, _NOT_ASKED)
        made = Situation(
            standings=looked.board.standings,
            migrations=source.migrations,
            history=server.history,
            revision=source.revision,
            identity=server.identity,
            standpoint=looked.board.standpoint,
            tool=source.tool.name,
            order_key=order_of(source.tool, source.migrations),
            refuses_late=source.tool.refuses_late,
            record_words=source.tool.record_words,
            not_driven=not_driven(source.tool) or self._why_not(source),
            problems=server.problems,
            releases=releases.versions,
            recovered=self._recovered(source, looked.board),
            evidence=self._server.evidence(server.history),
            facts=facts,
            facts_missing=missing,
            expecting=lambda facts, sqls: with_expected(self._server, facts, sqls),
            shallow=self._source.repository.is_shallow,
            fetch=self._source.repository.fetch_words(),
            attic=server.attic,
            attic_gone=self._attic.gone([entry for entry in server.attic if entry.waiting]),
            judge=lambda phase: self._server.read(lambda reader: judge(reader, phase)),
            windows=server.windows,
            keep_before=server.keep_before,
            attic_folder=str(self._opening.attic or ""),
            weights=self._attic.weights(),
            rights=self._rights() if predicting else None,
        )
        if row_locked(source.tool) is not None:
            return self._liquibase.asked(source, made, self.program())
        if not isinstance(source.tool, Framework) or made.not_driven:
            return made
        return self._frameworks.asked(source, made, make_plan(made, goal), self.program())

    def program(self) -> Program:
        """The project's own framework as a command, with this target in its environment."""
        return self._frameworks.program(self._source.repository, self._server.password)

    def with_statements(
        self, source: SourceLook, migrations: tuple[Migration, ...]
    ) -> tuple[Migration, ...]:
        """The way up of programs as their framework tells it, where it may be asked."""
        layout = layout_of(source.tool)
        if not isinstance(layout, Framework):
            return migrations
        asking = replace(source, tool=layout)
        if self._why_not(asking):
            return migrations
        ready = self._frameworks.with_phases(replace(asking, migrations=MigrationSet(migrations)))
        wanted = [(m.version, Direction.UP) for m in migrations]
        told = self._frameworks.scripts(ready, ready.migrations, wanted, self.program())
        unknown = {problem.version for problem in told.problems if problem.blocks_writing}
        return tuple(replace(m, up=()) if m.version in unknown else m for m in told.migrations)

    def _runnable(self, source: SourceLook) -> SourceLook:
        """Programs with the phases that their framework runs, where it may be."""
        if not isinstance(source.tool, Framework) or self._why_not(source):
            return source
        return self._frameworks.with_phases(source)

    def _why_not(self, source: SourceLook) -> str:
        return self._frameworks.why_not(source, self._source.repository)

    def _rights(self) -> Rights | None:
        """None where the role that runs would take is not there: the run says so."""
        try:
            return self._server.read(lambda reader: read_rights(reader, self._opening.role))
        except DatabaseError:
            return None

    def _facts(self) -> tuple[CatalogFacts | None, str]:
        """The catalog, or why not: a view over a table that somebody holds ACCESS EXCLUSIVE
        cannot be printed meanwhile, and that is when a plan is needed most."""
        try:
            return self._server.read(read_facts), ""
        except DatabaseError as error:
            return None, error.what

    def to_diagnose(self, looked: Looked, versions: tuple[str, ...]) -> tuple[Migration, ...]:
        """The migrations of these versions, from the ref or else from git's past; those that
        failed or are half done when none is named."""
        if looked.source is None:
            raise CockpitError(looked.board.source_error)
        doubtful = (State.FAILED, State.PARTIAL, State.UNKNOWN)
        wanted = versions or tuple(s.version for s in looked.board.standings if s.state in doubtful)
        held = {m.version: m for m in looked.source.migrations.migrations}
        absent: dict[str, str | None] = {v: None for v in wanted if v not in held}
        recovered = self._source.recovered(looked.source, absent) if absent else {}
        held |= {version: found.migration for version, found in recovered.items()}
        for version in wanted:
            if version not in held:
                raise UsageError(f"No migration has the version {version}, here or in git's past.")
        return tuple(held[version] for version in wanted)

    def _git(self, ref: str | None) -> tuple[SourceLook | None, str]:
        try:
            return self._source.look(ref), ""
        except CockpitError as error:
            return None, str(error)

    def _live(
        self, source: SourceLook | None, our_pid: int | None
    ) -> tuple[SourceLook | None, ServerLook | None, CockpitError | None]:
        """The server, and the files as the tool reads them whose history is there."""
        if self._opening.dsn is None:
            nothing = CockpitError("No database is given: only git is shown.", kept="")
            return source, None, nothing
        named = self._opening.tool
        fallback = tool_named(named) if named != "auto" else TOOLS[0]
        try:
            if source is not None:
                kept_in = history_place(self._opening, self._source.repository, source)
                tool = self._server.settled(source.tool, source.files, kept_in)
                source = self._runnable(self._source.read_as(source, tool))
            tool = source.tool if source else fallback
            migrations = source.migrations if source else MigrationSet(())
            server = self._server.look(tool, migrations, our_pid)
            return source, self._beside(source, server, our_pid), None
        except CockpitError as error:
            return source, None, error

    def _beside(
        self, source: SourceLook | None, server: ServerLook, our_pid: int | None
    ) -> ServerLook:
        """The same with the versions that stand, in git, before the one that the history names."""
        beside = self._pointed.neighbours(source, server.history) if source else None
        if source is None or beside is None:
            history = self._pointed.unfound(source, server.history) if source else server.history
            return replace(server, history=history)
        every = with_neighbours(source, server.history, beside)
        again = self._server.look(source.tool, every, our_pid)
        return replace(again, history=told(source, again.history, beside))

    def _problems(
        self,
        source: SourceLook | None,
        server: ServerLook | None,
        standings: Sequence[Standing],
    ) -> tuple[Problem, ...]:
        told = source.migrations.problems if source else ()
        wrong = {problem.version for problem in told}
        unread = self._unreadable.problems(standings)
        return (
            *told,
            *(problem for problem in unread if problem.version not in wrong),
            *(server.history.problems if server else ()),
            *(server.problems if server else ()),
        )

    def _recovered(self, source: SourceLook, board: Board) -> Mapping[str, Recovered]:
        """What git kept of versions in force; read when a plan asks for it."""
        wanted = {
            s.version: s.record.commit
            for s in board.standings
            if s.record
            and (s.state.in_force or s.record.done)
            and (s.record.commit is not None or s.migration is None)
        }
        return KeptByGit(self._source.memory, source, wanted)


def _no_such_release(tag: str, known: list[str]) -> UsageError:
    near = get_close_matches(tag, known, n=_NAMED, cutoff=0.5)
    words = f"Nearest: {', '.join(near)}." if near else f"The newest are {', '.join(known[-5:])}."
    return UsageError(
        f"No release tag is named {tag}.",
        next_step=words if known else "No tag holds these migrations.",
    )


def _shut_out(source: SourceLook, server: ServerLook) -> str:
    return shut_out(source.tool.name, server.keys, by_row=server.row_locked is not None)


def _with_windows(left: Unfinished | None, server: ServerLook | None) -> Unfinished | None:
    """A read-only window outlives the session that opened it."""
    windows = server.windows if server else ()
    if left is None or not windows:
        return left
    held = "; ".join(window.words for window in windows)
    return replace(left, held=f"{held}: cockpit give-back, or the next run, gives it back")
