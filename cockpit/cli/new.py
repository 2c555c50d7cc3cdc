"""`cockpit new`: write a migration file, empty or from a recipe."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cockpit.cli.options import Request as Where
from cockpit.cli.options import with_request
from cockpit.cli.surroundings import Surroundings
from cockpit.errors import UsageError

if TYPE_CHECKING:
    from cockpit.cli.choice import Choice

_RECIPES = (
    "not-null", "type-change", "rename", "drop-column", "unique", "foreign-key", "split-column",
)  # fmt: skip
_NATIVE = ("cockpit", "dbmate")
_DEFAULT_FOLDER = "db/migrations"


@click.command()
@click.argument("name")
@with_request
@click.option("--recipe", type=click.Choice(_RECIPES), help="Write out a change that needs phases.")
@click.option("--table", default="", metavar="TABLE", help="The table, with its schema if needed.")
@click.option("--column", "columns", multiple=True, metavar="COLUMN", help="May be given again.")
@click.option("--to", multiple=True, metavar="COLUMN", help="rename, split-column: a new name.")
@click.option("--type", "kind", default="", help="type-change: the new type; else the column's.")
@click.option("--using", default="", metavar="SQL", help="type-change: the new value.")
@click.option("--back", default="", metavar="SQL", help="With --using: the old value again.")
@click.option("--value", default="", metavar="SQL", help="not-null: what nulls become.")
@click.option("--references", default="", metavar="TABLE(COLUMN)", help="foreign-key: to what.")
@click.option("--separator", default=" ", show_default=True, help="split-column: between parts.")
@click.option("--not-null", "required", is_flag=True, help="The column is NOT NULL.")
@click.option("--key", default="", help="What a backfill goes along. Default: id, or as found.")
@click.option("--batch", default=5000, show_default=True, type=click.IntRange(min=1))
@click.option("--stdout", is_flag=True, help="Print the text instead of writing a file.")
@click.pass_obj
def new(
    surroundings: Surroundings,
    /,
    name: str,
    request: Where,
    recipe: str | None,
    kind: str,
    stdout: bool,
    **given: Any,
) -> None:
    """Write a native migration file, its version the time in UTC.

    A recipe writes all phases of a change that cannot be made in one, up and down:

    \b
      not-null      --table T --column C [--value SQL]
      type-change   --table T --column C --type TYPE [--using SQL --back SQL]
      rename        --table T --column C --to NAME --type TYPE
      drop-column   --table T --column C --type TYPE [--not-null]
      unique        --table T --column C [--column C2]
      foreign-key   --table T --column C --references OTHER(ID)
      split-column  --table T --column C --to NAME --to NAME [--separator TEXT]

    With a target its catalog is read, and what hangs on the column comes along or is named.
    """
    from cockpit.analysis.recipes.book import write
    from cockpit.analysis.recipes.request import Request
    from cockpit.cli.recipe_column import with_key, with_live_column

    key = given.pop("key")
    asked = Request(recipe=recipe or "", type=kind, **given)
    if recipe:
        asked = with_key(with_live_column(asked, request, surroundings), key)
    text = write(asked)
    if stdout:
        click.echo(text, nl=False)
        return
    from cockpit.cli.choice import read_choice

    path = _path(read_choice(request, surroundings), surroundings, name)
    _create(path, text)
    click.echo(path)


def _path(choice: "Choice", surroundings: Surroundings, name: str) -> Path:
    """Where the file goes. Raises UsageError in a folder of another tool."""
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if not words:
        raise UsageError(f"{name!r} has no letter or digit that a file name could have.")
    folder, tool = _project(choice, surroundings)
    if tool not in _NATIVE:
        raise UsageError(
            f"The files in {folder} are {tool}'s, and this writes native ones.",
            next_step="Print the text with --stdout, and put it where that tool wants it.",
        )
    version = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    return folder / f"{version}_{words}.sql"


def _project(choice: "Choice", surroundings: Surroundings) -> tuple[Path, str]:
    """The folder of migrations, and whose they are, as a look at git alone tells it."""
    from cockpit.deploy.opening import Opening
    from cockpit.model.target import Environment

    settings, root = choice.resolved.settings, choice.root or choice.start
    if settings.folder:
        named = root / settings.folder
        if not named.is_dir() or not any(named.iterdir()):
            return named, "cockpit" if settings.tool == "auto" else settings.tool
    engine = surroundings.open_engine(
        Opening(
            repository=choice.start,
            folder=settings.folder or "",
            dsn=None,
            environment=Environment.UNKNOWN,
            tool=settings.tool,
        )
    )
    try:
        board = engine.look()
    finally:
        engine.close()
    if board.source_error:
        return root / (settings.folder or _DEFAULT_FOLDER), "cockpit"
    return root / board.folder, board.tool


def _create(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(
            f"{path} is there already.", next_step="Wait a second: versions are the time."
        ) from error
    except OSError as error:
        raise UsageError(f"{path}: it cannot be written: {error.strerror}.") from error
