"""Notebooks by hand and their run under one engine or another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from cmreview.packets.forking.process import FORKED
from cmreview.packets.run import run_notebook


def write_notebook(path: Path, *cells: str, tags: Sequence[str] = ()) -> Path:
    """A notebook of these code cells."""
    made = [
        new_code_cell(source, id=f"cell-{number}", metadata={"tags": list(tags)})
        for number, source in enumerate(cells)
    ]
    nbformat.write(new_notebook(cells=made), path)
    return path


def run(folder: Path, *cells: str, engine: str = FORKED, tags: Sequence[str] = ()):
    """The executed notebook of these cells."""
    source = write_notebook(folder / "source.ipynb", *cells, tags=tags)
    run_notebook(source, folder / "executed.ipynb", {}, engine)
    return nbformat.read(folder / "executed.ipynb", as_version=4)


def shown(cell, loose: bool = False) -> list[dict]:
    """A cell's outputs without what differs between any two runs: process ids, random names, times."""
    outputs: list[dict] = []
    for output in map(_plain, cell.outputs):
        if outputs and output["output_type"] == "stream" and output.get("name") == outputs[-1].get("name"):
            outputs[-1]["text"] += output[
                "text"
            ]  # an ordinary kernel cuts text wherever 0.2 seconds are over
        else:
            outputs.append(output)
    if loose:
        streams = [output for output in outputs if output["output_type"] == "stream"]
        outputs = [output for output in outputs if output["output_type"] != "stream"]
        for name in ("stdout", "stderr"):
            texts = "".join(output["text"] for output in streams if output["name"] == name)
            outputs.append({"name": name, "lines": sorted(texts.splitlines())})
    return outputs


def _plain(output):
    if isinstance(output, dict):
        return {name: _plain(value) for name, value in output.items() if name != "model_id"}
    if isinstance(output, list):
        return [_plain(value) for value in output]
    if isinstance(output, str):
        output = re.sub(r"/tmp/ipykernel_\d+/\d+\.py", "<cell>", output)
        output = re.sub(r"\(\d+ times\)", "(often)", output)
        return re.sub(r"0x[0-9a-f]{6,}", "<address>", output)
    return output
