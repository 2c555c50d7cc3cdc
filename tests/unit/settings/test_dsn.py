"""Connection strings are read as libpq reads them, and what is shown holds no secret."""

import contextlib

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from cockpit.settings.dsn import BadDsn, Dsn, describe, parse

LIBPQ_OWN_CASES = """
postgresql://uri-user:secret@host:12345/db
postgresql://uri-user@host:12345/db
postgresql://uri-user@host/db
postgresql://host:12345/db
postgresql://host/db
postgresql://uri-user@host:12345/
postgresql://uri-user@host/
postgresql://uri-user@
postgresql://host:12345/
postgresql://host:12345
postgresql://host/
postgresql://host
postgresql://
postgresql://?hostaddr=127.0.0.1
postgresql://example.com?hostaddr=63.1.2.4
postgresql://%68ost/
postgresql://host/db?user=uri-user
postgresql://host/db?user=uri-user&port=12345
postgresql://host/db?u%73er=someotheruser&port=12345
postgresql://host:12345?user=uri-user
postgresql://host?
postgresql://[::1]:12345/db
postgresql://[2001:db8::1234]/
postgres://[::1]
postgres:///db
postgres://uri-user@/db
postgres://?host=/path/to/socket/dir
postgres://host:/
postgres://:12345/
postgres://otheruser@?host=/no/such/directory
postgres://otheruser@:12345/db?host=/path/to/socket
postgres://%2Fvar%2Flib%2Fpostgresql/dbname
postgres://one:1,two:2/db?target_session_attrs=any
postgres://one,[::1]:5433,/db
postgres://user:pa?ss@host/db
postgresql://host/db?ssl=true
host=a dbname = b
 user='o''brien'
user='o\\'brien' password=p\\ w port=5433
dbname=''
postgres://[::1
postgres://[]
postgres://[::1]z
postgresql://host?zzz
postgresql://host?value1&value2
postgresql://host?key=key=value
postgres://host?dbname=%XXfoo
postgresql://a%00b
postgresql://%zz
postgresql://%1
postgresql://%
host=a b
host='a
host
""".strip("\n").split("\n")


def libpq(text: str) -> dict[str, str] | None:
    """What libpq itself makes of it; None when it refuses."""
    try:
        return {k: str(v) for k, v in conninfo_to_dict(text).items()}
    except psycopg.ProgrammingError:
        return None


def ours(text: str) -> dict[str, str] | None:
    try:
        dsn = parse(text)
    except BadDsn:
        return None
    return dict(dsn.parameters) | dsn.reveal()


@pytest.mark.parametrize("text", LIBPQ_OWN_CASES)
def test_every_form_is_read_as_libpq_reads_it(text: str) -> None:
    assert ours(text) == libpq(text)


values = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
hosts = st.text(st.characters(codec="utf-8", exclude_characters="\0,@"), min_size=1)
parameters = st.fixed_dictionaries(
    {},
    optional={
        "host": hosts,
        "port": st.integers(1, 65535).map(str),
        "dbname": values,
        "user": values,
        "password": values,
        "options": values,
    },
)


@given(parameters)
def test_what_libpq_writes_is_read_back(wanted: dict[str, str]) -> None:
    assert ours(make_conninfo("", **wanted)) == wanted


@given(parameters)
def test_both_spellings_are_read_back_by_libpq_and_by_us(wanted: dict[str, str]) -> None:
    dsn = parse(make_conninfo("", **wanted))
    public = {k: v for k, v in wanted.items() if k != "password"}
    assert libpq(dsn.conninfo()) == ours(dsn.conninfo()) == public
    assert libpq(dsn.uri()) == ours(dsn.uri()) == public


@pytest.mark.parametrize("host", [": ", " :", "fe80::1%eth0", "::1]", "[::1"])
def test_what_stands_in_brackets_is_escaped(host: str) -> None:
    dsn = parse(make_conninfo("", host=host))
    assert libpq(dsn.uri()) == ours(dsn.uri()) == {"host": host}


@given(st.text(st.characters(codec="utf-8")), st.sampled_from(["", "postgres://", "host="]))
def test_any_text_is_read_or_refused(text: str, start: str) -> None:
    with contextlib.suppress(BadDsn):
        assert isinstance(parse(start + text), Dsn)


@pytest.mark.parametrize(
    "text",
    [
        "postgres://deploy:hun/ter2@db-1/orders",
        "postgres://deploy:hun@ter2@db-1/orders",
        "postgres://deploy:hun%ter2@db-1/orders",
        "postgres://deploy:12/hunter2@db-1/orders",
        "host=db-1 password=hun ter2",
    ],
)
def test_a_password_that_was_not_escaped_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(BadDsn) as refusal:
        parse(text)
    assert "ter2" not in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        "postgres://deploy:hunter2@db-1/orders?sslpassword=hunter2",
        "host=db-1 dbname=orders user=deploy password=hunter2",
        "host=db-1 dbname=orders pasword=hunter2",
    ],
)
def test_no_way_to_print_a_dsn_shows_a_secret(text: str) -> None:
    dsn = parse(text)
    shown = [str(dsn), repr(dsn), f"{dsn}", dsn.conninfo(), dsn.uri(), describe(dsn)]
    assert not [words for words in shown if "hunter2" in words]
    assert "hunter2" in dsn.reveal().values()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("postgres://deploy@db-1/orders", "orders@db-1"),
        ("postgres://db-1:5433/orders", "orders@db-1:5433"),
        ("postgres://db-1,db-2:5433/orders", "orders@db-1,db-2:5433"),
        ("host=/run/postgresql dbname=orders", "orders@socket"),
        ("host=/run/postgresql port=5433 dbname=orders", "orders@socket:5433"),
        ("dbname=orders", "orders@socket"),
        ("postgres://[::1]/orders", "orders@[::1]"),
        ("service=orders", "service orders"),
        ("host=db-1 user=deploy", "deploy@db-1"),
        ("hostaddr=10.0.0.1 dbname=orders", "orders@10.0.0.1"),
    ],
)
def test_a_dsn_is_described_in_a_few_words(text: str, words: str) -> None:
    assert describe(parse(text)) == words


def test_defaults_fill_only_what_is_not_set() -> None:
    dsn = parse("host=db-1 dbname=''").filled({"host": "db-2", "dbname": "orders", "user": ""})
    assert dsn == Dsn((("host", "db-1"), ("dbname", "orders")))


def test_another_user_replaces_the_one_that_was_named() -> None:
    dsn = parse("postgres://deployer:hunter2@db-1/orders").with_user("v-1")
    assert dsn.conninfo() == "host=db-1 dbname=orders user=v-1"
    assert dsn.password is not None


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("search_path=app", "-csearch_path=app"),
        ("schema=app,public", "-csearch_path=app,public"),
        ("currentSchema=a%20b", "-csearch_path=a\\ b"),
        ("options=-cstatement_timeout%3D0&schema=app", "-cstatement_timeout=0 -csearch_path=app"),
        ("options=-csearch_path%3Dmine&schema=app", "-csearch_path=mine"),
    ],
)
def test_a_schema_in_another_tools_url_is_the_search_path(query: str, options: str) -> None:
    found = parse(f"postgres://u@h/d?{query}")
    assert found.get("options") == options
    assert found.secrets == ()


def test_what_only_another_tool_understands_is_not_sent_to_libpq() -> None:
    found = parse("postgres://u@h/d?x-migrations-table=done&pgbouncer=true&sslmode=disable")
    assert found.conninfo() == "user=u host=h dbname=d sslmode=disable"
    assert dict(found.of_tools) == {"x-migrations-table": "done", "pgbouncer": "true"}
