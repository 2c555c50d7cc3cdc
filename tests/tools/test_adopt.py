"""Every tool's history is taken over on evidence, and nothing of the tool's own is touched."""

from collections.abc import Iterator

import pytest

from cockpit.deploy.rehearsing import Stage
from cockpit.deploy.session import Session
from cockpit.errors import Refused, StalePlan
from cockpit.model.adoption import Adoption
from cockpit.model.event import RunFinished
from cockpit.model.goal import Action, Goal
from cockpit.model.history import Recorded
from cockpit.model.ledger import EventKind
from cockpit.model.state import State
from tests.databases import Database
from tests.deploy.conftest import OpenSession, run
from tests.projects import Project
from tests.tools.applied import Applied
from tests.tools.from_source import VECTORS
from tests.tools.observed_tools import OBSERVED_TOOLS
from tests.tools.real_tools import CHANGES, REAL_TOOLS, RealTool

ROLLBACK = Goal(Action.ROLLBACK)


def _sides() -> Iterator[object]:
    for real in (*REAL_TOOLS, *VECTORS):
        marks = [pytest.mark.long] if real.slow else []
        name = f"{real.name} (vectors)" if real in VECTORS else real.name
        yield pytest.param(real, marks=marks, id=name)


@pytest.fixture(params=_sides())
def tool(
    request: pytest.FixtureRequest,
    project: Project,
    fresh_database: Database,
    applied_by: Applied,
) -> RealTool:
    """A tool that has applied two of its three migrations."""
    real: RealTool = request.param
    if not real.installed:
        pytest.skip(f"{real.program} is not installed")
    for change in CHANGES[:2]:
        real.write(project, change)
    applied_by(real, project, fresh_database)
    real.write(project, CHANGES[2])
    project.commit(tag="v1")
    return real


@pytest.fixture
def here(tool: RealTool, open_here: OpenSession) -> Session:
    """A session that finds the tool out by itself."""
    return open_here(folder=tool.folder)


def proposed(session: Session) -> Adoption:
    return session.adoption(Stage())


def adopt(session: Session, *accept: str) -> Adoption:
    adoption = proposed(session).accepting(accept)
    session.arm(session.look().standpoint.name)
    session.adopt(adoption, "a test")
    return adoption


def states(session: Session) -> list[State]:
    board = session.look()
    assert (board.database_error, board.source_error) == ("", "")
    return [standing.state for standing in board.standings]


def test_what_holds_is_stamped_and_the_tools_table_is_not_touched(
    tool: RealTool, here: Session, fresh_database: Database
) -> None:
    before = tool.history(fresh_database)
    adoption = adopt(here)
    assert adoption.findings == ()
    assert [one.version for one in adoption.imports] == [tool.version_of(c) for c in CHANGES[:2]]
    board = here.look()
    assert [s.state for s in board.standings] == [State.IMPORTED, State.IMPORTED, State.PENDING]
    assert (board.tool, board.adopted and board.adopted.tool) == ("cockpit", tool.name)
    assert board.problems == ()
    assert tool.history(fresh_database) == before


def test_imported_versions_go_forward_only_and_later_ones_both_ways(
    tool: RealTool, here: Session, fresh_database: Database
) -> None:
    adopt(here)
    [refusal] = here.plan(ROLLBACK).refusals
    assert "it only goes forward" in refusal
    assert "cockpit adopt --undo" in refusal
    rows = tool.history(fresh_database)
    assert run(here).outcome == "done"
    assert states(here) == [State.IMPORTED, State.IMPORTED, State.APPLIED]
    assert tool.history(fresh_database) == rows
    assert run(here, ROLLBACK).outcome == "done"
    assert states(here) == [State.IMPORTED, State.IMPORTED, State.ROLLED_BACK]


def test_it_is_given_back_as_long_as_nothing_ran_since(
    tool: RealTool, here: Session, project: Project, fresh_database: Database
) -> None:
    before = states(here)
    adopt(here)
    here.undo_adoption()
    board = here.look()
    assert ([s.state for s in board.standings], board.tool) == (before, tool.name)
    adopt(here)
    outcome: RunFinished = run(here)
    assert outcome.outcome == "done"
    with pytest.raises(Refused, match="something was run since"):
        here.undo_adoption()


