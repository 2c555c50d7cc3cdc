"""Changelogs in XML, YAML or JSON: which change sets there are, in which order, from which file.

Source: github.com/liquibase/liquibase 4.28, `changelog/DatabaseChangeLog.java` (`handleChildNode`,
`include`, `includeAll`), `change/AbstractSQLChange.java` (checksums of version 9: SQL for another
database is left out, properties are filled in before).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from cockpit.model.problem import Problem
from cockpit.model.revision import SourceFile
from cockpit.tools.liquibase_node import Node, tree_of
from cockpit.tools.liquibase_sql import ChangeSet, change_sets, is_formatted
from cockpit.tools.plain_migration import text_of

_PROPERTY = re.compile(r"\$\{([^}]+)\}")
_NO_CHANGE = frozenset(
    ("comment", "rollback", "preConditions", "validCheckSum", "modifySql", "changes")
)


@dataclass(frozen=True, slots=True)
class Structured:
    """One change set of a changelog that is not SQL."""

    author: str
    id: str
    line: int
    attributes: Mapping[str, str]
    """As the changelog spells their names."""
    kinds: tuple[str, ...]
    """Of its changes: `createTable`, `sql`, ..."""
    sqls: tuple[str, ...] | None
    """Of its changes, when all of them are SQL and nothing else changes it; else only Liquibase
    knows them."""
    undo: str | None
    comment: str
    logical_path: str | None


@dataclass(slots=True)
class Found:
    """What a folder's changelogs say, in the order in which Liquibase runs it."""

    sets: list[tuple[SourceFile, "ChangeSet | Structured"]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def found_in(files: Sequence[SourceFile]) -> Found:
    """From the changelogs that no other one includes; formatted SQL alone goes by file name."""
    found = Found()
    trees = {}
    for file in sorted(files, key=lambda file: file.path):
        try:
            tree = tree_of(file)
        except ValueError as error:
            found.problems.append(_broken(file, str(error)))
            continue
        if tree is not None:
            trees[file.path] = tree
    _Walk(files, trees, found).all()
    return found


def roots_in(files: Sequence[SourceFile]) -> tuple[str, ...]:
    """The changelogs that no other one includes; broken ones are left out."""
    trees = {}
    for file in files:
        with suppress(ValueError):
            tree = tree_of(file)
            if tree is not None:
                trees[file.path] = tree
    return _Walk(files, trees, Found()).roots()


class _Walk:
    """Follows includes from the roots, each file once."""

    def __init__(
        self, files: Sequence[SourceFile], trees: Mapping[str, Node], found: Found
    ) -> None:
        self._files = {file.path: file for file in files}
        self._trees, self._found = trees, found
        self._seen: set[str] = set()
        self._properties: dict[str, str] = {}

    def roots(self) -> tuple[str, ...]:
        included = {
            target for path, tree in self._trees.items() for target in self._targets(path, tree)
        }
        return tuple(sorted(self._trees.keys() - included))

    def all(self) -> None:
        for path in self.roots():
            self._file(path, None)
        formatted = [path for path in sorted(self._files) if self._is_formatted(path)]
        for path in formatted:
            if not self._trees:
                self._file(path, None)
            elif path not in self._seen:
                self._found.problems.append(_never_included(self._files[path]))

    def _file(self, path: str, logical_path: str | None) -> None:
        if path in self._seen:
            return
        self._seen.add(path)
        file = self._files[path]
        if path not in self._trees:
            self._formatted(file)
            return
        tree = self._trees[path]
        logical_path = tree.attributes.get("logicalFilePath", logical_path)
        for node in tree.children:
            if node.name == "property" and "name" in node.attributes:
                self._properties.setdefault(
                    node.attributes["name"], node.attributes.get("value", "")
                )
            elif node.name == "changeSet":
                self._found.sets.append((file, self._structured(node, path, logical_path)))
            else:
                self._follow(path, node)

    def _follow(self, path: str, node: Node) -> None:
        """Read what is included here, at this place of the order."""
        targets = list(self._targets_of(path, node))
        if node.name == "include" and not targets:
            self._found.problems.append(_not_found(self._files[path], node))
        for target in targets:
            self._file(target, None)

    def _formatted(self, file: SourceFile) -> None:
        text = text_of(file)
        if isinstance(text, Problem):
            self._found.problems.append(text)
        elif is_formatted(text):
            self._found.sets += [(file, one) for one in change_sets(text)]

    def _is_formatted(self, path: str) -> bool:
        if not path.endswith(".sql"):
            return False
        text = text_of(self._files[path])
        return isinstance(text, Problem) or is_formatted(text)

    def _targets(self, path: str, tree: Node) -> Iterator[str]:
        for node in tree.children:
            yield from self._targets_of(path, node)

    def _targets_of(self, path: str, node: Node) -> Iterator[str]:
        """The files that an `include` or `includeAll` stands for, in their order."""
        relative = node.flag("relativeToChangelogFile", default=False)
        if node.name == "include":
            found = self._named(node.attributes.get("file", ""), path if relative else None)
            yield from () if found is None else (found,)
        elif node.name == "includeAll":
            folder = node.attributes.get("path", "").strip("/")
            ending = node.attributes.get("endsWithFilter", "")
            for candidate in sorted(self._files):
                below = candidate.rpartition("/")[0]
                place = _joined(path, folder) if relative else folder
                if _within(below, place) and candidate.endswith(ending or ""):
                    yield candidate

    def _named(self, name: str, beside: str | None) -> str | None:
        """By its whole path, else by the end of one: a search path may stand before it."""
        wanted = _joined(beside, name) if beside is not None else _plain(name)
        if wanted in self._files:
            return wanted
        ends = [path for path in self._files if path.endswith(f"/{wanted}")]
        return min(ends, key=len, default=None)

    def _structured(self, node: Node, path: str, logical_path: str | None) -> Structured:
        holder = node.child("changes") or node
        changes = [child for child in holder.children if child.name not in _NO_CHANGE]
        if holder is not node:
            # In YAML and JSON a change whose settings are one scalar is an attribute.
            changes += [Node(name, text=text) for name, text in holder.attributes.items()]
        ours = [change for change in changes if for_postgresql(change.attributes.get("dbms", ""))]
        sqls = [self._sql(change, path) for change in ours]
        known = all(sql is not None for sql in sqls) and not any(node.all("modifySql"))
        comment = node.child("comment")
        return Structured(
            author=node.attributes.get("author", ""),
            id=node.attributes.get("id", ""),
            line=node.line,
            attributes=node.attributes,
            kinds=tuple(change.name for change in changes),
            sqls=tuple(sql for sql in sqls if sql is not None) if known else None,
            undo=self._undo(node, path),
            comment=node.attributes.get("comment") or (comment.text.strip() if comment else ""),
            logical_path=node.attributes.get("logicalFilePath", logical_path),
        )

    def _sql(self, change: Node, path: str) -> str | None:
        """The SQL of a change that is SQL, with what properties say; None of any other."""
        if change.name == "sql":
            text = change.attributes.get("sql", change.text)
        elif change.name == "sqlFile":
            beside = path if change.flag("relativeToChangelogFile", default=False) else None
            named = self._named(change.attributes.get("path", ""), beside)
            script = text_of(self._files[named]) if named is not None else None
            if not isinstance(script, str):
                return None
            text = script
        else:
            return None
        filled = _PROPERTY.sub(lambda m: self._properties.get(m[1], m[0]), text)
        return None if _PROPERTY.search(filled) else filled

    def _undo(self, node: Node, path: str) -> str | None:
        """SQL of the way back; None where there is none, or only Liquibase knows it."""
        parts: list[str] = []
        if "rollback" in node.attributes:
            return node.attributes["rollback"]
        for rollback in node.all("rollback"):
            below = [self._sql(child, path) for child in rollback.children]
            if rollback.attributes.keys() - {"sql"} or any(sql is None for sql in below):
                return None
            said = rollback.attributes.get("sql") or rollback.text.strip()
            parts += [sql for sql in (*below, said) if sql]
        return "\n".join(parts) or None


def for_postgresql(dbms: str) -> bool:
    """Whether a list of databases, `!` before those that are left out, means this one."""
    names = [name.strip().lower() for name in dbms.split(",") if name.strip()]
    wanted = [name for name in names if not name.startswith("!")]
    return "!postgresql" not in names and (not wanted or bool({"postgresql", "all"} & set(wanted)))


def _plain(name: str) -> str:
    return name.removeprefix("classpath:").replace("\\", "/").lstrip("/").removeprefix("./")


def _joined(beside: str, name: str) -> str:
    """A path from the folder of another file, `..` followed."""
    parts = beside.split("/")[:-1]
    for part in name.replace("\\", "/").split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _within(folder: str, wanted: str) -> bool:
    """The folder is the wanted one or below it; a search path may stand before the wanted one."""
    wanted = _plain(wanted).rstrip("/")
    return f"/{folder}/".startswith(f"/{wanted}/") or f"/{wanted}/" in f"/{folder}/"


def _broken(file: SourceFile, why: str) -> Problem:
    return Problem(f"this changelog cannot be read: {why}", path=file.path, next_step="Mend it.")


def _not_found(file: SourceFile, node: Node) -> Problem:
    return Problem(
        f"it includes {node.attributes.get('file', '')}, which is not in this folder",
        path=file.path,
        line=node.line,
        next_step="Name the folder that holds all changelogs with --path.",
        blocks_writing=False,
    )


def _never_included(file: SourceFile) -> Problem:
    return Problem(
        "no changelog here includes this file, so Liquibase does not run it",
        path=file.path,
        next_step="Include it, or take it away.",
        blocks_writing=False,
    )
