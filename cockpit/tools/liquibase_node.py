"""A changelog in XML, YAML or JSON as one tree of nodes, whatever it was written in.

XML is read without document types and entities: what a changelog may not need, it may not have.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from cockpit.model.revision import SourceFile
from cockpit.tools.yaml_text import data_of

ROOT = "databaseChangeLog"


@dataclass(slots=True)
class Node:
    """An element, or a mapping's entry."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node]" = field(default_factory=list)
    text: str = ""
    line: int = 1
    """Of the element in XML; 1 where it is not known."""

    def child(self, name: str) -> "Node | None":
        """The first child of that name."""
        return next((node for node in self.children if node.name == name), None)

    def all(self, name: str) -> "Iterator[Node]":
        """Every child of that name."""
        return (node for node in self.children if node.name == name)

    def flag(self, name: str, *, default: bool) -> bool:
        """A yes-or-no attribute."""
        value = self.attributes.get(name)
        return default if value is None else value.strip().lower() == "true"


def tree_of(file: SourceFile) -> Node | None:
    """The changelog; None for a file that is something else. Raises `ValueError` when broken."""
    if ROOT.encode() not in file.content:
        return None
    if file.name.endswith(".xml"):
        node = _from_xml(file.content)
        return node if node is not None and node.name == ROOT else None
    if not file.name.endswith((".yaml", ".yml", ".json")):
        return None
    data = data_of(file.name, file.content)
    if not isinstance(data, dict) or not isinstance(data.get(ROOT), list):
        return None
    return _from_data(ROOT, data[ROOT])


class _Builder:
    """Collects what expat tells, by local names."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse

    def read(self, content: bytes) -> Node | None:
        try:
            self._parser.Parse(content, True)
        except expat.ExpatError as error:
            raise ValueError(f"{expat.ErrorString(error.code)}, line {error.lineno}") from error
        return self.root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        node = Node(name.rpartition(" ")[2], local, line=self._parser.CurrentLineNumber)
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def _end(self, name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].text += text

    def _refuse(self, *_: object) -> None:
        raise ValueError("it has a document type, which is not read")


def _from_xml(content: bytes) -> Node | None:
    return _Builder().read(content)


def _from_data(name: str, data: Any) -> Node:
    """Scalars become attributes; lists and mappings become children."""
    node = Node(name)
    for key, value in _entries(data):
        if isinstance(value, dict | list):
            node.children.append(_from_data(key, value))
        else:
            node.attributes[key] = _scalar(value)
    if not isinstance(data, dict | list):
        node.text = _scalar(data)
    return node


def _entries(data: Any) -> Iterator[tuple[str, Any]]:
    """A list of one-entry mappings, as changelogs have them, reads like a mapping."""
    if isinstance(data, dict):
        yield from ((str(key), value) for key, value in data.items())
    elif isinstance(data, list):
        for item in data:
            if isinstance(item, dict):
                yield from _entries(item)
            else:
                yield "value", item


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