def test_a_tool_that_goes_on_writing_is_drift(
    tool: RealTool, here: Session, project: Project, fresh_database: Database
) -> None:
    adopt(here)
    tool.up(project, fresh_database)
    board = here.look()
    newest = tool.version_of(CHANGES[2])
    assert board.standings[-1].state is State.UNKNOWN
    assert f"{tool.name} has gone on writing" in board.problems[0].what
    assert newest in board.problems[0].what
    assert here.plan(Goal(Action.APPLY)).refusals
    again = adopt(here)
    assert [one.version for one in again.imports] == [newest]
    assert states(here) == [State.IMPORTED] * 3
    assert here.look().problems == ()


@pytest.mark.parametrize("tool", [REAL_TOOLS[0], VECTORS[0]], indirect=True, ids=lambda t: t.name)
class TestWhatDoesNotHold:
    """The same for every tool: the schema is compared, whoever wrote the history."""

    def test_it_is_listed_and_nothing_is_stamped(
        self, tool: RealTool, here: Session, fresh_database: Database
    ) -> None:
        fresh_database.execute("ALTER TABLE orders ADD note text; DROP TABLE customers")
        found = {finding.label: finding for finding in proposed(here).findings}
        assert set(found) == {"column public.orders.note", "table public.customers"}
        assert "no file makes it" in found["column public.orders.note"].words
        assert found["table public.customers"].version == tool.version_of(CHANGES[0])
        with pytest.raises(Refused, match="nobody has accepted it"):
            adopt(here, "column public.orders.note")
        assert fresh_database.execute("SELECT to_regclass('cockpit.ledger')") == [(None,)]

    def test_what_is_accepted_by_name_is_kept_with_the_evidence(
        self, here: Session, fresh_database: Database
    ) -> None:
        fresh_database.execute("ALTER TABLE orders ADD note text; DROP TABLE customers")
        adopt(here, "column public.orders.note", "table public.cust*")
        event = next(e for e in here.events() if e.event is EventKind.ADOPTED)
        labels = [finding["label"] for finding in event.detail["accepted"]]
        assert labels == ["table public.customers", "column public.orders.note"]
        assert event.detail["evidence"]["built"] == 2
        assert event.detail["reason"] == "a test"

    def test_a_schema_that_changed_after_the_proof_is_proved_anew(
        self, here: Session, fresh_database: Database
    ) -> None:
        adoption = proposed(here)
        fresh_database.execute("CREATE TABLE late (id int)")
        here.arm(None)
        with pytest.raises(StalePlan, match="live schema was changed"):
            here.adopt(adoption)

    def test_a_history_that_changed_after_the_proof_is_proved_anew(
        self, tool: RealTool, here: Session, project: Project, fresh_database: Database
    ) -> None:
        adoption = proposed(here)
        tool.up(project, fresh_database)
        here.arm(None)
        with pytest.raises(StalePlan, match="not what would be adopted now"):
            here.adopt(adoption)

    def test_without_a_right_to_write_nothing_is_adopted(self, here: Session) -> None:
        with pytest.raises(Refused, match="not armed"):
            here.adopt(proposed(here))

    def test_what_the_cockpit_applied_itself_keeps_its_way_back(
        self, tool: RealTool, here: Session, open_here: OpenSession
    ) -> None:
        session = open_here(folder=tool.folder, tool=tool.name)
        assert run(session).outcome == "done"
        adoption = adopt(here)
        assert adoption.kept == (tool.version_of(CHANGES[2]),)
        history = here.look().history
        assert history is not None
        record = history.find(tool.version_of(CHANGES[2]))
        assert record is not None
        assert record.recorded is Recorded.APPLIED
        assert run(here, ROLLBACK).outcome == "done"
        assert states(here) == [State.IMPORTED, State.IMPORTED, State.ROLLED_BACK]

    def test_a_migration_whose_file_is_nowhere_is_not_proved(
        self, tool: RealTool, here: Session, project: Project
    ) -> None:
        tool.remove(project, CHANGES[0])
        project.git("checkout", "-q", "--orphan", "anew")
        project.git("add", "-A")
        project.git("commit", "-q", "-m", "Start anew")
        project.git("branch", "-D", "main")
        project.git("tag", "-d", "v1")
        found = {finding.label: finding.words for finding in proposed(here).findings}
        # A tool that keeps numbers has forgotten how its file spelled this one.
        spelled = tool.version_of(CHANGES[0])
        told = {f"migration {spelled}", f"migration {spelled.lstrip('0')}"} & set(found)
        assert [found[label] for label in told] == [
            "is in no file and in no commit, so nobody knows what it made"
        ]


