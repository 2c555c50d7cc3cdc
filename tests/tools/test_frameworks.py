"""Alembic's and Django's graphs read without running them, and their commands run under guard."""

import threading
import time
from pathlib import Path

import psycopg
import pytest

from cockpit.deploy.opening import Opening
from cockpit.deploy.rehearsing import Stage, rehearse_goal
from cockpit.deploy.session import Session
from cockpit.model.event import Event, StepFinished, StepStarted, TryFailed
from cockpit.model.goal import Action, Goal
from cockpit.model.migration import MigrationSet
from cockpit.model.plan import StepKind
from cockpit.model.rehearsal import Verdict
from cockpit.model.revision import SourceFile
from cockpit.model.state import State
from cockpit.model.target import Environment
from cockpit.present.timeline_text import others_lines
from cockpit.settings.dsn import parse
from cockpit.tools.alembic import Alembic as AlembicFiles
from cockpit.tools.django import Django as DjangoFiles
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project
from tests.tools.applied import Applied
from tests.tools.frameworks import FRAMEWORKS, Alembic, Django, FrameworkTool
from tests.tools.real_tools import CHANGES, Change

APPLY, ROLLBACK = Goal(Action.APPLY), Goal(Action.ROLLBACK)


@pytest.fixture(params=FRAMEWORKS, ids=lambda tool: tool.name)
def tool(request: pytest.FixtureRequest, project: Project) -> FrameworkTool:
    """A framework that is installed here, with three migrations in the project."""
    real: FrameworkTool = request.param
    if not real.installed:
        pytest.skip(f"{real.program} is not installed")
    for change in CHANGES:
        real.write(project, change)
    project.commit(tag="v1")
    return real


@pytest.fixture
def here(tool: FrameworkTool, open_here: OpenSession) -> Session:
    """A session that may ask the framework."""
    return open_here(folder=tool.folder, **tool.opening)


def states(session: Session) -> list[State]:
    board = session.look()
    assert (board.database_error, board.source_error) == ("", "")
    return [standing.state for standing in board.standings]


def sql(session: Session, goal: Goal = APPLY) -> list[str]:
    return [" ".join(s.sql.split()) for s in session.plan(goal).steps if s.kind is StepKind.SQL]


def test_the_plan_shows_what_the_framework_says_that_it_sends(
    tool: FrameworkTool, here: Session
) -> None:
    plan = here.plan(APPLY)
    assert plan.refusals == ()
    assert [text.rstrip(";") for text in sql(here)] == [change.up.rstrip(";") for change in CHANGES]
    assert all(step.impact for step in plan.steps if step.sql)


def test_statements_of_a_program_have_a_number_and_no_line_and_share_one_duration(
    tool: FrameworkTool, here: Session, project: Project
) -> None:
    first = tool.path_of(project, CHANGES[0])
    first.write_text(first.read_text().replace(CHANGES[0].up, f"{CHANGES[0].up} CREATE TABLE x();"))
    project.commit()
    steps = [s for s in here.plan(APPLY).steps if s.kind is StepKind.SQL]
    path = first.relative_to(project.root)
    assert [s.place for s in steps[:2]] == [f"{path}, statement 1", f"{path}, statement 2"]
    events: list[Event] = []
    assert run(here, events=events).outcome == "done"
    took = {event.step: event.took for event in events if isinstance(event, StepFinished)}
    assert [took[step.number] is None for step in steps] == [True, True, False, False]


def test_the_way_back_is_asked_for_too_and_rehearsed(
    tool: FrameworkTool, project: Project, fresh_database: Database
) -> None:
    opening = Opening(
        repository=project.root,
        folder=tool.folder,
        dsn=parse(fresh_database.dsn),
        environment=Environment.LOCAL,
        **tool.opening,
    )
    rehearsal = rehearse_goal(opening, APPLY, Stage())
    assert rehearsal.verdict is Verdict.REVERSIBLE
    assert [proof.version for proof in rehearsal.proofs] == [tool.version_of(c) for c in CHANGES]


