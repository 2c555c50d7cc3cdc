"""Every migration of the sample repository runs on a real server, and goes back."""

import subprocess
from collections.abc import Iterable, Iterator

import psycopg
import pytest

from cockpit.demo import sample
from cockpit.demo.sample import SampleRepository, make_repository
from cockpit.model.migration import Migration, Phase
from cockpit.model.revision import SourceFile
from cockpit.source.directives import read_migration
from cockpit.sql.statements import split
from tests.databases import Database, Databases
from tests.schema import schema_of

LEFT = {"label returned of order_status"}
"""What the one irreversible migration leaves behind."""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> SampleRepository:
    return make_repository(tmp_path_factory.mktemp("sample") / "orders")


def migrations(repository: SampleRepository, ref: str) -> list[Migration]:
    """All that a ref holds, in order of version."""
    command = ["git", "-C", str(repository.path), "show"]
    tree = f"{ref}:{repository.folder}"
    names = subprocess.check_output([*command, "--format=", tree], text=True).split()[2:]
    contents = {name: subprocess.check_output([*command, f"{tree}/{name}"]) for name in names}
    read = (read_migration(SourceFile(n, "0" * 40, content)) for n, content in contents.items())
    return sorted((m for m, _ in read if m is not None), key=lambda migration: migration.version)


def run(database: Database, phases: Iterable[Phase]) -> None:
    """Each phase in a transaction of its own, or each statement when the file forbids one."""
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        for phase in phases:
            bounds = ("from", "to") if phase.backfill else ()
            statements = split(phase.script, path=phase.path, parameters=bounds)
            texts = [whole_table(s.sql) if phase.backfill else s.sql for s in statements]
            groups = ["; ".join(texts)] if phase.transaction else texts
            for group in groups:
                connection.execute(group.encode())
            for check in phase.checks:
                assert connection.execute(check.sql.encode()).fetchone() == (True,), check.title


def whole_table(statement: str) -> str:
    """A backfill's statement with bounds that hold every key."""
    return statement.replace(":from", "0").replace(":to", str(2**62))


@pytest.fixture(scope="module")
def production(server: Databases, repository: SampleRepository) -> Iterator[Database]:
    """The deployed release with the shop's rows, to be copied."""
    with server.fresh() as database:
        for migration in migrations(repository, repository.deployed):
            run(database, migration.up)
        database.execute(sample.seed_sql())
        yield database


@pytest.fixture
def deployed(server: Databases, production: Database) -> Iterator[Database]:
    """A database as production has it, for one test."""
    with server.fresh(production.name) as database:
        yield database


@pytest.mark.parametrize("ref", ["main", "hotfix", "failing"])
def test_every_down_restores_the_schema_of_before(
    fresh_database: Database, repository: SampleRepository, ref: str
) -> None:
    chain = migrations(repository, getattr(repository, ref))
    before = []
    for migration in chain:
        before.append(schema_of(fresh_database.dsn))
        run(fresh_database, migration.up)
        assert schema_of(fresh_database.dsn) != before[-1]
    for migration, expected in zip(reversed(chain), reversed(before), strict=True):
        run(fresh_database, migration.down)
        if migration.irreversible is None:
            assert schema_of(fresh_database.dsn) - LEFT == expected - LEFT
    assert schema_of(fresh_database.dsn) == frozenset()


def test_the_next_release_runs_on_production_and_goes_back(
    deployed: Database, repository: SampleRepository
) -> None:
    had = {migration.version for migration in migrations(repository, repository.deployed)}
    coming = [m for m in migrations(repository, repository.main) if m.version not in had]
    assert sample.LATE_VERSION in {migration.version for migration in coming}
    before = schema_of(deployed.dsn)
    names = deployed.execute("SELECT name FROM customers ORDER BY id")
    for migration in coming:
        run(deployed, migration.up)
    for migration in reversed(coming):
        run(deployed, migration.down)
    assert schema_of(deployed.dsn) == before
    assert deployed.execute("SELECT name FROM customers ORDER BY id") == names


def test_the_hotfix_runs_on_production(deployed: Database, repository: SampleRepository) -> None:
    (hotfix,) = chosen(repository, repository.hotfix, sample.HOTFIX_VERSION)
    run(deployed, hotfix.up)
    assert deployed.execute("SELECT to_regclass('payments_reference')::text") == [
        ("payments_reference",)
    ]


def test_the_failing_migration_keeps_its_first_phase_and_fails_in_its_second(
    deployed: Database, repository: SampleRepository
) -> None:
    (failing,) = chosen(repository, repository.failing, sample.FAILING_VERSION)
    expand, contract = failing.up
    run(deployed, [expand])
    with pytest.raises(psycopg.errors.UniqueViolation):
        run(deployed, [contract])
    assert deployed.execute("SELECT count(email_verified_at) FROM customers") == [(0,)]


def test_the_phased_migration_has_every_kind_of_phase(repository: SampleRepository) -> None:
    (phased,) = chosen(repository, repository.main, sample.PHASED_VERSION)
    expand, backfill, contract = phased.up
    assert backfill.backfill is not None
    assert backfill.checks
    assert contract.gate == "every app server runs v1.4 or later"
    assert [phase.name for phase in phased.down] == ["contract", "backfill", "expand"]
    assert expand.gate is None


def test_the_seed_has_what_the_next_release_trips_over(deployed: Database) -> None:
    assert deployed.execute("SELECT count(*) FROM customers") == [(5000,)]
    assert deployed.execute("SELECT count(*) FROM orders WHERE status IS NULL") == [(400,)]
    assert deployed.execute("SELECT count(*) - count(DISTINCT lower(email)) FROM customers") == [
        (5,)
    ]


def chosen(repository: SampleRepository, ref: str, version: str) -> list[Migration]:
    return [m for m in migrations(repository, ref) if m.version == version]
