"""A higher source wins value by value, and every value says who set it."""

import re
from pathlib import Path

import pytest

from cockpit.errors import UsageError
from cockpit.settings.listing import listing
from cockpit.settings.paths import Paths, find_root, private_folder
from cockpit.settings.sources import Resolved, load
from cockpit.settings.variables import names, unknown

LAYERS = {
    "user/cockpit.toml": 'tool = "user"\n',
    "root/pyproject.toml": '[project]\nname = "x"\n[tool.cockpit]\ntool = "pyproject"\n',
    "root/cockpit.toml": '# ours\ntool = "project"\n',
    "root/.env": "OTHER=1\nCOCKPIT_TOOL=dotenv\n",
}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    folder = tmp_path / "user"
    return Paths(config=folder, state=folder / "s", cache=folder / "c", runtime=folder / "r")


def write(tmp_path: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "root").mkdir(exist_ok=True)
    return tmp_path / "root"


def read(
    root: Path | None,
    paths: Paths,
    environment: dict[str, str] | None = None,
    **options: object,
) -> Resolved:
    return load(options, environment or {}, root, paths)


def test_the_layers_win_in_their_order(tmp_path: Path, paths: Paths) -> None:
    root = write(tmp_path, LAYERS)
    seen = [(r.settings.tool, str(r.origin("tool"))) for r in every_layer_off(root, paths)]
    assert seen == [
        ("option", "--tool"),
        ("environment", "COCKPIT_TOOL"),
        ("dotenv", ".env COCKPIT_TOOL:2"),
        ("project", "cockpit.toml:2"),
        ("pyproject", "pyproject.toml:4"),
        ("user", f"{paths.settings_file}:1"),
        ("auto", "default"),
    ]


def every_layer_off(root: Path, paths: Paths) -> list[Resolved]:
    """All sources, then one less each time, from the highest."""
    environment = {"COCKPIT_TOOL": "environment"}
    found = [read(root, paths, environment, tool="option"), read(root, paths, environment)]
    files = [root / ".env", root / "cockpit.toml", root / "pyproject.toml", paths.settings_file]
    for file in files:
        found.append(read(root, paths))
        file.unlink()
    return [*found, read(root, paths)]


def test_targets_are_merged_value_by_value(tmp_path: Path, paths: Paths) -> None:
    root = write(
        tmp_path,
        {
            "user/cockpit.toml": '[targets.p]\npassword_command = "op read x"\nrole = "mine"\n',
            "root/cockpit.toml": '[targets.p]\ndsn = "host=db-1"\nrole = "ours"\n',
        },
    )
    resolved = read(root, paths)
    assert resolved.settings.targets["p"].password_command == ("op", "read", "x")
    assert resolved.settings.targets["p"].role == "ours"


def test_an_empty_variable_counts_as_not_set(tmp_path: Path, paths: Paths) -> None:
    assert read(write(tmp_path, {}), paths, {"COCKPIT_TOOL": ""}).settings.tool == "auto"


def test_text_of_variables_is_read_in_the_type_of_the_setting(tmp_path: Path, paths: Paths) -> None:
    environment = {"COCKPIT_LOCK_TRIES": "7", "COCKPIT_ASCII": "false"}
    settings = read(write(tmp_path, {}), paths, environment).settings
    assert (settings.lock_tries, settings.ascii) == (7, False)


def test_a_fault_in_a_variable_names_the_variable(tmp_path: Path, paths: Paths) -> None:
    with pytest.raises(UsageError, match="COCKPIT_LOCK_TRIES: lock_tries: Expected `int`"):
        read(write(tmp_path, {}), paths, {"COCKPIT_LOCK_TRIES": "many"})


def test_a_broken_pyproject_that_is_not_about_us_is_left_alone(
    tmp_path: Path, paths: Paths
) -> None:
    root = write(tmp_path, {"root/pyproject.toml": "<<<<<<< HEAD\n"})
    assert read(root, paths).settings.tool == "auto"


def test_without_a_work_tree_only_the_user_speaks(tmp_path: Path, paths: Paths) -> None:
    write(tmp_path, LAYERS)
    assert read(None, paths).settings.tool == "user"


def test_a_file_that_is_not_utf8_is_told(tmp_path: Path, paths: Paths) -> None:
    root = write(tmp_path, {})
    (root / "cockpit.toml").write_bytes(b'tool = "\xff"\n')
    with pytest.raises(UsageError, match=r"cockpit.toml: byte 8 is not UTF-8"):
        read(root, paths)