def test_without_its_command_it_is_shown_and_says_how_to_name_it(
    tool: FrameworkTool,
    open_here: OpenSession,
    project: Project,
    fresh_database: Database,
    applied_by: Applied,
) -> None:
    applied_by(tool, project, fresh_database)
    session = open_here(folder=tool.folder)
    assert states(session) == [State.UNVERIFIED] * 3
    [refusal] = session.plan(ROLLBACK).refusals
    assert "tool_command = " in refusal


def test_a_command_that_nobody_trusts_is_not_run(
    tool: FrameworkTool, open_here: OpenSession
) -> None:
    session = open_here(folder=tool.folder, tool_command_refused="nobody has trusted that file")
    assert session.plan(APPLY).refusals == ("nobody has trusted that file",)


def test_code_is_never_run_from_another_branch(
    tool: FrameworkTool, open_here: OpenSession, project: Project
) -> None:
    project.git("checkout", "-q", "-b", "other")
    marker = project.root / "ran"
    path = tool.path_of(project, CHANGES[2])
    path.write_text(f"open({str(marker)!r}, 'w')\n" + path.read_text())
    project.commit("Do harm")
    project.git("checkout", "-q", "main")
    session = open_here(folder=tool.folder, ref="other", **tool.opening)
    [refusal] = session.plan(APPLY).refusals
    assert "only from the work tree" in refusal
    assert not marker.exists()


def test_a_command_that_leads_elsewhere_is_found_out_before_anything_runs(
    tool: FrameworkTool,
    open_here: OpenSession,
    fresh_database: Database,
    tmp_path: Path,
) -> None:
    wrapper = tmp_path / "elsewhere"
    command = " ".join(tool.command())
    wrapper.write_text(f'#!/bin/sh\nPGDATABASE=template1 exec {command} "$@"\n')
    wrapper.chmod(0o755)
    session = open_here(folder=tool.folder, tool_command=(str(wrapper),))
    outcome = run(session)
    assert outcome.outcome == "failed"
    assert "lead to another database" in failure_of(session)
    assert fresh_database.execute("SELECT to_regclass('customers')") == [(None,)]


def test_a_command_that_overrides_the_timeouts_is_refused(
    tool: FrameworkTool, open_here: OpenSession, fresh_database: Database, tmp_path: Path
) -> None:
    wrapper = tmp_path / "stubborn"
    command = " ".join(tool.command())
    wrapper.write_text(f'#!/bin/sh\nPGOPTIONS= exec {command} "$@"\n')
    wrapper.chmod(0o755)
    session = open_here(folder=tool.folder, tool_command=(str(wrapper),))
    assert run(session).outcome == "failed"
    assert "does not keep the lock timeout" in failure_of(session)
    assert fresh_database.execute("SELECT to_regclass('customers')") == [(None,)]


def test_a_lock_that_is_held_is_tried_for_and_given_up_again(
    tool: FrameworkTool,
    here: Session,
    project: Project,
    fresh_database: Database,
    applied_by: Applied,
) -> None:
    applied_by(tool, project, fresh_database)
    heard: list[Event] = []
    with psycopg.connect(fresh_database.dsn) as reader:
        reader.execute("LOCK TABLE items IN ACCESS SHARE MODE")
        outcome = run(here, ROLLBACK, heard)
    assert outcome.outcome == "failed"
    tries = [event for event in heard if isinstance(event, TryFailed)]
    assert [event.attempt for event in tries] == [1, 2, 3, 4]
    assert {event.sqlstate for event in tries} == {"55P03"}
    assert states(here)[-1] in (State.UNVERIFIED, State.FAILED)
    assert run(here, ROLLBACK).outcome == "done"


def test_a_migration_that_fails_is_told_with_the_frameworks_words(
    tool: FrameworkTool, here: Session, project: Project, fresh_database: Database
) -> None:
    fresh_database.execute("CREATE TABLE orders (id int)")
    outcome = run(here)
    assert outcome.outcome == "failed"
    assert 'relation "orders" already exists' in failure_of(here)
    fresh_database.execute("DROP TABLE orders")
    assert run(here).outcome == "done"
    assert states(here) == [State.APPLIED] * 3
    assert "is at" not in tool.up(project, fresh_database)


