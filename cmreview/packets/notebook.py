"""The executed notebook: what was told, where it failed, and its record without times and places (N15)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

_FORMAT: Any = nbformat  # published with its functions untyped
_NODE: Any = NotebookNode

INJECTED = "injected-parameters"
_MARKER = "papermill-error-cell-tag"


def read(path: Path) -> NotebookNode:
    """A notebook from its file."""
    return _FORMAT.read(path, as_version=4)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The code cells in their order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def is_injected(cell: NotebookNode) -> bool:
    """Whether papermill put the cell in, with the parameters of the run."""
    return INJECTED in cell.metadata.get("tags", [])


def outputs(notebook: NotebookNode, kind: str) -> Iterator[NotebookNode]:
    """All outputs of one type, such as ``error``."""
    for cell in code_cells(notebook):
        yield from (output for output in cell.outputs if output.output_type == kind)


def warnings(notebook: NotebookNode) -> tuple[str, ...]:
    """What the cells wrote to stderr, line by line (N16)."""
    told = [stream.text for stream in outputs(notebook, "stream") if stream.name == "stderr"]
    return tuple(line for text in told for line in text.splitlines() if line.strip())


def heading_of_failure(notebook: NotebookNode) -> str | None:
    """The heading above the cell that failed, or that a dead kernel never finished."""
    heading = None
    for cell in notebook.cells:
        if _MARKER in cell.metadata.get("tags", []):
            continue
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            heading = cell.source.splitlines()[0].lstrip("# ")
        elif cell.cell_type == "code":
            failed = any(output.output_type == "error" for output in cell.outputs)
            if failed or cell.execution_count is None:
                return heading
    return None


def recorded(notebook: NotebookNode, parameters: dict[str, Any]) -> NotebookNode:
    """The notebook as it is kept: same cells and outputs, without times, hosts, paths and random ids.

    ``parameters`` are written where papermill wrote those of the run, whose paths are gone by then.
    """
    # outputs, nearly all of it, stay the same objects: a whole copy took as long as to write it
    kept = _NODE(notebook, cells=[_NODE(cell) for cell in notebook.cells])
    kept.metadata = _FORMAT.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in kept.cells:
        tags = [tag for tag in cell.metadata.get("tags", []) if tag]
        cell.metadata = _FORMAT.from_dict({"tags": tags} if tags else {})
        if is_injected(cell):
            cell.id = INJECTED
            lines = [
                f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in parameters.items()
            ]
            cell.source = "\n".join(["# Parameters", *lines])
    return kept


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook; the same notebook gives the same bytes."""
    path.write_text(_FORMAT.writes(notebook) + "\n", encoding="utf-8", newline="\n")
