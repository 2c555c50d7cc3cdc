"""Names are quoted where PostgreSQL would read them otherwise, as `quote_ident` does it."""

import pytest

from cockpit.sql.names import qualified, quoted


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("users", "users"), ("order", '"order"'), ("user", '"user"'), ("Full Name", '"Full Name"'),
        ('a"b', '"a""b"'), ("1st", '"1st"'), ("naïve", '"naïve"'), ("", '""'), ("name", "name"),
        ("a-b", '"a-b"'), ("x;drop", '"x;drop"'), ("between", '"between"'),
    ],
)  # fmt: skip
def test_a_name_is_written_so_that_it_is_read_back(name: str, written: str) -> None:
    assert quoted(name) == written


def test_a_schema_stands_before_the_name() -> None:
    assert qualified("app", "Order") == 'app."Order"'
