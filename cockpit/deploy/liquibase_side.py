"""Asks Liquibase what its changes send that are not SQL, where the operator has named its command.

As with frameworks, code is run only from the files as they lie in the work tree. Liquibase is asked
offline: it reaches no database, and what it would note goes into a folder that is thrown away.
"""

import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from cockpit.analysis.planner import Situation
from cockpit.deploy.program import Program, end, last_words
from cockpit.deploy.source_side import SourceLook
from cockpit.model.migration import Migration, Phase
from cockpit.model.problem import Problem
from cockpit.tools import liquibase_offline
from cockpit.tools.liquibase_changelog import roots_in

_SECONDS = 120


class LiquibaseSide:
    """Remembers what was said of files as they were."""

    def __init__(self) -> None:
        self._said: dict[tuple[object, ...], tuple[dict[str, tuple[Phase, ...]], str]] = {}

    def asked(self, look: SourceLook, situation: Situation, program: Program) -> Situation:
        """The same situation, with the statements of changes that are not SQL."""
        unknown = [m for m in situation.migrations.migrations if m.run_by and not m.up]
        if not unknown or not program.command or not look.revision.worktree:
            return situation
        known, why = self._ask(look, unknown, program)
        migrations = tuple(
            replace(m, up=known.get(m.version, m.up)) for m in situation.migrations.migrations
        )
        problems = situation.migrations.problems
        if why:
            what = f"Liquibase does not tell what its changes send: {why}"
            problems = (*problems, Problem(what, path=look.folder, blocks_writing=False))
        held = replace(situation.migrations, migrations=migrations, problems=problems)
        standings = tuple(
            replace(s, migration=held.find(s.version)) if s.migration else s
            for s in situation.standings
        )
        return replace(situation, migrations=held, standings=standings)

    def _ask(
        self, look: SourceLook, unknown: list[Migration], program: Program
    ) -> tuple[dict[str, tuple[Phase, ...]], str]:
        key = (program.command, *((file.path, file.blob) for file in look.files))
        if key not in self._said:
            found: dict[str, tuple[Phase, ...]] = {}
            why = ""
            for root in roots_in(look.files):
                output, failed = _answer(program, root)
                found |= liquibase_offline.told(output, unknown)
                why = why or failed
            self._said = {key: (found, why)}
        return self._said[key]


def _answer(program: Program, root: str) -> tuple[str, str]:
    """What it printed, or why it did not."""
    with tempfile.TemporaryDirectory(prefix="cockpit-liquibase-") as scratch:
        arguments = liquibase_offline.arguments(program.command, root, Path(scratch))
        process = program.start(arguments, application="cockpit asks", options="")
        try:
            output, _ = process.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            end(process)
            return "", f"it did not answer within {_SECONDS} s"
    return ("", last_words(output)) if process.returncode else (output, "")
