"""A notebook's child: the ordinary kernel's own shell without its sockets; messages go to a pipe.

Everything that decides what an output looks like (shell, display hook and publisher, comms, tracebacks,
refused input) is ipykernel's, so that outputs are those of an ordinary kernel. What is ours is how the
messages travel.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import signal
import socket
import sys
import threading
from types import SimpleNamespace
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.shellapp import InteractiveShellApp
from jupyter_client.session import Session
from traitlets.config import Config

from cmreview.packets.forking.streams import connect, take_over
from cmreview.packets.forking.wire import FLUSHED, MESSAGE, OVER, PARTS, packed, receive

_init_path: Any = InteractiveShellApp.init_path  # asks for one setting of the program that it belongs to
_INLINE = "module://matplotlib_inline.backend_inline"


class PipeSession(Session):
    """A kernel's session whose messages go to the engine, whatever the channel."""

    _connection: socket.socket | None = None
    error: str | None = None  # the kind of error that the last cell ended with

    def join(self, connection: socket.socket) -> None:
        """Send to ``connection`` from now on."""
        self._connection, self._sending = connection, threading.Lock()

    def tell(self, *parts: bytes) -> None:
        """Send one message of ``parts``."""
        if self._connection is not None:
            with self._sending:
                self._connection.sendall(packed(parts))

    def send(
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: Any = None,
        metadata: Any = None,
    ) -> Any:
        """Send a message; from a process that a cell forked it is dropped, as an ordinary session does."""
        if os.getpid() != self.pid:
            return None
        if isinstance(msg_or_type, dict):
            message = msg_or_type
            buffers = buffers or message.get("buffers")
        else:
            message = self.msg(msg_or_type, content=content, parent=parent, header=header, metadata=metadata)
        if message["msg_type"] == "execute_reply":
            self.error = message["content"].get("ename")
        parts = self.serialize(message)[-len(PARTS) :]  # before them stand a line and a signature for sockets
        self.tell(MESSAGE, *parts, *(bytes(buffer) for buffer in buffers or ()))
        return message


class CellKernel(IPythonKernel):
    """The ordinary kernel, asked by a call instead of by a message on a socket."""

    _execute_sleep = 0  # what an ordinary kernel waits for its sockets

    async def run(self: Any, number: int, cell: dict[str, Any]) -> None:
        """Run one cell."""
        request = {
            "header": {"msg_id": str(number), "msg_type": "execute_request"},
            "content": {"code": cell["source"], "allow_stdin": False, "stop_on_error": False},
            "metadata": {"cellId": cell["id"]},
        }
        self.set_parent([], request)
        self._publish_status("busy", "shell")
        self.pre_handler_hook()
        try:
            await self.execute_request(None, [], request)
        finally:
            self.post_handler_hook()
        self._publish_status("idle", "shell")

    def set_parent(self, ident: Any, parent: Any, channel: str = "shell") -> None:
        """As in an ordinary kernel, which tells its shell as well."""
        super().set_parent(ident, parent, channel)  # type: ignore[no-untyped-call]
        self.shell.set_parent(parent)  # type: ignore[union-attr]


def make_kernel(connection: socket.socket | None) -> CellKernel:
    """A kernel whose messages go to ``connection``; its history stays in memory, as a file takes a thread."""
    CellKernel.clear_instance()
    ZMQInteractiveShell.clear_instance()
    session = PipeSession()
    if connection is not None:
        session.join(connection)
    config = Config({"HistoryManager": {"enabled": False}})
    kernel = CellKernel.instance(session=session, config=config, log=_silent())
    kernel.shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())
    return kernel


def rehearse() -> None:
    """Run a cell as a child does, for all that is made at its first use; nobody is told."""
    kernel = make_kernel(None)
    asyncio.run(kernel.run(0, {"source": "1", "id": "rehearsal"}))
    kernel.shell.extension_manager.load_extension("storemagic")  # type: ignore[union-attr]


def _silent() -> logging.Logger:
    log = logging.getLogger("cmreview.cells")  # an ordinary kernel's goes to its own terminal
    log.propagate = False
    log.setLevel(logging.CRITICAL)
    return log


def run_cells(connection_fd: int, stdout_fd: int, stderr_fd: int) -> None:
    """Run the cells that come over the connection, in their order, until one fails that must not."""
    connect((stdout_fd, stderr_fd))
    connection = socket.socket(fileno=connection_fd)
    task = json.loads(receive(connection)[0])
    _settle(task["environment"], task["folder"])
    kernel = make_kernel(connection)
    session: PipeSession = kernel.session  # type: ignore[assignment]
    take_over(
        (stdout_fd, stderr_fd),
        bytes.fromhex(task["mark"]),
        lambda name: session.tell(FLUSHED, name.encode()),
    )
    kernel.shell.extension_manager.load_extension("storemagic")  # type: ignore[union-attr]
    asyncio.run(_all_cells(kernel, task))
    session.tell(OVER, json.dumps(kernel.language_info).encode())


def _settle(environment: dict[str, str], folder: str) -> None:
    """Make of the warm parent's copy what a new kernel's process is."""
    os.environ.clear()
    os.environ.update({"MPLBACKEND": _INLINE} | environment)
    os.chdir(folder)
    sys.path[:] = [known for known in sys.path if known]
    _init_path(SimpleNamespace(ignore_cwd=False))  # the working folder, where a kernel has it
    random.seed()  # the state is the parent's: every notebook would draw the same
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    signal.signal(signal.SIGINT, signal.default_int_handler)


async def _all_cells(kernel: CellKernel, task: dict[str, Any]) -> None:
    from tornado.ioloop import IOLoop

    kernel.io_loop = IOLoop.current()
    for number, cell in enumerate(task["cells"]):
        await kernel.run(number, cell)
        error = kernel.session.error  # type: ignore[union-attr]
        if kernel.shell.exit_now:  # type: ignore[union-attr]
            os._exit(0)  # asked for by the cell; an ordinary kernel is gone as well
        if error is not None and not cell["may_fail"] and error not in task["allowed_errors"]:
            return
        await asyncio.sleep(0)  # what a cell left running has its turn, as between an ordinary kernel's cells
