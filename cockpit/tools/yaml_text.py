"""YAML and JSON files of other tools as plain data."""

import json
from functools import cache
from typing import Any


def data_of(name: str, content: bytes) -> Any:
    """What a `.json`, `.yaml` or `.yml` file says. Raises `ValueError` when it is none."""
    if name.endswith(".json"):
        return json.loads(content.decode("utf-8-sig"))
    import yaml

    try:
        return yaml.load(content.decode("utf-8-sig"), Loader=_plain())  # noqa: S506 (a safe one)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(_said(error)) from error


@cache
def _plain() -> Any:
    """Dates stay the text that they are: no tool that we read makes anything else of them."""
    import yaml

    class Plain(yaml.SafeLoader):
        """Its resolvers are its own: the loader of everybody else stays as it is."""

    Plain.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return Plain


def _said(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or type(error).__name__
    return f"{problem}, line {mark.line + 1}" if mark is not None else str(problem)
