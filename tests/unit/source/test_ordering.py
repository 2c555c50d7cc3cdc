"""Versions come in their order, each after what it requires."""

from hypothesis import given
from hypothesis import strategies as st

from cockpit.model.migration import Migration
from cockpit.source.ordering import ordered


def migration(version: str, *requires: str, path: str = "") -> Migration:
    return Migration(version, "", (), (), None, path or f"db/{version}.sql", requires=requires)


def versions(*migrations: Migration) -> str:
    return " ".join(ordered(migrations).versions)


def complaints(*migrations: Migration) -> list[tuple[str | None, str]]:
    return [(problem.version, problem.what) for problem in ordered(migrations).problems]


def test_versions_sort_as_text() -> None:
    assert versions(migration("10"), migration("2"), migration("1")) == "1 10 2"


def test_a_version_comes_after_what_it_requires() -> None:
    assert versions(migration("1", "3"), migration("2"), migration("3")) == "2 3 1"


def test_requirements_move_no_more_than_they_must() -> None:
    found = versions(migration("1"), migration("2", "4"), migration("3"), migration("4"))
    assert found == "1 3 4 2"


def test_a_missing_requirement_is_told_and_the_rest_still_stands() -> None:
    [(version, words)] = complaints(migration("1", "0"), migration("2"))
    assert (version, words) == ("1", "version 1 requires 0, which no file here has")
    assert versions(migration("1", "0"), migration("2")) == "1 2"


def test_one_version_in_two_files_is_told_and_the_first_is_kept() -> None:
    twins = migration("1", path="db/1_b.sql"), migration("1", path="db/1_a.sql")
    result = ordered(twins)
    assert [m.path for m in result.migrations] == ["db/1_a.sql"]
    [problem] = result.problems
    assert (problem.path, problem.version) == ("db/1_b.sql", "1")
    assert "db/1_a.sql" in problem.what


def test_a_circle_is_told_for_each_of_its_versions_and_the_rest_still_stands() -> None:
    circle = (migration("1", "2"), migration("2", "1"), migration("3"), migration("4", "2"))
    assert versions(*circle) == "1 2 3 4"
    assert complaints(*circle) == [
        ("1", "these require each other in a circle: 1 → 2 → 1"),
        ("2", "these require each other in a circle: 2 → 1 → 2"),
        ("4", "version 4 waits for 2, which requires itself in the end"),
    ]


def test_a_version_that_requires_itself_is_a_circle() -> None:
    assert complaints(migration("1", "1")) == [("1", "these require each other in a circle: 1 → 1")]


VERSION = st.integers(0, 9).map(str)


@given(st.dictionaries(VERSION, st.sets(VERSION, max_size=3)))
def test_every_version_stands_once_and_after_what_it_can_stand_after(
    requires: dict[str, set[str]],
) -> None:
    result = ordered([migration(version, *needs) for version, needs in requires.items()])
    stuck = {problem.version for problem in result.problems if "no file here" not in problem.what}
    position = {version: index for index, version in enumerate(result.versions)}
    assert sorted(position) == sorted(requires)
    for version, needs in requires.items():
        if version not in stuck:
            assert all(position[need] < position[version] for need in needs if need in requires)
