"""Every value of a settings file knows its line and column."""

import pytest

from cockpit.errors import UsageError
from cockpit.settings.origin import Rank
from cockpit.settings.toml_file import read_toml

EVERY_SHAPE = """\
# folder = "commented out"
folder = "db" # not = "this"
note = \"\"\"
folder = "inside a text"
[targets.fake]
\"\"\"
matrix = [
  ["nested", "array"],
  [ "x" ],
]
keys.arm = "W"

[targets]
inline = { dsn = "host=a,b=c", environment = "dev" }
dotted.dsn = "host=x"

  [targets.table]
  dsn = 'it''s'
  "environment" = "local"
""".replace("'it''s'", '"its"')


def places(text: str) -> dict[str, str]:
    return {item.name: str(item.origin.exact) for item in read_toml(text, "c", Rank.PROJECT)}


def test_keys_are_found_in_every_shape_toml_has() -> None:
    assert places(EVERY_SHAPE) == {
        "folder": "c:2:1",
        "note": "c:3:1",
        "matrix": "c:7:1",
        "keys.arm": "c:11:1",
        "targets.inline.dsn": "c:14:12",
        "targets.inline.environment": "c:14:32",
        "targets.dotted.dsn": "c:15:1",
        "targets.table.dsn": "c:18:3",
        "targets.table.environment": "c:19:3",
    }


def test_one_table_of_a_larger_file_is_read_with_the_lines_of_the_whole() -> None:
    text = '[project]\nname = "x"\n\n[tool.cockpit]\nfolder = "db"\n[tool.cockpit.keys]\na = "b"\n'
    items = read_toml(text, "pyproject.toml", Rank.PYPROJECT, inside=("tool", "cockpit"))
    assert {item.name: str(item.origin) for item in items} == {
        "folder": "pyproject.toml:5",
        "keys.a": "pyproject.toml:7",
    }


@pytest.mark.parametrize(
    ("text", "place"),
    [('a = 1\nb = "open\n', "c:2:10"), ("a = 1\na = 2\n", "c:2"), ("[targets", "c:1")],
)
def test_what_is_not_toml_is_told_with_its_line(text: str, place: str) -> None:
    with pytest.raises(UsageError) as error:
        read_toml(text, "c", Rank.PROJECT)
    assert error.value.what.startswith(place)
    assert error.value.exit_code == 2


def test_a_table_in_the_place_of_a_value_is_kept_whole_for_the_check() -> None:
    items = read_toml("[folder]\nx = 1\n", "c", Rank.PROJECT)
    assert [(item.name, item.value) for item in items] == [("folder", {"x": 1})]
