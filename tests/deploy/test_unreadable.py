"""A file that is no SQL is said to be so before anybody plans a run."""

from cockpit.deploy.session import Session
from tests.projects import Project


def test_the_board_names_the_place_and_the_rest_is_shown(
    project: Project, session: Session
) -> None:
    project.native("001", "a", "CREATE TABLE a ();", "DROP TABLE a;")
    project.native("002", "b", "CREATE TABLE b ();\nALTER TABEL b ADD c int;", "DROP TABLE b;")
    project.native("003", "c", "SELECT 'never closed;", "SELECT 1;")
    project.commit()
    board = session.look()
    told = {problem.version: problem for problem in board.problems}
    assert [standing.version for standing in board.standings] == ["001", "002", "003"]
    assert set(told) == {"002", "003"}
    assert 'syntax error at or near "TABEL"' in told["002"].what
    assert told["002"].place.endswith("002_b.sql:3:7")
    project.native("002", "b", "CREATE TABLE b ();", "DROP TABLE b;")
    project.native("003", "c", "SELECT 1;", "SELECT 1;")
    assert session.look().problems == ()
