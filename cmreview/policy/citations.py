"""Where the project cites a clause: in docstrings, comments, tables of code, parameters and examples."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cmreview import strict_yaml

_ID = r"[1-9](?:\.[1-9][0-9]?(?:\.(?:[a-z]|[QP][1-9][0-9]?))?)?(?!\.?[0-9A-Za-z])"
_SEPARATOR = r"\s*(?:,\s*and|,|;|、|，|；|and|or|to|–|-|和|至)\s*"
_RANGE_WORDS = ("to", "–", "-", "至")
_CITED = re.compile(rf"Policy\s+({_ID}(?:{_SEPARATOR}{_ID})*)")
_PART = re.compile(rf"({_SEPARATOR})?({_ID})")
_COMMENTED = re.compile(r"#.*Policy")
_LEAF = re.compile(r"[1-9]\.[1-9][0-9]?\.(?:[a-z]|[QP][1-9][0-9]?)")  # too odd to be anything else


@dataclass(frozen=True, slots=True)
class Citation:
    """One place that cites a clause. ``is_prose`` tells a docstring or comment from a table's literal."""

    clause: str
    name: str
    is_prose: bool = True
    indicator: str | None = None


def cited(text: str, order: tuple[str, ...]) -> list[str]:
    """The clause ids that a text cites after the word Policy, lists and ranges ("to") spelt out."""
    ids: list[str] = []
    for match in _CITED.finditer(text):
        for part in _PART.finditer(match[1]):
            separator, clause = (part[1] or "").strip(), part[2]
            if separator in _RANGE_WORDS and ids and ids[-1] in order and clause in order:
                ids += order[order.index(ids[-1]) + 1 : order.index(clause)]
            ids.append(clause)
    return ids


def in_python(path: Path, root: Path, order: tuple[str, ...], *, literals: bool) -> list[Citation]:
    """Citations of one module.

    Code is named ``module:function``, a test ``file::test``. With ``literals`` a text that is a
    clause id and nothing else counts as well, such as the clause in a table of indicators.
    """
    source = path.read_text(encoding="utf-8")
    cites, names_one = _CITED.search(source), _LEAF.search(source)
    if not (cites or names_one):
        return []  # most files: reading them as code takes longer than all else
    tree = ast.parse(source)
    relative = path.relative_to(root)
    if relative.parts[0] == "tests":
        file, between = relative.as_posix(), "::"
    else:
        file, between = ".".join(relative.with_suffix("").parts).removesuffix(".__init__"), ":"

    spans = _spans(tree)

    def name_at(line: int) -> str:
        inside = [(end - start, name) for start, end, name in spans if start <= line <= end]
        return f"{file}{between}{min(inside)[1]}" if inside else file

    found = [
        Citation(clause, name_at(line), True)
        for line, text in (_prose(tree, source) if cites else ())
        for clause in cited(text, order)
    ]
    if not names_one:
        return found
    if literals:
        found += [
            Citation(node.value, name_at(node.lineno), False)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _LEAF.fullmatch(node.value)
        ]
    else:
        found += [Citation(clause, name_at(line), True) for line, clause in _marked(tree)]
    return found


def _spans(tree: ast.Module) -> list[tuple[int, int, str]]:
    """First and last line of every function, class and top-level assignment, with its name."""
    spans: list[tuple[int, int, str]] = []

    def walk(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                first = min([child.lineno, *(decorator.lineno for decorator in child.decorator_list)])
                spans.append((first, child.end_lineno or first, f"{prefix}{child.name}"))
                walk(child, f"{prefix}{child.name}.")
            elif isinstance(node, ast.Module) and isinstance(child, ast.Assign | ast.AnnAssign):
                target = child.targets[0] if isinstance(child, ast.Assign) else child.target
                if isinstance(target, ast.Name):
                    spans.append((child.lineno, child.end_lineno or child.lineno, target.id))

    walk(tree, "")
    return spans


def _prose(tree: ast.Module, source: str) -> Iterator[tuple[int, str]]:
    """Every docstring, and every comment that may cite, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            if docstring:
                yield (0 if isinstance(node, ast.Module) else node.lineno), docstring
    if not _COMMENTED.search(source):
        return
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _marked(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Clause ids that a test gives as ``clause=``, ``"clause":`` or as the ``id=`` of a parameter set."""
    for node in ast.walk(tree):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call):
            names = ("clause", "id") if getattr(node.func, "attr", "") == "param" else ("clause",)
            given = [keyword.value for keyword in node.keywords if keyword.arg in names]
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            given = [value for key, value in pairs if getattr(key, "value", None) == "clause"]
        for value in given:
            text = getattr(value, "value", None)
            match = _LEAF.match(text) if isinstance(text, str) else None
            if match:
                yield value.lineno, match[0]


def in_notebooks(folder: Path, root: Path, order: tuple[str, ...]) -> list[Citation]:
    """Citations in the cells of the notebooks."""
    found = []
    for path in sorted(folder.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
        text = "\n".join("".join(cell.get("source", "")) for cell in cells)
        found += [Citation(clause, path.relative_to(root).as_posix()) for clause in cited(text, order)]
    return found


def in_examples(folder: Path, root: Path) -> list[Citation]:
    """Clause ids that stand as a key or value in the signed examples."""
    found = []
    for path in sorted(folder.rglob("*.yaml")):
        name = path.relative_to(root).as_posix()
        found += [
            Citation(text, name) for text in _texts(strict_yaml.read(path).data) if _LEAF.fullmatch(text)
        ]
    return found


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from _texts(value)
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item)


def in_parameters(folder: Path) -> list[Citation]:
    """The clause of every parameter and criterion of a policy folder, as ``file:line key``."""
    found: list[Citation] = []
    for path in sorted(folder.glob("*.yaml")):
        document = strict_yaml.read(path)
        content = document.data
        if path.name == "levels.yaml":
            found.append(Citation("2", f"{path.name}:{document.line((0,))} levels"))
        for key, entry in content.items() if isinstance(content, dict) else ():
            entries: Iterable[tuple[tuple[str, ...], Any]] = [((key,), entry)]
            if path.name == "criteria.yaml":
                entries = [((key, clause), criterion) for clause, criterion in entry.items()]
            for keys, value in entries:
                if isinstance(value, dict) and ("clause" in value or len(keys) > 1):
                    clause = value.get("clause", keys[-1])
                    name = f"{path.name}:{document.line(keys)} {keys[-1]}"
                    found.append(Citation(clause, name, indicator=value.get("indicator")))
    return found
