"""A visitor without the token gets nothing of a served session, and nobody gets the files beside it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from cmreview.explore import serving

SECRET = b"SECRET-7b1f"
PREPARED = "2025.explorer"
SECONDS = 90
# 500 is how Voila answers who asks for a template that there is none of.
NOTHING = (301, 302, 400, 401, 403, 404, 405, 500)


@dataclass(frozen=True)
class Served:
    """A server of ours: where it listens, its token, and the notebook's name."""

    port: int
    token: str
    notebook: str

    def get(self, path: str, method: str = "GET", token: str = "") -> tuple[int, bytes]:
        """Status and body; the path goes out as it is written, and no redirect is followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Authorization": f"token {token}"} if token else {}
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@contextmanager
def served(folder: Path, *, voila: bool) -> Iterator[Served]:
    """A server as ``cmreview session`` and ``cmreview explore`` start it, with secrets all around."""
    notebook = serving.private_copy(folder)
    for place in (notebook.parent / PREPARED, notebook.parent / f"{PREPARED}.names-seen.jsonl"):
        place.write_bytes(SECRET)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = serving.command(
        notebook, voila=voila, browser=False, port=port, more=() if voila else ("--allow-root",)
    )
    log = folder / f"log-{voila}"
    with log.open("wb") as out:
        server = subprocess.Popen(
            line,
            cwd=folder,
            env=serving.environment(os.environ, None, "zh", notebook),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield Served(port, _token(log, server), notebook.name)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(timeout=30)


def _token(log: Path, server: subprocess.Popen[bytes]) -> str:
    """The token that the server made for itself, once it listens."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and server.poll() is None:
        found = re.search(r"http://\S*\?token=([0-9a-f]{32,})", log.read_text("utf-8", "replace"))
        if found:
            return found[1]
        time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8", "replace")[-2000:])


@pytest.fixture(scope="module")
def servers(tmp_path_factory) -> Iterator[dict[str, Served]]:
    """JupyterLab and Voila, each started once."""
    folder = tmp_path_factory.mktemp("served")
    for name in ("ledger.db", "outputs/ledger.db", "records/销售一部.csv", "outputs/2025/run.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(SECRET)
    with ExitStack() as stack:
        yield {
            "lab": stack.enter_context(served(folder, voila=False)),
            "voila": stack.enter_context(served(folder, voila=True)),
        }


UP = ("../../../ledger.db", "%2e%2e/%2e%2e/%2e%2e/ledger.db", "..%2f..%2f..%2fledger.db", "%2Fetc/passwd")
ROUTES = (
    "/files/{}",
    "/api/contents/{}?content=1",
    "/voila/files/{}",
    "/voila/render/{}",
    "/voila/static/{}",
    "/voila/templates/{}",
    "/nbconvert/html/{}",
    "/view/{}",
    "/static/{}",
    "/{}",
)
OTHERS = ("/", "/lab", "/tree", "/api/kernels", "/api/sessions", "/api/terminals", "/api/contents", "/api/me")


@pytest.mark.parametrize("which", ["lab", "voila"])
def test_a_visitor_without_the_token_gets_nothing(servers, which):
    server = servers[which]
    paths = [route.format(name) for route in ROUTES for name in (PREPARED, server.notebook, *UP)]
    for path in (*paths, *OTHERS):
        status, body = server.get(path)
        assert status in NOTHING, (path, status, body[:200])
        assert SECRET not in body
        assert b"root:" not in body
    for path in ("/api/kernels", "/api/terminals", "/api/sessions", "/voila/api/shutdown/x"):
        assert server.get(path, "POST")[0] in NOTHING, path
    assert server.get("/", token="0" * 48)[0] in NOTHING


@pytest.mark.parametrize("which", ["lab", "voila"])
def test_it_listens_on_this_machine_only(servers, which):
    """On an address of its own of the loopback, which a server on all addresses would answer as well."""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", servers[which].port), timeout=5)


def test_the_page_alone_serves_no_file_beside_it_to_whoever_has_the_token_either(servers):
    server = servers["voila"]
    for route in ("/voila/files/{}", "/voila/static/{}", "/voila/templates/{}"):
        for name in (PREPARED, f"{PREPARED}.names-seen.jsonl", server.notebook, *UP):
            status, body = server.get(route.format(name), token=server.token)
            assert status in NOTHING, (route, name, status)
            assert SECRET not in body


def test_the_token_opens_jupyterlab_and_only_its_own_folder(servers):
    server = servers["lab"]
    assert server.get("/api/contents", token=server.token)[0] == 200
    assert server.get(f"/files/{PREPARED}", token=server.token) == (200, SECRET)
    for name in UP:
        for route in ("/files/{}", "/api/contents/{}?content=1"):
            status, body = server.get(route.format(name), token=server.token)
            assert status in NOTHING, (route, name, status)
            assert SECRET not in body