class TestNativeFilesBesideTheEarlierOnes:
    """After an adoption new migrations may be native, with phases."""

    @pytest.fixture
    def goose(self, project: Project, fresh_database: Database) -> RealTool:
        """goose has applied two of three migrations."""
        real = next(one for one in VECTORS if one.name == "goose")
        for change in CHANGES[:2]:
            real.write(project, change)
        real.up(project, fresh_database)
        project.commit()
        return real

    def test_they_run_in_the_order_of_all_versions(
        self, goose: RealTool, project: Project, open_here: OpenSession, fresh_database: Database
    ) -> None:
        session = open_here()
        adopt(session)
        phased = "\n-- migrate:up phase:contract\nALTER TABLE items ADD b int;"
        project.native("20261121093000", "add_items", "CREATE TABLE items (id int);" + phased)
        project.commit()
        plan = session.plan(Goal(Action.APPLY))
        assert [phase.phase for phase in plan.phases] == ["up", "contract"]
        assert run(session).outcome == "done"
        assert states(session) == [State.IMPORTED, State.IMPORTED, State.APPLIED]
        columns = (
            "SELECT count(*) FROM pg_attribute WHERE attrelid = 'items'::regclass AND attnum > 0"
        )
        assert fresh_database.execute(columns) == [(2,)]

    def test_without_an_adoption_such_a_folder_is_not_written_from(
        self, goose: RealTool, project: Project, open_here: OpenSession
    ) -> None:
        project.native("20261121093000", "add_items", "CREATE TABLE items (id int);")
        session = open_here()
        [problem] = session.look().problems
        assert "files of goose and of the cockpit" in problem.what
        assert session.plan(Goal(Action.APPLY)).refusals

    def test_naming_the_earlier_tool_afterwards_is_refused_with_what_to_do(
        self, goose: RealTool, open_here: OpenSession
    ) -> None:
        adopt(open_here())
        refusals = open_here(tool="goose").plan(ROLLBACK).refusals
        assert "cockpit adopt --undo" in refusals[0]

    def test_an_edit_of_an_imported_file_is_drift_and_still_forward_only(
        self, goose: RealTool, project: Project, open_here: OpenSession
    ) -> None:
        session = open_here()
        adopt(session)
        goose.edit(project, CHANGES[1])
        assert states(session) == [State.IMPORTED, State.DRIFTED]
        assert "it only goes forward" in session.plan(ROLLBACK).refusals[0]

    def test_what_was_there_before_the_first_file_is_built_upon_and_told(
        self, goose: RealTool, project: Project, open_here: OpenSession, fresh_database: Database
    ) -> None:
        fresh_database.execute("CREATE SCHEMA app; CREATE TABLE app.old (id int)")
        fresh_database.execute(
            "INSERT INTO goose_db_version (version_id, is_applied) VALUES (3, true)"
        )
        text = "-- +goose Up\nCREATE TABLE app.items (id int);\n"
        project.write("00003_items.sql", text)
        fresh_database.execute("CREATE TABLE app.items (id int)")
        project.commit()
        labels = {finding.label for finding in proposed(open_here()).findings}
        assert labels == {"schema app", "table app.old"}

    def test_a_migration_that_does_not_run_on_nothing_is_told_and_the_rest_is_built(
        self, goose: RealTool, project: Project, open_here: OpenSession, fresh_database: Database
    ) -> None:
        fresh_database.execute(
            "INSERT INTO goose_db_version (version_id, is_applied) VALUES (3, true)"
        )
        project.write("00003_items.sql", "-- +goose Up\nINSERT INTO gone VALUES (1);\n")
        project.commit()
        [finding] = proposed(open_here()).findings
        assert finding.label == "migration 00003"
        assert 'relation "gone" does not exist' in finding.words