def test_a_cancel_ends_the_statement_of_the_framework_in_the_server(
    tool: FrameworkTool, here: Session, project: Project, fresh_database: Database
) -> None:
    path = tool.path_of(project, CHANGES[2])
    path.write_text(path.read_text().replace(CHANGES[2].up, "SELECT pg_sleep(600)"))
    begun = threading.Event()
    heard: list[Event] = []

    def hear(event: Event) -> None:
        heard.append(event)
        if sum(isinstance(one, StepStarted) for one in heard) == 3:
            begun.set()

    here.arm(None)
    deployment = here.start(here.plan(APPLY), hear, stepwise=False)
    assert begun.wait(60)
    assert until_sleeping(fresh_database)
    deployment.cancel()
    outcome = deployment.join(60)
    assert outcome is not None
    assert outcome.outcome == "cancelled"
    assert fresh_database.execute(SLEEPING) == [(0,)]
    assert states(here)[:2] == [State.APPLIED, State.APPLIED]
    assert states(here)[2] in (State.PENDING, State.FAILED)


def test_a_lost_session_ends_the_framework_too(
    tool: FrameworkTool, here: Session, project: Project, fresh_database: Database
) -> None:
    path = tool.path_of(project, CHANGES[0])
    path.write_text(path.read_text().replace(CHANGES[0].up, "SELECT pg_sleep(600)"))
    here.arm(None)
    deployment = here.start(here.plan(APPLY), lambda event: None, stepwise=False)
    assert until_sleeping(fresh_database)
    fresh_database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    )
    outcome = deployment.join(60)
    assert outcome is not None
    assert outcome.outcome == "failed"
    assert not tables_of(fresh_database)


SLEEPING = """
SELECT count(*) FROM pg_stat_activity
 WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()
"""


def until_sleeping(database: Database) -> bool:
    """The framework's own session has come to the statement that takes long."""
    until = time.monotonic() + 60
    while database.execute(SLEEPING) == [(0,)] and time.monotonic() < until:
        time.sleep(0.1)
    return database.execute(SLEEPING) != [(0,)]


def tables_of(database: Database) -> list[tuple[object, ...]]:
    return database.execute("SELECT relname FROM pg_class WHERE relname IN ('orders', 'items')")


def test_its_history_is_adopted_with_the_statements_it_tells(
    tool: FrameworkTool,
    here: Session,
    project: Project,
    fresh_database: Database,
    applied_by: Applied,
) -> None:
    applied_by(tool, project, fresh_database)
    before = tool.history(fresh_database)
    adoption = here.adoption(Stage())
    assert adoption.findings == ()
    here.arm(None)
    here.adopt(adoption)
    assert states(here) == [State.IMPORTED] * 3
    assert tool.history(fresh_database) == before


def test_a_program_that_cannot_be_asked_is_not_proved(
    tool: FrameworkTool,
    open_here: OpenSession,
    project: Project,
    fresh_database: Database,
    applied_by: Applied,
) -> None:
    applied_by(tool, project, fresh_database)
    adoption = open_here(folder=tool.folder).adoption(Stage())
    labels = {finding.label for finding in adoption.findings}
    assert {f"migration {tool.version_of(change)}" for change in CHANGES} <= labels


def test_what_stays_after_our_way_back_keeps_its_word(tool: FrameworkTool, here: Session) -> None:
    assert run(here).outcome == "done"
    back = Goal(Action.ROLLBACK, to_version=tool.version_of(CHANGES[1]))
    assert run(here, back).outcome == "done"
    assert states(here) == [State.APPLIED, State.APPLIED, State.ROLLED_BACK]


