"""Many cockpits at once on one pending plan: one runs, the others say who holds the lock."""

from pathlib import Path

from tests.databases import Database
from tests.deploy.race import HELD, race
from tests.projects import Project

COCKPITS = 8
"""`python -m tests.deploy.race` is the long form, with 50."""


def test_one_of_eight_runs_and_seven_name_the_holder(
    project: Project, fresh_database: Database, tmp_path: Path
) -> None:
    ends = race(COCKPITS, project, fresh_database, tmp_path)
    assert sorted(end.code for end in ends) == [0] + [HELD] * (COCKPITS - 1), ends
    assert [end for end in ends if not end.told] == []
    assert fresh_database.execute("SELECT * FROM told") == [("once",)]
