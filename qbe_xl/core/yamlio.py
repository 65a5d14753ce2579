"""YAML with line numbers, exact decimals and no silent duplicates."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from qbe_xl.core.errors import QbeError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path_ = tuple[str | int, ...]


@dataclass
class Located:
    """Plain data (dict, list, str, int, Decimal, bool, None) and the line each part of it stands on."""

    data: Any
    lines: dict[Path_, int] = field(default_factory=dict)
    name: str = "?"

    def line(self, path: Path_) -> int:
        """The line of `path`, or of the nearest part above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def load(path: Path | str) -> Located:
    """Read a YAML file; QbeError QBE-STD-001 where it is not YAML or repeats a key."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QbeError("QBE-STD-001", file=path.name, line=1, problem=str(error)) from error
    return loads(text, path.name)


def loads(text: str, name: str) -> Located:
    """As `load`, from a string; `name` stands in messages."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise QbeError("QBE-STD-001", file=name, line=line, problem=getattr(error, "problem", str(error))) from error
    located = Located(None, name=name)
    located.data = _plain(node, (), located, set()) if node is not None else {}
    return located


def _plain(node: yaml.Node, path: Path_, located: Located, seen: set[int]) -> Any:
    if id(node) in seen:  # an alias: never needed here, and endless where it stands within itself
        line = node.start_mark.line + 1
        raise QbeError("QBE-STD-001", file=located.name, line=line, problem="&, * (alias)")
    seen.add(id(node))
    located.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            where = (*path, key)
            if key in out:
                raise QbeError("QBE-STD-003", file=located.name, line=key_node.start_mark.line + 1, key=key)
            located.lines[where] = key_node.start_mark.line + 1
            out[key] = _plain(value_node, where, located, seen)
        return out
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), located, seen) for index, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    tag, text = node.tag.rpartition(":")[2], str(node.value)
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() in {"true", "yes", "on"}
    if tag == "int":
        try:
            return int(text.replace("_", ""))
        except ValueError:
            return text
    if tag == "float":
        try:
            return Decimal(text.replace("_", ""))
        except InvalidOperation:
            return text
    return text


def nearest(key: str, known: list[str]) -> str:
    """The known key most like `key`, or all of them where none is."""
    close = get_close_matches(key, known, n=1, cutoff=0.5)
    return close[0] if close else ", ".join(sorted(known))