def test_what_the_framework_itself_applied_or_undid_since_is_no_drift(
    tool: FrameworkTool, here: Session, project: Project, fresh_database: Database
) -> None:
    assert run(here).outcome == "done"
    assert run(here, Goal(Action.ROLLBACK, only=tool.version_of(CHANGES[2]))).outcome == "done"
    tool.up(project, fresh_database)
    board, last = here.look(), tool.version_of(CHANGES[2])
    assert (board.schema_drift, board.standings[2].state) == (None, State.UNVERIFIED)
    told = f"Another tool has applied {last} since the schema was recorded."
    assert board.schema_unchecked == told
    assert run(here, Goal(Action.ROLLBACK, only=last)).outcome == "done"
    tool.down(project, fresh_database)
    board = here.look()
    assert board.schema_drift is None
    assert f"rolled back {tool.version_of(CHANGES[1])}" in board.schema_unchecked


def failure_of(session: Session) -> str:
    """What the ledger keeps of the last failure, or the run's own error."""
    found = [e.detail.get("error") for e in session.events() if "error" in e.detail]
    return str(found[0]) if found else ""


class TestAlembic:
    """Branches and merges, as Alembic itself takes them."""

    real = Alembic()

    @pytest.fixture
    def branched(self, project: Project) -> Project:
        """One base, two branches, one merge."""
        if not self.real.installed:
            pytest.skip("alembic is not installed")
        files = (
            ("aaaaaaaaaaaa", None, "base"),
            ("bbbbbbbbbbbb", "aaaaaaaaaaaa", "west"),
            ("cccccccccccc", "aaaaaaaaaaaa", "east"),
        )
        for number, (revision, before, table) in enumerate(files, start=1):
            self.real.revision(project, revision, before, Change(number, table))
        project.commit()
        return project

    def test_both_branches_are_applied_and_one_is_taken_back(
        self, branched: Project, open_here: OpenSession, fresh_database: Database
    ) -> None:
        session = open_here(folder=self.real.folder, **self.real.opening)
        assert run(session).outcome == "done"
        heads = "SELECT version_num FROM alembic_version ORDER BY 1"
        assert fresh_database.execute(heads) == [("bbbbbbbbbbbb",), ("cccccccccccc",)]
        assert run(session, Goal(Action.ROLLBACK, only="bbbbbbbbbbbb")).outcome == "done"
        assert fresh_database.execute(heads) == [("cccccccccccc",)]
        tables = "SELECT to_regclass('west') IS NULL, to_regclass('east') IS NULL"
        assert fresh_database.execute(tables) == [(True, False)]
        current = self.real.say(branched, fresh_database, "current")
        assert "cccccccccccc" in current
        assert "bbbbbbbbbbbb" not in current

    def test_a_merge_comes_after_both_and_keeps_them(
        self, branched: Project, open_here: OpenSession, fresh_database: Database
    ) -> None:
        both = ("bbbbbbbbbbbb", "cccccccccccc")
        merged = Change(4, "merged")
        self.real.revision(branched, "dddddddddddd", both, merged)
        session = open_here(folder=self.real.folder, **self.real.opening)
        assert [s.version[0] for s in session.look().standings] == ["a", "b", "c", "d"]
        self.real.up(branched, fresh_database)
        assert states(session) == [State.UNVERIFIED] * 4
        refusals = session.plan(Goal(Action.ROLLBACK, only="cccccccccccc")).refusals
        assert any("requires cccccccccccc" in refusal for refusal in refusals)
        assert run(session, ROLLBACK).outcome == "done"
        assert states(session) == [*[State.UNVERIFIED] * 3, State.ROLLED_BACK]

    def test_a_head_that_no_file_has_leaves_the_rest_unknown(
        self,
        branched: Project,
        open_here: OpenSession,
        fresh_database: Database,
        applied_by: Applied,
    ) -> None:
        applied_by(self.real, branched, fresh_database)
        fresh_database.execute("UPDATE alembic_version SET version_num = 'eeeeeeeeeeee' "
                               "WHERE version_num = 'cccccccccccc'")  # fmt: skip
        board = open_here(folder=self.real.folder).look()
        found = {standing.version[0]: standing.state for standing in board.standings}
        assert found == {
            "a": State.UNVERIFIED, "b": State.UNVERIFIED, "c": State.UNKNOWN, "e": State.MISSING,
        }  # fmt: skip
        assert "eeeeeeeeeeee, which no file of this ref has" in board.problems[0].what

    def test_git_judges_a_file_whose_name_does_not_tell_its_revision(
        self, project: Project, open_here: OpenSession, fresh_database: Database
    ) -> None:
        if not self.real.installed:
            pytest.skip("alembic is not installed")
        self.real.revision(project, "a1", None, CHANGES[0])
        project.commit()
        self.real.up(project, fresh_database)
        session = open_here(folder=self.real.folder, **self.real.opening)
        (standing,) = session.look().standings
        assert standing.why.endswith("Judged by git: no commit has ever edited the file.")

    def test_files_are_read_and_never_run(self, tmp_path: Path) -> None:
        text = 'raise SystemExit\nrevision = "a"\ndown_revision = None\n'
        read = AlembicFiles().read([file("versions/a.py", text)])
        assert read.versions == ("a",)

    @pytest.mark.parametrize("text", ["def (", "revision = f()\ndown_revision = None\n", "\0"])
    def test_a_file_that_cannot_be_read_is_told_and_the_rest_stays(self, text: str) -> None:
        good = file("versions/a.py", 'revision = "a"\ndown_revision = None\n')
        bad = file("versions/b.py", f"{text}\ndown_revision = 'a'\n")
        read = AlembicFiles().read([good, bad])
        assert read.versions == ("a",)
        assert [problem.path for problem in read.problems] == ["versions/b.py"]

    def test_a_circle_is_left_out(self) -> None:
        files = [
            file(f"versions/{one}.py", f'revision = "{one}"\ndown_revision = "{two}"\n')
            for one, two in (("a", "b"), ("b", "a"))
        ]
        read = AlembicFiles().read(files)
        assert read.versions == ()
        assert {problem.version for problem in read.problems} == {"a", "b"}


