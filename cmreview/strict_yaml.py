"""YAML read so that nothing is bent: every scalar stays the text that a person typed.

Plain YAML turns ``00123`` into 83 and ``no`` into False. Here types are given by the model that
reads the file, never by the reader; repeated keys, anchors, aliases and tags are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from cmreview.errors import FileError

NodePath = tuple[str | int, ...]
MAX_BYTES = 1_000_000  # a parameter file is some kilobytes; more is a mistake or an attack
MAX_DEPTH = 20

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPENING = (
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
)
_CLOSING = (yaml.BlockEndToken, yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)


@dataclass(frozen=True)
class Document:
    """A YAML file as text scalars, with the line of every node.

    ``data`` nests dicts, lists and str; an empty value is None. ``lines`` maps the path of a node
    (its keys and indices) to its line in the file, counted from 1.
    """

    file: str
    data: Any
    lines: dict[NodePath, int]

    def line(self, path: NodePath) -> int:
        """Line of the node at ``path``, or of its nearest parent that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(path: Path) -> Document:
    """Read one YAML file strictly. Raises FileError where it is missing or can't be read so."""
    if not path.is_file():
        raise FileError("file.missing", file=str(path))
    raw = path.read_bytes()
    if len(raw) > MAX_BYTES:
        raise FileError("file.too_large", file=path.name, limit=MAX_BYTES)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError("file.not_utf8", file=path.name, position=error.start) from error
    return parse(text, path.name)


@lru_cache(maxsize=64)  # one command asks for the same files two or three times: this year's, last year's
def parse(text: str, file: str) -> Document:
    """Read YAML text strictly; ``file`` is the name that errors give.

    The same text gives the same document, which nobody may change.
    """
    try:
        _scan(text, file)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "not YAML"
        raise FileError("file.not_yaml", file=file, line=line, problem=str(problem)) from error
    lines: dict[NodePath, int] = {}
    data = None if root is None else _build(root, (), lines, file)
    return Document(file, data, lines)


def _scan(text: str, file: str) -> None:
    """Refuse what must not be composed: the composer recurses in C, where deep nesting ends the process."""
    depth = 0
    for token in yaml.scan(text, Loader=_Loader):
        line = token.start_mark.line + 1
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
            raise FileError("file.yaml_anchor", file=file, line=line)
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > MAX_DEPTH:
            raise FileError("file.too_deep", file=file, line=line, limit=MAX_DEPTH)


def _build(node: yaml.Node, path: NodePath, lines: dict[NodePath, int], file: str) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if isinstance(node, yaml.ScalarNode):
        is_empty = not node.style and node.value in ("", "~", "null")
        return None if is_empty else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, (*path, index), lines, file) for index, child in enumerate(node.value)]
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key_line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise FileError("file.odd_key", file=file, line=key_line)
        key = key_node.value
        if key in mapping:
            raise FileError("file.repeated_key", file=file, line=key_line, key=key)
        lines[(*path, key)] = key_line
        mapping[key] = _build(value_node, (*path, key), lines, file)
    return mapping
