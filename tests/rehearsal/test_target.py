"""The target is only read, and a server that may be it is refused."""

from dataclasses import replace

import pytest

from cockpit.database.connection import Connection
from cockpit.database.schema_sentences import read_schema
from cockpit.deploy.opening import Opening
from cockpit.deploy.rehearsing import Stage, rehearse_goal
from cockpit.embedded.server import EmbeddedServer
from cockpit.errors import Refused
from cockpit.model.rehearsal import Verdict
from cockpit.settings.dsn import parse
from cockpit.settings.secret import Secret
from tests.databases import Database, chosen_programs, execute
from tests.projects import Project
from tests.rehearsal.conftest import APPLY, Rehearse

_TABLE_WRITES = """
SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables
 ORDER BY relname
"""


def fingerprint(database: Database) -> str:
    connection = Connection.open(parse(database.dsn), None, application="test", read_only=True)
    with connection.look() as reader:
        found = read_schema(reader).fingerprint
    connection.close()
    return found


def test_a_role_that_may_only_read_is_enough_and_nothing_is_written(
    project: Project, opening: Opening, shop: Database
) -> None:
    project.native("1", "v", "ALTER TABLE orders ADD v int;", "ALTER TABLE orders DROP v;")
    role = f"reader_{shop.name}"
    shop.execute(
        f"CREATE ROLE {role} LOGIN PASSWORD 'pw'; GRANT pg_read_all_data TO {role};"
        f"ALTER ROLE {role} SET default_transaction_read_only = on"
    )
    before = fingerprint(shop), shop.execute("SELECT count(*), sum(total) FROM orders")
    try:
        reading = replace(
            opening,
            dsn=parse(shop.dsn).with_user(role),
            password=lambda: Secret("pw"),
        )
        rehearsal = rehearse_goal(reading, APPLY, Stage(rows=3))
    finally:
        shop.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
    # The role of the target may not alter the table, and the rehearsal runs with its rights.
    assert rehearsal.verdict is Verdict.FAILS
    assert "must be owner of table orders" in rehearsal.why
    assert (fingerprint(shop), shop.execute("SELECT count(*), sum(total) FROM orders")) == before
    assert shop.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'cockpit'") == []


def test_the_target_counts_no_written_row(
    project: Project, rehearse: Rehearse, shop: Database
) -> None:
    project.native("1", "d", "DELETE FROM orders; DROP TABLE orders;", "CREATE TABLE orders ();")
    flush = "SELECT pg_stat_clear_snapshot();"
    before = shop.execute(flush + _TABLE_WRITES)
    assert rehearse(rows=5).verdict is Verdict.NOT_RESTORED
    assert shop.execute(flush + _TABLE_WRITES) == before
    assert shop.execute("SELECT count(*) FROM orders") == [(90,)]


def test_a_server_named_for_rehearsals_must_not_be_the_targets_own(
    project: Project, rehearse: Rehearse, shop: Database, server_dsn: str
) -> None:
    project.native("1", "v", "ALTER TABLE orders ADD v int;", "ALTER TABLE orders DROP v;")
    with pytest.raises(Refused, match="the target's own cluster"):
        rehearse(named=parse(server_dsn))


def test_a_server_named_for_rehearsals_is_left_as_it_was(
    project: Project, rehearse: Rehearse, shop: Database
) -> None:
    role = f"clerk_{shop.name}"
    shop.execute(f"CREATE ROLE {role}; GRANT SELECT ON orders TO {role}")
    up = f"CREATE ROLE x_{role}; GRANT INSERT ON orders TO {role};"
    down = f"REVOKE INSERT ON orders FROM {role}; DROP ROLE x_{role};"
    project.native("1", "v", up, down)
    try:
        with EmbeddedServer(chosen_programs()) as other:
            there = other.dsn()
            listing = (
                "SELECT rolname FROM pg_roles UNION ALL SELECT datname FROM pg_database ORDER BY 1"
            )
            before = execute(there, listing)
            rehearsal = rehearse(named=parse(there))
            assert execute(there, listing) == before
    finally:
        shop.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
    assert rehearsal.scratch.endswith("named for rehearsals")
    assert role not in {name for (name,) in before}
    assert rehearsal.verdict is Verdict.REVERSIBLE, rehearsal.proofs[0].words


def test_a_named_server_without_a_superuser_is_left_clean_too(
    project: Project, rehearse: Rehearse, shop: Database
) -> None:
    role = f"clerk_{shop.name}"
    shop.execute(f"CREATE ROLE {role} SUPERUSER")
    project.native("1", "v", "CREATE TABLE v ();", "DROP TABLE v;")
    listing = "SELECT rolname FROM pg_roles UNION ALL SELECT datname FROM pg_database ORDER BY 1"
    try:
        with EmbeddedServer(chosen_programs()) as other:
            execute(other.dsn(), "CREATE ROLE helper LOGIN CREATEDB CREATEROLE")
            before = execute(other.dsn(), listing)
            rehearsal = rehearse(named=parse(other.dsn()).with_user("helper"))
            assert execute(other.dsn(), listing) == before
    finally:
        shop.execute(f"DROP ROLE {role}")
    assert rehearsal.verdict is Verdict.IMPOSSIBLE
    assert rehearsal.missing == (f"role {role}",)