def file(path: str, text: str) -> SourceFile:
    return SourceFile(path, "0" * 40, text.encode())


def django(path: str, body: str) -> SourceFile:
    text = "from django.db import migrations\nclass Migration(migrations.Migration):\n"
    return file(path, text + "".join(f"    {line}\n" for line in body.splitlines()))


class TestDjango:
    """The graph over apps, as Django's loader builds it."""

    real = Django()

    def read(self, *files: SourceFile) -> MigrationSet:
        return DjangoFiles().read(files)

    def test_apps_whose_files_are_elsewhere_are_told_beside(
        self, project: Project, open_here: OpenSession, fresh_database: Database
    ) -> None:
        real = Django()
        if not real.installed:
            pytest.skip("django is not installed")
        real.write(project, CHANGES[0])
        project.commit()
        real.up(project, fresh_database)
        session = open_here(folder=real.folder, **real.opening)
        assert session.look().others == ()
        fresh_database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES "
            "('auth', '0001_initial', now()), ('admin', '0001_initial', now())"
        )
        (told,) = others_lines(session.look())
        assert told.startswith("django apps elsewhere (public.django_migrations): 2 applied")
        assert "apps admin, auth, whose files are not here: what of them waits only django" in told

    def test_dependencies_order_apps_among_each_other(self) -> None:
        read = self.read(
            django("a/migrations/0001_initial.py", "dependencies = [('b', '0002_more')]"),
            django("b/migrations/0001_initial.py", "dependencies = []"),
            django("b/migrations/0002_more.py", "dependencies = [('b', '__first__')]"),
            django("c/migrations/0001_initial.py", "run_before = [('b', '0001_initial')]"),
        )
        assert read.versions == (
            "c.0001_initial", "b.0001_initial", "b.0002_more", "a.0001_initial",
        )  # fmt: skip
        assert read.problems == ()

    def test_settings_that_decide_a_dependency_are_not_run(self) -> None:
        body = "dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]"
        assert self.read(django("a/migrations/0001_initial.py", body)).problems == ()

    def test_the_label_of_an_app_is_read_where_it_gives_another(self) -> None:
        apps = file("a/apps.py", "class AConfig(AppConfig):\n    label = 'shop'\n")
        read = self.read(apps, django("a/migrations/0001_initial.py", "dependencies = []"))
        assert read.versions == ("shop.0001_initial",)

    @pytest.mark.parametrize(
        ("operation", "one_way"),
        [("RunPython(f)", True), ("RunPython(f, g)", False), ("RunSQL('x')", True)],
    )
    def test_an_operation_without_a_way_back_makes_it_irreversible(
        self, operation: str, one_way: bool
    ) -> None:
        body = f"operations = [migrations.{operation}]"
        [migration] = self.read(django("a/migrations/0001_x.py", body)).migrations
        assert (migration.irreversible is not None) is one_way

    @pytest.fixture
    def squashed(self, project: Project) -> Project:
        """Three migrations, of which a squashed one replaces the first two."""
        if not self.real.installed:
            pytest.skip("django is not installed")
        for change in CHANGES:
            self.real.write(project, change)
        folder = project.root / "site/shop/migrations"
        (folder / "0001_squashed_0002.py").write_text(
            "from django.db import migrations\nclass Migration(migrations.Migration):\n"
            "    replaces = [('shop', '0001_customers'), ('shop', '0002_orders')]\n"
            f"    operations = [migrations.RunSQL('{CHANGES[0].up}', '{CHANGES[0].down}'),\n"
            f"                  migrations.RunSQL('{CHANGES[1].up}', '{CHANGES[1].down}')]\n"
        )
        project.commit()
        return project

    def test_a_squashed_one_stands_for_what_it_replaces(
        self, squashed: Project, open_here: OpenSession, fresh_database: Database
    ) -> None:
        session = open_here(folder=self.real.folder, **self.real.opening)
        assert [s.version for s in session.look().standings] == [
            "shop.0001_squashed_0002", "shop.0003_items",
        ]  # fmt: skip
        assert run(session).outcome == "done"
        assert states(session) == [State.APPLIED] * 2
        shown = self.real.say(squashed, fresh_database, "showmigrations", "shop", "--no-color")
        assert "[ ]" not in shown

    @pytest.mark.parametrize(
        ("done", "state"), [(2, State.UNVERIFIED), (1, State.UNKNOWN), (0, State.PENDING)]
    )
    def test_it_is_applied_once_all_of_them_are(
        self,
        squashed: Project,
        open_here: OpenSession,
        fresh_database: Database,
        done: int,
        state: State,
    ) -> None:
        path = squashed.root / "site/shop/migrations/0001_squashed_0002.py"
        text = path.read_text()
        path.unlink()
        target = ("zero", "0001_customers", "0002_orders")[done]
        self.real.say(squashed, fresh_database, "migrate", "shop", target, "--no-input")
        path.write_text(text)
        session = open_here(folder=self.real.folder)
        assert session.look().standings[0].state is state

    def test_a_row_before_its_parents_is_told_as_django_refuses_it(
        self,
        project: Project,
        open_here: OpenSession,
        fresh_database: Database,
        applied_by: Applied,
    ) -> None:
        if not self.real.installed:
            pytest.skip("django is not installed")
        for change in CHANGES:
            self.real.write(project, change)
        project.commit()
        applied_by(self.real, project, fresh_database)
        fresh_database.execute("DELETE FROM django_migrations WHERE name = '0002_orders'")
        [problem] = open_here(folder=self.real.folder).look().problems
        assert "shop.0003_items is applied before shop.0002_orders" in problem.what


def test_a_protected_target_is_only_written_from_committed_programs(
    tool: FrameworkTool, open_here: OpenSession, project: Project
) -> None:
    path = tool.path_of(project, CHANGES[2])
    path.write_text(path.read_text() + "\n# an edit\n")
    session = open_here(folder=tool.folder, environment=Environment.PRODUCTION, **tool.opening)
    assert any("is not committed as it stands" in r for r in session.plan(APPLY).refusals)