class TestGolangMigrate:
    """One row stands for all versions, so only what is beyond it can be told."""

    ROW = "UPDATE schema_migrations SET version = {}"

    @pytest.fixture
    def adopted(
        self, project: Project, fresh_database: Database, open_here: OpenSession
    ) -> Session:
        """Versions 1 and 3 are applied and adopted."""
        for version, table in (("1", "customers"), ("3", "orders")):
            project.pair(version, table, f"CREATE TABLE {table} (id int)", f"DROP TABLE {table}")
            fresh_database.execute(f"CREATE TABLE {table} (id int)")
        fresh_database.execute(
            "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL);"
            "INSERT INTO schema_migrations VALUES (3, false)"
        )
        project.commit()
        session = open_here()
        assert adopt(session).findings == ()
        return session

    def test_a_file_that_came_late_is_no_sign_that_the_tool_went_on(
        self, adopted: Session, project: Project
    ) -> None:
        project.pair("2", "items", "CREATE TABLE items (id int)", "DROP TABLE items")
        board = adopted.look()
        assert board.problems == ()
        assert [s.state for s in board.standings] == [State.IMPORTED, State.LATE, State.IMPORTED]

    def test_a_row_that_moved_on_is(
        self, adopted: Session, project: Project, fresh_database: Database
    ) -> None:
        project.pair("4", "items", "CREATE TABLE items (id int)", "DROP TABLE items")
        fresh_database.execute(self.ROW.format(4))
        assert "names 4, which came after it" in adopted.look().problems[0].what

    def test_a_row_that_moved_back_is(self, adopted: Session, fresh_database: Database) -> None:
        fresh_database.execute(self.ROW.format(1))
        assert "no longer names 3" in adopted.look().problems[0].what

    def test_a_dirty_history_is_not_adopted(
        self, adopted: Session, fresh_database: Database
    ) -> None:
        adopted.undo_adoption()
        fresh_database.execute("UPDATE schema_migrations SET dirty = true")
        adoption = proposed(adopted)
        assert adoption.evidence is None
        assert any("dirty" in refusal for refusal in adoption.refusals)

    def test_a_table_that_the_team_has_dropped_is_not_missed(
        self, adopted: Session, fresh_database: Database
    ) -> None:
        fresh_database.execute("DROP TABLE schema_migrations")
        assert states(adopted) == [State.IMPORTED, State.IMPORTED]
        assert adopted.look().problems == ()


@pytest.mark.parametrize("real", OBSERVED_TOOLS, ids=lambda tool: tool.name)
def test_a_tool_that_is_only_looked_at_is_adopted_too(
    real: RealTool, project: Project, open_here: OpenSession, fresh_database: Database
) -> None:
    """Of programs nothing can be built, so each of them and of its objects is accepted by name."""
    if not real.installed:
        pytest.skip(f"{real.name} is not installed")
    for change in CHANGES[:2]:
        real.write(project, change)
    project.commit()
    real.up(project, fresh_database)
    before = real.history(fresh_database)
    session = open_here(folder="")
    adoption = proposed(session)
    assert adoption.refusals == ()
    programs = all(not m.up for m in session.look().migrations.migrations)
    assert {f.label for f in adoption.findings if f.label.startswith("migration ")} == (
        {f"migration {real.version_of(change)}" for change in CHANGES[:2]} if programs else set()
    )
    adopt(session, "migration *", "table *", "sequence *", "schema *")
    assert states(session) == [State.IMPORTED] * 2
    assert session.plan(ROLLBACK).refusals
    assert real.history(fresh_database) == before
    session.undo_adoption()
    assert session.look().tool == real.name
