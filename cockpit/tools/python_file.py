"""A Python file read without running it: its literals, its calls, its classes."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile


@dataclass(frozen=True, slots=True)
class PythonFile:
    """One parsed file."""

    tree: ast.Module
    literals: dict[str, object] = field(default_factory=dict)
    """Names that the module assigns a literal to; the last one counts."""

    @property
    def docstring(self) -> str:
        """The module's own; empty when it has none."""
        return ast.get_docstring(self.tree) or ""

    def function(self, name: str) -> ast.FunctionDef | None:
        """The function of the module's top level."""
        found = (n for n in self.tree.body if isinstance(n, ast.FunctionDef) and n.name == name)
        return next(found, None)

    def class_named(self, name: str) -> ast.ClassDef | None:
        """The class of the module's top level."""
        found = (n for n in self.tree.body if isinstance(n, ast.ClassDef) and n.name == name)
        return next(found, None)


def read_python(file: SourceFile) -> PythonFile | Problem:
    """The file's tree; a problem with its place when Python cannot parse it."""
    try:
        tree = ast.parse(file.content)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None) or 1
        return Problem(
            f"this is not Python: {getattr(error, 'msg', None) or error}; the file is left out",
            path=file.path,
            line=line,
        )
    return PythonFile(tree, dict(literals_in(tree.body)))


def literals_in(body: list[ast.stmt]) -> Iterator[tuple[str, object]]:
    """Assignments of literals, annotated or not, as name and value."""
    for statement in body:
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets, value = [statement.target], statement.value
        else:
            continue
        try:
            found = ast.literal_eval(value)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            continue
        for target in targets:
            if isinstance(target, ast.Name):
                yield target.id, found


def calls_in(node: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call within the node, by the last part of what is called: `RunPython`."""
    for found in ast.walk(node):
        if isinstance(found, ast.Call):
            called = found.func
            if isinstance(called, ast.Attribute):
                yield called.attr, found
            elif isinstance(called, ast.Name):
                yield called.id, found


def raises_only(function: ast.FunctionDef) -> bool:
    """Its body is a docstring at most, and then a raise."""
    body = [s for s in function.body if not (isinstance(s, ast.Expr) and _is_text(s.value))]
    return bool(body) and isinstance(body[0], ast.Raise)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
