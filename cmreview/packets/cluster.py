"""Packets on the machines of a Dask cluster: the executor, and what a worker must be before it gets a job."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from cmreview.errors import InputError
from cmreview.packets import cluster_worker, publish
from cmreview.packets.job import Made
from cmreview.packets.pool import Stoppable

SCHEME = "dask"
SECONDS_TO_ANSWER = 5
SECONDS_FOR_A_WORKER = 10
_ADDRESS = re.compile(r"dask://([^/\s:]+|\[[^\]]+\]):([0-9]{1,5})/?")
_NAMED = 3  # workers that an error names


@contextmanager
def cluster(address: str, outputs: Path, notebook: Path) -> Iterator[Executor]:
    """The executor that has packets made by the workers of the Dask cluster at ``dask://HOST:PORT``.

    ``outputs`` must be a folder that all of them see under the same path; the notebook is put there for
    them. InputError where the address is none, the library is not installed, no scheduler or worker
    answers, or a worker does not see the folder or runs another version. The cluster stays as it is
    afterwards: nothing of ours goes on in its workers.
    """
    scheduler = scheduler_address(address)
    with publish.workspace(outputs) as shared, _client(scheduler, address) as client:
        sign = secrets.token_hex(16)
        (shared / cluster_worker.SIGN).write_text(sign, encoding="ascii")
        copied = shared / "notebook.ipynb"
        copied.write_bytes(notebook.read_bytes())
        needs = cluster_worker.Needs(str(shared), sign, cluster_worker.program())
        _all_fit(client, needs, outputs)
        running = _Cluster(client, needs, copied)
        try:
            yield running
        finally:
            running.stop()


def scheduler_address(address: str) -> str:
    """Dask's own form of ``dask://HOST:PORT``. InputError where it is none."""
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found[2]) < 1 << 16:
        raise InputError("cluster.bad_address", given=address)
    return f"tcp://{found[1]}:{found[2]}"


class _Cluster(Stoppable):
    """Jobs as they go to the workers: with what a worker must be, and the notebook where it can see it."""

    def __init__(self, client: Any, needs: cluster_worker.Needs, notebook: Path) -> None:
        self._client, self._needs, self._notebook = client, needs, notebook
        self._executor = client.get_executor(pure=False)

    def submit(self, call: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        """Submit ``call(job)``; another worker does it again, in another folder, where one is lost."""
        (job,) = arguments
        there = replace(job, notebook=self._notebook)
        future: Future[Made] = self._executor.submit(cluster_worker.attempt, self._needs, call, there)
        return future

    def stop(self) -> None:
        """Stop what still runs in the workers and end what we started there."""
        with suppress(Exception):  # workers that are gone have nothing to stop
            self._client.run(cluster_worker.end, on_error="ignore")


@contextmanager
def _client(scheduler: str, address: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError("cluster.no_library") from error
    try:
        connect: Any = Client  # published with types, but not for this
        client = connect(scheduler, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:  # a timeout is an OSError too
        raise InputError("cluster.no_scheduler", address=address, seconds=SECONDS_TO_ANSWER) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=SECONDS_FOR_A_WORKER)
        except TimeoutError as error:
            raise InputError("cluster.no_workers", address=address) from error
        yield client


def _all_fit(client: Any, needs: cluster_worker.Needs, outputs: Path) -> None:
    """Raise InputError for the workers that can't be asked, don't see the outputs, or run something else."""
    seen: Mapping[str, Any] = client.run(cluster_worker.look, needs.folder, on_error="return")
    failed = {name: told for name, told in seen.items() if isinstance(told, BaseException)}
    if failed:
        problem = next(iter(failed.values()))
        told = f"{type(problem).__name__}: {problem}"[:200]
        raise InputError("cluster.not_asked", workers=_names(failed), problem=told)
    blind = [name for name, (sign, _) in seen.items() if sign != needs.sign]
    if blind:
        raise InputError("cluster.not_shared", workers=_names(blind), folder=str(outputs))
    other = {name: theirs for name, (_, theirs) in seen.items() if theirs != needs.program}
    if other:
        differ = _differences(needs.program, next(iter(other.values())))
        raise InputError("cluster.other_program", workers=_names(other), differ=differ)


def _names(workers: Mapping[str, Any] | list[str]) -> tuple[str, ...]:
    names = sorted(workers)
    return (*names[:_NAMED], "…") if len(names) > _NAMED else tuple(names)


def _differences(ours: str, theirs: str) -> tuple[str, ...]:
    here, there = json.loads(ours), json.loads(theirs)
    return tuple(
        f"{name} {str(here.get(name, '—'))[:12]} ≠ {str(there.get(name, '—'))[:12]}"
        for name in sorted({*here, *there})
        if here.get(name) != there.get(name)
    )
