"""Every recipe by its name."""

from collections.abc import Callable

from cockpit.analysis.recipes import (
    drop_column,
    foreign_key,
    not_null,
    rename,
    split_column,
    type_change,
    unique,
)
from cockpit.analysis.recipes.request import Request

_ALL = (not_null, type_change, rename, drop_column, unique, foreign_key, split_column)
RECIPES: dict[str, Callable[[Request], str]] = {recipe.NAME: recipe.write for recipe in _ALL}
"""What each writes: the text of a native migration file."""

EMPTY = """\
-- migrate:up

-- migrate:down

"""


def write(request: Request) -> str:
    """The text of the migration. Raises UsageError for what the recipe was not told."""
    return RECIPES[request.recipe](request) if request.recipe else EMPTY