DOTENV = """\
# other programs
DB_PASSWORD=hunter2

export COCKPIT_FOLDER="db/${STAGE}/migrations" # a comment
COCKPIT_TOOL='${STAGE}'
BROKEN "line
COCKPIT_TARGET=
"""


def test_a_dotenv_is_read_as_shells_read_it(tmp_path: Path, paths: Paths) -> None:
    resolved = read(write(tmp_path, {"root/.env": DOTENV}), paths, {"STAGE": "blue"})
    assert resolved.settings.folder == "db/blue/migrations"
    assert str(resolved.origin("folder")) == ".env COCKPIT_FOLDER:4"
    assert resolved.settings.tool == "${STAGE}"
    assert resolved.settings.target is None


def test_a_broken_line_of_ours_in_a_dotenv_is_told(tmp_path: Path, paths: Paths) -> None:
    root = write(tmp_path, {"root/.env": '\n\nCOCKPIT_DSN="postgres://u:hunter2@h/db\n'})
    with pytest.raises(UsageError, match=r"^\.env:3:1: this line cannot be read") as error:
        read(root, paths)
    assert "hunter2" not in str(error.value)


def test_no_file_may_name_a_database_without_a_target(tmp_path: Path, paths: Paths) -> None:
    for key in ("dsn", "database_url", "environment"):
        root = write(tmp_path, {"root/cockpit.toml": f'{key} = "x"\n'})
        with pytest.raises(UsageError, match=f'cockpit.toml:1:1: unknown setting "{key}"'):
            read(root, paths)


def test_a_password_of_a_variable_is_in_no_printed_form(tmp_path: Path, paths: Paths) -> None:
    environment = {
        "COCKPIT_DSN": "postgres://u:hunter2@h/db",
        "DATABASE_URL": "host=h password=hunter2",
    }
    resolved = read(write(tmp_path, {}), paths, environment, dsn="postgres://u:hunter2@h/x")
    assert "hunter2" not in repr(resolved)
    assert "hunter2" not in repr(listing(resolved))


def test_the_listing_shows_each_value_and_who_set_it(tmp_path: Path, paths: Paths) -> None:
    root = write(
        tmp_path,
        {
            "root/cockpit.toml": '[targets.p]\ndsn = "host=db-1 dbname=orders"\n'
            'password_command = ["curl", "-H", "token: hunter2"]\n[keys]\narm = "W"\n'
        },
    )
    environment = {"COCKPIT_LOCK_TIMEOUT": "1s", "DATABASE_URL": "not a dsn hunter2"}
    shown = {
        line.name: (line.value, str(line.origin))
        for line in listing(read(root, paths, environment))
    }
    assert shown["lock_timeout"] == ("1s", "COCKPIT_LOCK_TIMEOUT")
    assert shown["lock_tries"] == ("40", "default")
    assert shown["folder"] == ("", "default")
    assert shown["targets.p.dsn"] == ("postgresql://db-1/orders", "cockpit.toml:2")
    assert shown["targets.p.environment"] == ("unknown", "default")
    assert shown["targets.p.password_command"] == ("curl …", "cockpit.toml:3")
    assert shown["keys.arm"] == ("W", "cockpit.toml:5")
    assert "hunter2" not in str(shown)


def test_a_variable_that_is_no_setting_is_noticed() -> None:
    environment = {"COCKPIT_TRAGET": "x", "COCKPIT_TARGET": "y", "HOME": "/"}
    assert unknown(environment) == ("COCKPIT_TRAGET",)
    assert names()["COCKPIT_STATEMENT_TIMEOUT"] == ("statement_timeout",)


def test_the_root_is_where_git_is(tmp_path: Path) -> None:
    deep = tmp_path / "repo" / "db" / "migrations"
    deep.mkdir(parents=True)
    assert find_root(deep) is None
    (tmp_path / "repo" / ".git").write_text("gitdir: elsewhere\n")
    assert find_root(deep) == tmp_path / "repo"


def test_a_new_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "a" / "b")
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o750)
    assert private_folder(folder).stat().st_mode & 0o777 == 0o750


def test_the_users_folders_are_not_those_of_another_program_called_cockpit() -> None:
    paths = Paths.of_user()
    folders = (paths.config, paths.state, paths.cache, paths.journal, paths.copied, paths.runtime)
    assert all("migration-cockpit" in str(folder) for folder in folders)


def test_every_variable_of_the_example_is_one_that_is_read() -> None:
    example = Path(__file__).parents[3] / ".env.example"
    variables = re.findall(r"^#([A-Z_]+)=", example.read_text(), re.MULTILINE)
    assert len(variables) > 5
    assert set(variables) <= set(names())
