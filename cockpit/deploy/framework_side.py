"""A project whose tool is a framework: its own command is asked for SQL, and runs the migrations.

Code is run only when the operator has named the command (`tool_command`), only from the files as
they lie in the work tree, and never from another branch that is being looked at. While it is
asked, its sessions cannot write.
"""

import subprocess
from collections.abc import Collection
from dataclasses import replace

from cockpit.analysis.planner import Situation
from cockpit.deploy.opening import Opening
from cockpit.deploy.program import Program, end, last_words
from cockpit.deploy.source_side import SourceLook
from cockpit.model.migration import Direction, Migration, MigrationSet, Phase
from cockpit.model.plan import Plan
from cockpit.model.problem import Problem
from cockpit.model.revision import Revision
from cockpit.settings.secret import Secret
from cockpit.source.repository import Repository
from cockpit.tools.framework import Framework, metadata_of
from cockpit.tools.registry import layout_of

Wanted = Collection[tuple[str, Direction]]
"""Versions and which way of each."""

_SECONDS = 120
"""How long it may take to print the statements of one migration."""
_UNKNOWN = ("CANNOT BE WRITTEN AS SQL",)
"""How Django says that an operation is code."""
_READ_ONLY = "-c default_transaction_read_only=on -c lock_timeout=2000"


class FrameworkSide:
    """Asks one project's framework; remembers what it said of a file as it was."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._said: dict[tuple[object, ...], tuple[str, str]] = {}

    def why_not(self, look: SourceLook, repository: Repository) -> str:
        """Why its migrations are only shown; empty when they can be run, or are no programs."""
        tool = look.tool
        if not isinstance(tool, Framework):
            return ""
        if not self._opening.tool_command:
            return self._opening.tool_command_refused or (
                f"{tool.name}'s migrations are programs: what they send is known only by asking "
                f'{tool.name}. Name its command: tool_command = "{tool.example}".'
            )
        if not _is_checked_out(look.revision, repository):
            return (
                f"{tool.name}'s migrations are programs, and code is run only from the work tree: "
                f"check {look.revision.label} out first."
            )
        return ""

    def with_phases(self, look: SourceLook) -> SourceLook:
        """The same, with a phase up and a phase down that the framework runs; not asked yet."""
        tool = look.tool
        if not isinstance(tool, Framework):
            return look
        told = tuple(_with_phases(m, tool) for m in look.migrations.migrations)
        return replace(look, migrations=replace(look.migrations, migrations=told))

    def asked(
        self, look: SourceLook, situation: Situation, plan: Plan, program: Program
    ) -> Situation:
        """The same situation, with the statements of everything that is in the plan."""
        wanted = {(p.version, p.direction) for p in plan.phases if p.program}
        if not wanted:
            return situation
        ways_back = {(version, Direction.DOWN) for version, _ in wanted} - wanted
        known = self.scripts(look, situation.migrations, wanted, program, ways_back)
        standings = tuple(
            replace(s, migration=known.find(s.version)) if s.migration else s
            for s in situation.standings
        )
        return replace(situation, migrations=known, standings=standings)

    def scripts(
        self,
        look: SourceLook,
        migrations: MigrationSet,
        wanted: Wanted,
        program: Program,
        ways_back: Wanted = (),
    ) -> MigrationSet:
        """Migrations with their statements, as far as the framework tells them.

        What is wanted and not told keeps the migration from being run; of `ways_back`, a way down
        that it does not tell is none.
        """
        tool = layout_of(look.tool)
        if not isinstance(tool, Framework):
            return migrations
        problems: list[Problem] = []
        told = []
        for migration in migrations.migrations:
            sides = [side for version, side in wanted if version == migration.version]
            for side in sorted(sides):
                script, why = self._ask(tool, migration, side, program)
                migration = _with_script(migration, side, script)
                problems += _told(migration, tool, script, why)
            if (migration.version, Direction.DOWN) in ways_back and migration.down:
                script, why = self._ask(tool, migration, Direction.DOWN, program)
                migration = _with_script(migration, Direction.DOWN, script)
                migration = replace(migration, down=()) if why else migration
            told.append(migration)
        return MigrationSet(tuple(told), (*migrations.problems, *problems))

    def program(self, repository: Repository, password: Secret | None) -> Program:
        """How it is started."""
        opening = self._opening
        return Program(opening.tool_command, repository.root, opening.dsn, password)

    def _ask(
        self, tool: Framework, migration: Migration, side: Direction, program: Program
    ) -> tuple[str, str]:
        """Its statements, or why it does not tell them."""
        key = (tool.name, tool.history, migration.version, migration.blobs, side)
        if key not in self._said:
            self._said[key] = _answer(tool, migration, side, program)
        return self._said[key]


def _answer(
    tool: Framework, migration: Migration, side: Direction, program: Program
) -> tuple[str, str]:
    process = program.start(
        tool.asks(migration, side), application="cockpit asks", options=_READ_ONLY
    )
    try:
        output, _ = process.communicate(timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        end(process)
        return "", f"it did not answer within {_SECONDS} s"
    if process.returncode != 0:
        return "", last_words(output)
    return tool.said(output, migration, side), ""


def atomic(migration: Migration) -> bool:
    """The framework runs it in one transaction, with its own row."""
    return metadata_of(migration).get("transaction") is not False


def _is_checked_out(revision: Revision, repository: Repository) -> bool:
    if revision.worktree:
        return True
    return revision.commit is not None and repository.revision("HEAD").commit == revision.commit


def _with_phases(migration: Migration, tool: Framework) -> Migration:
    def phase(side: Direction) -> Phase:
        return Phase(
            "up", side, "", migration.path, transaction=atomic(migration),
            program=tool.runs(migration, side),
        )  # fmt: skip

    down = () if migration.irreversible else (phase(Direction.DOWN),)
    return replace(migration, up=(phase(Direction.UP),), down=down)


def _with_script(migration: Migration, side: Direction, script: str) -> Migration:
    if side is Direction.UP:
        return replace(migration, up=tuple(replace(p, script=script) for p in migration.up))
    return replace(migration, down=tuple(replace(p, script=script) for p in migration.down))


def _told(migration: Migration, tool: Framework, script: str, why: str) -> list[Problem]:
    if why:
        return [
            Problem(
                f"{tool.name} does not tell what {migration.version} would send: {why}",
                path=migration.path,
                version=migration.version,
                next_step=f"Run it with {tool.name} itself, or make it answer.",
            )
        ]
    if any(mark in script for mark in _UNKNOWN):
        return [
            Problem(
                f"{migration.version} also runs Python code, whose statements nobody knows before",
                path=migration.path,
                version=migration.version,
                blocks_writing=False,
            )
        ]
    return []
