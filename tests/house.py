"""The rules of the house, as functions: each takes the root of a tree and returns what breaks the rule.

They are functions, so that ``test_house.py`` can hold them against broken trees as well as against this one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

# Rooms by floor: an import goes to a lower floor, or stays inside its own room.
FLOORS = {
    "words": 0,
    "terms": 0,
    "errors": 0,
    "findings": 0,
    "naming": 0,
    "strict_yaml": 0,
    "exact_json": 0,
    "programs": 0,
    "appended": 0,
    "kept": 0,
    "policy": 1,
    "records": 1,
    "process": 2,
    "review": 3,
    "show": 4,
    "explore": 5,
    "packets": 5,
    "privacy": 5,
    "cli": 6,
    "__main__": 7,
}
# Rooms within a room, in their order: one knows only those before it, beside the modules of the room itself.
WITHIN = {
    "records": ("example",),
    "process": ("ledger", "steps"),
    "review": (
        *("counting", "warehouse", "panel", "committee", "explorer", "scrutiny", "development", "after"),
        *("analysis", "example_process"),
    ),
    "show": ("analysis", "papers", "feedback", "explorer"),
    "packets": ("forking", "archive"),
    "explore": ("explorer",),
}
# Libraries that only one room may know.
ONLY_IN = {"ipywidgets": "explore", "papermill": "packets", "nbconvert": "packets"}
# Names for things that have not been understood yet.
EMPTY_NAMES = {"utils", "helpers", "common", "data", "info", "misc"}
LONGEST_MODULE = 350
PACKAGE = "cmreview"


def imports_that_go_up(root: Path) -> list[str]:
    """Imports from a room to another one of the same or a higher floor."""
    faults = []
    for module, name, line in _imports(root):
        if name.split(".")[0] != PACKAGE or name == PACKAGE:
            continue
        here, there = _room(root, module), name.split(".")[1]
        if there not in FLOORS:
            if there != "__version__":
                faults.append(f"{_at(root, module, line)}: room {there!r} has no floor in tests/house.py")
            continue
        if here in (PACKAGE, there):
            continue
        if here not in FLOORS:
            faults.append(f"{_at(root, module, line)}: room {here!r} has no floor in tests/house.py")
        elif FLOORS[there] >= FLOORS[here] and not (FLOORS[here] == FLOORS[there] == 0):
            faults.append(f"{_at(root, module, line)}: {here} must not import {there}")
    return faults


def imports_against_the_order_within(root: Path) -> list[str]:
    """Imports from a room within a room to one that stands after it, or that has no place in the order."""
    faults = []
    for module, name, line in _imports(root):
        room, _, rest = name.removeprefix(f"{PACKAGE}.").partition(".")
        there = rest.split(".")[0]
        is_folder = (root / PACKAGE / room / there).is_dir()
        if not name.startswith(f"{PACKAGE}.") or not rest or not is_folder:
            continue
        order = WITHIN.get(room, ())
        if there not in order:
            faults.append(f"{_at(root, module, line)}: {room}/{there} has no place in tests/house.py")
            continue
        parts = module.relative_to(root / PACKAGE).parts
        here = parts[1] if parts[0] == room and len(parts) > 2 else ""
        if here in order and order.index(here) < order.index(there):
            faults.append(f"{_at(root, module, line)}: {room}/{here} must not import {room}/{there}")
    return faults


def imports_in_a_circle(root: Path) -> list[str]:
    """Modules that import each other in a circle, also for types alone: neither is read without the other."""
    graph: dict[str, set[str]] = {}
    for path in sorted((root / PACKAGE).rglob("*.py")):
        here = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(_tree(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == PACKAGE:
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    there = inner if (root / f"{inner.replace('.', '/')}.py").is_file() else node.module
                    if there not in (here, PACKAGE):  # the package's own names are looked up when asked for
                        graph.setdefault(here, set()).add(there)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" ← ".join(error.args[1])]
    return []


def libraries_out_of_their_room(root: Path) -> list[str]:
    """papermill, nbconvert and ipywidgets imported outside the room that may know them."""
    faults = []
    for module, name, line in _imports(root):
        library = name.split(".")[0]
        room = ONLY_IN.get(library)
        if room is not None and _room(root, module) != room:
            faults.append(f"{_at(root, module, line)}: {library} belongs in {PACKAGE}/{room}/ only")
    return faults


def tests_that_no_run_collects(root: Path) -> list[str]:
    """Files below tests/ that hold tests under a name that pytest does not collect."""
    faults = []
    for path in sorted((root / "tests").rglob("*.py")):
        if path.name.startswith("test_"):
            continue
        tree = _tree(path.read_text("utf-8"))
        if any(
            isinstance(node, ast.FunctionDef) and node.name.startswith("test_") for node in ast.walk(tree)
        ):
            faults.append(f"{path.relative_to(root)}: holds tests, so its name must begin with test_")
    return faults


def files_that_test_nothing(root: Path) -> list[str]:
    """Files named as tests that hold none."""
    faults = []
    for path in sorted((root / "tests").rglob("test_*.py")):
        tree = _tree(path.read_text("utf-8"))
        names = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        if not any(name.startswith(("test_", "Test")) for name in names):
            faults.append(f"{path.relative_to(root)}: holds no test")
    return faults


def undocumented_commands(root: Path, commands: list[str]) -> list[str]:
    """Commands that a README does not show."""
    return [
        f"{readme}: cmreview {command} is not shown"
        for readme in ("README.md", "README.zh-CN.md")
        for command in commands
        if f"cmreview {command}" not in (root / readme).read_text("utf-8")
    ]


def names_that_say_nothing(root: Path) -> list[str]:
    """Modules named after nothing in particular."""
    faults = []
    for path in sorted((root / PACKAGE).rglob("*.py")):
        stem = path.parent.name if path.name == "__init__.py" else path.stem
        if stem in EMPTY_NAMES or stem.startswith(("process_", "handle_")):
            faults.append(f"{path.relative_to(root)}: the name says nothing of what is in it")
    return faults


def modules_that_are_two(root: Path) -> list[str]:
    """Modules longer than anyone reads at a sitting."""
    faults = []
    for path in sorted((root / PACKAGE).rglob("*.py")):
        lines = len(path.read_text("utf-8").splitlines())
        if lines > LONGEST_MODULE:
            faults.append(f"{path.relative_to(root)}: {lines} lines are two modules")
    return faults


def modules_without_a_sentence(root: Path) -> list[str]:
    """Modules that do not open with one sentence on what they are."""
    return [
        f"{path.relative_to(root)}: must open with a docstring"
        for path in sorted((root / PACKAGE).rglob("*.py"))
        if not ast.get_docstring(_tree(path.read_text("utf-8")))
    ]


@lru_cache(maxsize=2_000)  # every rule reads the same files
def _tree(source: str) -> ast.Module:
    return ast.parse(source)


def _imports(root: Path) -> Iterator[tuple[Path, str, int]]:
    """Every import below the package, wherever in the file it stands: (module, imported name, line)."""
    for path in sorted((root / PACKAGE).rglob("*.py")):
        for node in ast.walk(_tree(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield path, alias.name, node.lineno
            elif isinstance(node, ast.ImportFrom) and node.module:
                if node.module == PACKAGE:
                    for alias in node.names:
                        yield path, f"{PACKAGE}.{alias.name}", node.lineno
                else:
                    yield path, node.module, node.lineno


def _room(root: Path, module: Path) -> str:
    parts = module.relative_to(root / PACKAGE).parts
    if len(parts) > 1:
        return parts[0]
    return PACKAGE if module.name == "__init__.py" else module.stem


def _at(root: Path, module: Path, line: int) -> str:
    return f"{module.relative_to(root)}:{line}"
