"""Which release a database is on."""

import pytest

from cockpit.analysis.release import applied_versions, release_of
from cockpit.model.history import Recorded
from cockpit.model.release import Release
from tests.unit.analysis.migrations import Place, migration, record, two_phases

RELEASES = {
    "v1.0": frozenset({"1", "2"}),
    "v1.1": frozenset({"1", "2", "3"}),
    "v1.1.1": frozenset({"1", "2", "3"}),
    "v1.2": frozenset({"1", "2", "3", "4", "5", "6"}),
}


def found(applied: str) -> Release | None:
    """For versions given as one digit each."""
    return release_of(RELEASES, applied, lambda version: (version,))


@pytest.mark.parametrize(
    ("applied", "words"),
    [
        ("12", "v1.0"),
        ("123", "v1.1.1"),
        ("1234", "v1.1.1 + 1 later"),
        ("123456", "v1.2"),
        ("12345678", "v1.2 + 2 later"),
        ("1345678", "v1.2 + 2 later, 1 missing"),
        ("12346", "v1.1.1 + 2 later"),
        ("1", "v1.0, 1 missing"),
    ],
)
def test_the_release_that_fits_best_is_named(applied: str, words: str) -> None:
    release = found(applied)
    assert release is not None
    assert release.words == words


@pytest.mark.parametrize("applied", ["", "89"])
def test_no_release_is_claimed_of_a_database_that_shares_nothing(applied: str) -> None:
    assert found(applied) is None


def test_the_newest_of_equal_tags_is_named_with_the_oldest() -> None:
    release = found("123")
    assert release is not None
    assert release.exact
    assert release.sentence == "v1.1.1, no migration since v1.1"


def test_few_versions_are_named() -> None:
    release = found("1345678")
    assert release is not None
    assert release.sentence == "v1.2 (later 7, 8; missing 2)"


def test_a_version_with_phases_left_out_is_not_what_a_release_holds() -> None:
    place = Place([], [])
    half = record("1", Recorded.PARTIAL, done=("expand",), phases=("expand", "contract"))
    whole = record("2")
    for files in ([two_phases("1"), migration("2")], []):
        place.migrations, place.records = files, [half, whole]
        assert applied_versions(place.standings) == {"2"}
