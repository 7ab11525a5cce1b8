"""The main job needs no network: it runs where there is none, or where every call outside is refused."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.packets.small import FIRST, small_company, write_tables

# Without the right to a network of one's own, each Python of the run refuses to call out.
GUARD = """
import sys
def refuse(event, args):
    if event in ("socket.connect", "socket.sendto") and isinstance(args[1], tuple):
        if args[1][0] not in ("127.0.0.1", "::1", "localhost"):
            raise PermissionError(f"the network was asked for: {args[1]}")
    if event == "socket.getaddrinfo" and args[0] not in (None, "127.0.0.1", "::1", "localhost"):
        raise PermissionError(f"the network was asked for: {args[0]}")
sys.addaudithook(refuse)
"""
CALL_OUT = "import socket; socket.create_connection(('192.0.2.1', 9), 1)"  # an address kept for documents


def without_network(tmp_path) -> tuple[list[str], dict[str, str]]:
    """What to put before a command so that it has no network, and its environment."""
    namespace = ["unshare", "--map-root-user", "--net"]
    try:
        own = subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        own = False
    if own:
        return namespace, dict(os.environ)
    (tmp_path / "sitecustomize.py").write_text(GUARD, "utf-8")
    return [], os.environ | {"PYTHONPATH": str(tmp_path)}


def test_packets_are_made_without_a_network(tmp_path, capsys):
    before, environment = without_network(tmp_path)
    with capsys.disabled():
        how = "in a namespace without network" if before else "with calls outside refused in each Python"
        sys.stdout.write(f"\nthe main job runs {how}\n")

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        whole = [*before, sys.executable, *command]
        return subprocess.run(
            whole, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=200, check=False
        )

    assert run("-c", CALL_OUT).returncode != 0  # else there is a network, and the rest would show nothing
    records = write_tables(tmp_path / "records", small_company([FIRST]))
    made = run(
        *("-m", "cmreview", "packets", "--year", "2025", "--records", str(records)),
        *("--out", str(tmp_path / "out"), "--jobs", "1"),
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert (tmp_path / "out/2025/index.html").is_file()
    assert len(list((tmp_path / "out/2025").rglob("*.html"))) == 2
