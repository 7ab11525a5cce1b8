"""papermill's client with a forked child where it has a kernel: outputs are made by nbclient's own code."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.jsonutil import extract_dates
from nbclient.client import timestamp
from nbclient.exceptions import (
    CellExecutionComplete,
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)
from papermill.clientwrap import PapermillNotebookClient

from cmreview.packets.forking.talk import ChildDied, Talk
from cmreview.packets.forking.warm import warm_parent

if TYPE_CHECKING:
    from nbformat import NotebookNode


class ForkedClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill is published without types
    """Runs a notebook's cells in one forked child."""

    def execute(self, meanwhile: Callable[[], None] | None = None) -> NotebookNode:
        """Run the cells, and do ``meanwhile`` what needs none of them.

        Raises as nbclient does where the child dies or a cell takes too long.
        """
        self.reset_execution_trackers()
        with warm_parent() as parent, parent.child() as child:
            self._talk = Talk(child)
            self._numbers = self._begin()
            if meanwhile is not None:
                meanwhile()
            self.papermill_execute_cells()
            if (about := self._talk.about()) is not None:
                self.nb.metadata["language_info"] = about
            self.set_widgets_metadata()
        return self.nb

    def _begin(self) -> dict[int, str]:
        """Hand all cells over, so that the child never waits for us; how each one is called there."""
        cells: list[dict[str, Any]] = []
        numbers: dict[int, str] = {}
        for index, cell in enumerate(self.nb.cells):
            tags = cell.metadata.get("tags", [])
            if cell.cell_type == "code" and cell.source.strip() and self.skip_cells_with_tag not in tags:
                numbers[index] = str(len(cells))
                cells.append(
                    {
                        "source": cell.source,
                        "id": cell.get("id"),
                        "may_fail": self._may_fail(cell),
                    }
                )
        self._allowed = [] if self.force_raise_errors else list(self.allow_error_names)
        folder = self.resources.get("metadata", {}).get("path") or Path.cwd()
        self._talk.begin(
            {"cells": cells, "allowed_errors": self._allowed, "folder": str(Path(folder).absolute())}
        )
        return numbers

    def _may_fail(self, cell: NotebookNode) -> bool:
        tagged = "raises-exception" in cell.metadata.get("tags", [])
        return not self.force_raise_errors and (self.allow_errors or tagged)

    def execute_cell(self, cell: NotebookNode, cell_index: int, *_: Any, **__: Any) -> NotebookNode:
        """Take in what the child tells of one cell."""
        if cell_index not in self._numbers:
            return cell
        cell.outputs = []
        if self.record_timing:
            cell.metadata["execution"] = {}
        self.clear_before_next_output = False
        self.code_cells_executed += 1
        seconds = self._get_timeout(cell)
        try:
            reply = self._reply(cell, cell_index, None if seconds is None else time.monotonic() + seconds)
        except TimeoutError:
            raise CellTimeoutError.error_from_timeout_and_cell(
                "Cell execution timed out", seconds, cell
            ) from None
        except ChildDied:
            raise DeadKernelError("Kernel died") from None
        failed = reply["status"] == "error"
        if failed and not self._may_fail(cell) and reply["ename"] not in self._allowed:
            raise CellExecutionError.from_cell_and_msg(cell, reply)
        return cell

    def _reply(self, cell: NotebookNode, index: int, deadline: float | None) -> dict[str, Any]:
        number = self._numbers[index]
        reply: dict[str, Any] = {}
        for message in self._talk.messages(deadline):
            if message["msg_type"] == "stream":
                message["parent_header"] = {"msg_id": number}
            elif message["parent_header"].get("msg_id") != number:
                continue  # shown too late, by what an earlier cell left running
            message["header"] = extract_dates(message["header"])
            if message["msg_type"] == "execute_reply":
                reply = message["content"]
                if self.record_timing:
                    cell.metadata["execution"]["shell.execute_reply"] = timestamp(message)
                continue
            try:
                self.process_message(message, cell, index)
            except CellExecutionComplete:
                return reply
        raise ChildDied
