"""One Django migration file, read without running it, and the labels of apps."""

import ast
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cockpit.model.migration import Migration
from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.tools.plain_migration import plain_migration
from cockpit.tools.python_file import calls_in, literals_in, read_python

_REVERSE = {"RunPython": "reverse_code", "RunSQL": "reverse_sql"}
"""Operations that go back only if they are told how, and the argument that tells it."""


@dataclass(frozen=True, slots=True)
class DjangoFile:
    """What one file says of its place in the graph."""

    app: str
    migration: Migration
    dependencies: tuple[str, ...]
    run_before: tuple[str, ...]
    replaces: tuple[str, ...]

    @property
    def version(self) -> str:
        """`app.0001_initial`."""
        return self.migration.version

    @property
    def within_app(self) -> tuple[str, ...]:
        """What it comes after in its own app."""
        return tuple(d for d in self.dependencies if d.startswith(f"{self.app}."))


def read_django(file: SourceFile, app: str, name: str) -> DjangoFile | Problem:
    """The class `Migration` of the file; dependencies that are no literal are not known here."""
    parsed = read_python(file)
    if isinstance(parsed, Problem):
        return parsed
    found = parsed.class_named("Migration")
    if found is None:
        return Problem("it has no class Migration; the file is left out", path=file.path)
    literals = dict(literals_in(found.body))
    dependencies = tuple(_pairs(found, "dependencies"))
    own = [d for d in dependencies if d.startswith(f"{app}.")]
    replaces = tuple(_pairs(found, "replaces"))
    words = name.partition("_")[2].replace("_", " ") or name
    migration = plain_migration(
        f"{app}.{name}", words, (file,), None, None, irreversible=_one_way(found)
    )
    kept = {
        "before": own[0].partition(".")[2] if own else None,
        "replaces": list(replaces),
        "transaction": literals.get("atomic") is not False,
    }
    migration = replace(migration, metadata=json.dumps(kept, sort_keys=True))
    return DjangoFile(app, migration, dependencies, tuple(_pairs(found, "run_before")), replaces)


def app_labels(files: Sequence[SourceFile]) -> dict[str, str]:
    """Folder of an app to its label, where its `apps.py` gives it another one."""
    labels = {}
    for file in files:
        folder, _, name = file.path.rpartition("/")
        if name != "apps.py" or b"label" not in file.content:
            continue
        parsed = read_python(file)
        if isinstance(parsed, Problem):
            continue
        for statement in parsed.tree.body:
            if isinstance(statement, ast.ClassDef):
                label = dict(literals_in(statement.body)).get("label")
                if isinstance(label, str):
                    labels[folder.rpartition("/")[2]] = label
    return labels


def _pairs(found: ast.ClassDef, name: str) -> Iterator[str]:
    """`("app", "0001_initial")` as `app.0001_initial`; anything but a pair of texts is left out."""
    for statement in found.body:
        if isinstance(statement, ast.Assign):
            named = [t.id for t in statement.targets if isinstance(t, ast.Name)]
            value: ast.expr | None = statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            named, value = [statement.target.id], statement.value
        else:
            continue
        if name not in named or not isinstance(value, ast.List | ast.Tuple):
            continue
        for element in value.elts:
            try:
                app, migration = ast.literal_eval(element)
            except (ValueError, TypeError):
                # `migrations.swappable_dependency(...)`: settings decide, and are not run here.
                continue
            yield f"{app}.{migration}"


def _one_way(found: ast.ClassDef) -> str | None:
    """Why it has no way back, as far as the file says it."""
    for name, call in calls_in(found):
        reverse = _REVERSE.get(name)
        if reverse and len(call.args) < 2 and all(k.arg != reverse for k in call.keywords):
            return f"{name} in it has no {reverse}"
    return None
