"""Which database is meant is never guessed."""

import pytest

from cockpit.errors import UsageError
from cockpit.model.target import Environment
from cockpit.settings.origin import Origin, Rank, given
from cockpit.settings.sources import Resolved, resolve
from cockpit.settings.target import Target, choose, every
from cockpit.settings.toml_file import read_toml

TWO = """
[targets.local]
dsn = "host=localhost dbname=orders"
environment = "local"
[targets.production]
dsn = "host=db-1,db-2 port=5433 dbname=orders"
environment = "production"
lock_tries = 10
"""


def resolved(file: str = "", **said: tuple[Rank, str]) -> Resolved:
    values = [given((k,), v, Origin(rank, rank.name.lower())) for k, (rank, v) in said.items()]
    return resolve([*read_toml(file, "cockpit.toml", Rank.PROJECT), *values])


def chosen(file: str = "", **said: tuple[Rank, str]) -> Target:
    target = choose(resolved(file, **said))
    assert target is not None
    return target


URL = "postgres://localhost/x"


def test_an_option_wins_over_a_variable_whichever_kind_it_is() -> None:
    by_name = chosen(TWO, target=(Rank.OPTION, "local"), dsn=(Rank.ENVIRONMENT, URL))
    by_dsn = chosen(TWO, target=(Rank.ENVIRONMENT, "local"), dsn=(Rank.OPTION, URL))
    assert (by_name.name, by_dsn.name) == ("local", None)


def test_two_of_one_rank_are_refused() -> None:
    with pytest.raises(UsageError, match="option and option name two databases"):
        chosen(TWO, target=(Rank.OPTION, "local"), dsn=(Rank.OPTION, URL))


def test_database_url_belongs_to_the_application_and_comes_after_a_named_default() -> None:
    url = (Rank.ENVIRONMENT, URL)
    assert chosen(f'target = "local"\n{TWO}', database_url=url).name == "local"
    assert chosen(TWO, database_url=url).name is None
    assert str(chosen(dsn=(Rank.DOTENV, "host=b"), database_url=url).dsn) == "b"


def test_the_only_target_is_meant_when_nothing_is_said() -> None:
    assert chosen('[targets.p]\ndsn = "host=x"').name == "p"


def test_of_several_targets_none_is_guessed() -> None:
    assert choose(resolved(TWO)) is None
    assert choose(resolved()) is None
    assert [target.name for target in every(resolved(TWO))] == ["local", "production"]


def test_an_unknown_target_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match='Did you mean "production"'):
        chosen(TWO, target=(Rank.OPTION, "prodution"))
    with pytest.raises(UsageError, match="Known targets: local, production"):
        chosen(TWO, target=(Rank.OPTION, "zzz"))
    with pytest.raises(UsageError, match=r"Name targets in cockpit\.toml"):
        chosen(target=(Rank.OPTION, "zzz"))


def test_an_ad_hoc_database_is_protected_until_somebody_says_what_it_is() -> None:
    assert chosen(dsn=(Rank.OPTION, URL)).environment is Environment.UNKNOWN
    dev = chosen(dsn=(Rank.OPTION, URL), environment=(Rank.ENVIRONMENT, "dev"))
    assert dev.environment is Environment.DEV
    with pytest.raises(UsageError, match=r'"prod" is no environment.*local, dev, staging'):
        chosen(dsn=(Rank.OPTION, URL), environment=(Rank.OPTION, "prod"))


def test_calling_a_protected_target_local_does_not_unprotect_it() -> None:
    target = chosen(
        TWO,
        dsn=(Rank.OPTION, "postgres://deployer@db-2:5433/orders?sslmode=require"),
        environment=(Rank.OPTION, "local"),
    )
    assert target.environment is Environment.PRODUCTION
    assert "where the settings have production" in target.warnings[0]


def test_the_environment_of_a_named_target_cannot_be_talked_away() -> None:
    with pytest.raises(UsageError, match="the settings say that production is production"):
        chosen(TWO, target=(Rank.OPTION, "production"), environment=(Rank.OPTION, "local"))
    target = chosen(
        TWO, target=(Rank.OPTION, "production"), environment=(Rank.ENVIRONMENT, "local")
    )
    assert target.environment is Environment.PRODUCTION


def test_a_password_on_the_command_line_is_taken_with_a_warning() -> None:
    target = chosen(dsn=(Rank.OPTION, "postgres://u:hunter2@h/db"))
    assert "visible to every user of this machine" in target.warnings[0]
    assert target.dsn.password is not None
    assert target.dsn.password.reveal() == "hunter2"
    assert "hunter2" not in repr(target)
    assert chosen(dsn=(Rank.ENVIRONMENT, "postgres://u:hunter2@h/db")).warnings == ()


def test_a_connection_string_that_cannot_be_read_is_not_repeated() -> None:
    with pytest.raises(UsageError, match="environment: this is no") as error:
        chosen(dsn=(Rank.ENVIRONMENT, "postgres://u:hun/ter2@h/db"))
    assert "ter2" not in str(error.value)


def test_a_rule_of_the_target_wins_over_a_general_one_of_the_same_source() -> None:
    file = f"lock_tries = 99\n{TWO}"
    production = (Rank.OPTION, "production")
    assert chosen(file, target=production).rules.lock_tries == 10
    assert chosen(file, target=(Rank.OPTION, "local")).rules.lock_tries == 99
    raised = chosen(file, target=production, lock_tries=(Rank.ENVIRONMENT, "3"))
    assert raised.rules.lock_tries == 3
    assert raised.rules.queue_limit == 20


def test_a_service_stands_before_the_connection_string_it_fills() -> None:
    target = chosen('[targets.p]\nservice = "orders"\ndsn = "sslmode=require"\n')
    assert target.dsn.conninfo() == "service=orders sslmode=require"
    assert target.label == "p"


def test_the_table_in_golang_migrates_url_is_the_history() -> None:
    url = 'postgres://u@h/d?x-migrations-table="ops"."done"&x-migrations-table-quoted=1'
    assert chosen(dsn=(Rank.OPTION, url)).rules.history_table == "ops.done"
    said = chosen('history_table = "mine"\n', dsn=(Rank.OPTION, url))
    assert said.rules.history_table == "mine"
