"""Settings and database say together what a target is; every doubt makes it stricter."""

from itertools import product

import pytest

from cockpit.model.target import Environment, Identity, Marker, stand

HERE = Identity("7001", "orders", 16384, 160004, "ana", "socket", False)
PAIRS = list(product(Environment, repeat=2))


@pytest.mark.parametrize("configured", Environment)
def test_without_a_marker_the_settings_count(configured: Environment) -> None:
    standpoint = stand("orders-prod", configured, None, HERE)
    assert (standpoint.name, standpoint.environment) == ("orders-prod", configured)
    assert standpoint.protected is configured.protected
    assert standpoint.marked is None


@pytest.mark.parametrize(("configured", "marked"), PAIRS)
def test_a_marker_must_agree_with_what_is_configured(
    configured: Environment, marked: Environment
) -> None:
    standpoint = stand("settings-name", configured, Marker("its-name", marked, "7001"), HERE)
    assert standpoint.name == "its-name"
    assert standpoint.marked is marked
    if configured in (marked, Environment.UNKNOWN):
        assert (standpoint.environment, standpoint.disagreement) == (marked, "")
        assert standpoint.protected is marked.protected
    else:
        assert standpoint.environment is Environment.UNKNOWN
        assert configured in standpoint.disagreement
        assert marked in standpoint.disagreement
        assert standpoint.protected


@pytest.mark.parametrize(("configured", "marked"), PAIRS)
def test_a_copy_in_another_cluster_is_never_what_its_marker_says(
    configured: Environment, marked: Environment
) -> None:
    standpoint = stand(None, configured, Marker("its-name", marked, "1234567899"), HERE)
    assert "this is a copy" in standpoint.disagreement
    assert "7899" in standpoint.disagreement
    assert standpoint.protected


@pytest.mark.parametrize(("mine", "its"), [("", "7001"), ("7001", ""), ("", "")])
def test_an_identifier_that_cannot_be_read_proves_no_copy(mine: str, its: str) -> None:
    here = Identity(mine, "orders", 16384, 160004, "ana", "socket", False)
    marker = Marker("orders", Environment.STAGING, its)
    assert stand(None, Environment.STAGING, marker, here).disagreement == ""


def test_a_database_that_does_not_answer_has_the_name_of_its_target() -> None:
    assert stand("orders-prod", Environment.LOCAL, None, None).name == "orders-prod"
    assert stand(None, Environment.LOCAL, None, None).name == "target"
    assert stand(None, Environment.LOCAL, None, HERE).name == "orders"


def test_unknown_is_protected_as_production_is() -> None:
    protected = {environment for environment in Environment if environment.protected}
    assert protected == {Environment.PRODUCTION, Environment.UNKNOWN}


def test_the_key_of_a_database_changes_with_cluster_database_and_name() -> None:
    keys = {
        HERE.key,
        Identity("7002", "orders", 16384, 160004, "ana", "socket", False).key,
        Identity("7001", "orders", 16385, 160004, "ana", "socket", False).key,
        Identity("7001", "other", 16384, 160004, "ana", "socket", False).key,
    }
    assert len(keys) == 4
