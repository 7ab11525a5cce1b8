"""What a report notebook must not hold: it is a call and a sentence a cell, and no rule of the policy."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath, PureWindowsPath

from nbformat import NotebookNode

LONGEST_CELL = 6  # lines of code
RAW = {"HTML", "Markdown", "Styler"}
BANNED_MODULES = {"threading", "subprocess", "os", "sys", "multiprocessing", "concurrent", "asyncio"}


def faults(notebook: NotebookNode) -> list[str]:
    """Every banned thing, with the id of its cell."""
    found = []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if "raises-exception" in tags:
            found.append(f"{cell.id}: tag raises-exception")
        if cell.cell_type == "code":
            found += [f"{cell.id}: {fault}" for fault in code_faults(cell.source, "parameters" in tags)]
    return found


def code_faults(source: str, is_parameters: bool) -> list[str]:
    """What is banned in one cell's code."""
    if re.search(r"^\s*[%!]", source, re.MULTILINE):
        return ["a magic or a shell command"]
    tree = ast.parse(source)
    found = []
    if len(source.splitlines()) > LONGEST_CELL:
        found.append(f"more than {LONGEST_CELL} lines")
    for node in ast.walk(tree):
        found += _node_faults(node, is_parameters)
    return found


def _node_faults(node: ast.AST, is_parameters: bool) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return ["a definition: it belongs in the package"]
    if isinstance(node, ast.JoinedStr):
        return ["an f-string"]
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [alias.name for alias in node.names]
        modules = {(getattr(node, "module", None) or name).split(".")[0] for name in names}
        return [f"import of {name}" for name in sorted((modules & BANNED_MODULES) | (set(names) & RAW))]
    if isinstance(node, ast.Attribute) and (node.attr == "style" or node.attr in RAW):
        return [f"use of {node.attr}"]
    if isinstance(node, ast.Constant) and not is_parameters:
        value = node.value
        if isinstance(value, int | float | complex) and not isinstance(value, bool):
            return [f"the number {value!r}: figures come from the policy"]
        if isinstance(value, str) and _is_absolute(value):
            return ["an absolute path"]
    return []


def _is_absolute(text: str) -> bool:
    return PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute()
