"""What psql would run is what the plan runs."""

from cockpit.sql.script import psql_script
from cockpit.sql.statements import split
from cockpit.sql.transaction import groups


def test_a_script_for_psql_has_the_plans_own_transactions() -> None:
    text = "SELECT 1 -- one\n; VACUUM t; BEGIN READ ONLY; SELECT ';'; COMMIT;"
    assert psql_script(groups(split(text, path="a.sql"))) == (
        "\\set ON_ERROR_STOP on\n"
        "BEGIN;\nSELECT 1;\nCOMMIT;\n"
        "VACUUM t;\n"
        "BEGIN READ ONLY;\nSELECT ';';\nCOMMIT;\n"
    )


def test_a_script_for_psql_is_cut_into_the_same_groups_again() -> None:
    text = "CREATE TABLE a (); CREATE INDEX CONCURRENTLY i ON a (b); DROP TABLE a"
    first = groups(split(text, path="a.sql"))
    _, _, script = psql_script(first).partition("\n")
    again = groups(split(script, path="a.sql"))
    assert [(g.transactional, [s.sql for s in g.statements]) for g in again] == [
        (g.transactional, [s.sql for s in g.statements]) for g in first
    ]
