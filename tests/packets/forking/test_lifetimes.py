"""Timeouts, crashes and kills: told as with an ordinary kernel, and nothing is left of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from cmreview.packets import run as runs
from cmreview.packets.forking import process
from cmreview.packets.forking.process import FORKED, KERNEL
from cmreview.packets.forking.warm import NotStarted, WarmParent, warm_parent
from tests.packets.forking.running import run, write_notebook

pytestmark = pytest.mark.skipif(not process.is_possible(), reason="this system has no safe fork")

# Starts a program that outlives any test, and writes down both process ids.
STARTS = (
    "import os, subprocess, pathlib, time\n"
    "started = subprocess.Popen(['sleep', '300'])\n"
    "pathlib.Path('pids').write_text(f'{os.getpid()} {started.pid} {os.getppid()}')\n"
)


@pytest.fixture(scope="module", autouse=True)
def warm():
    """One warm parent for this file; each of its children is still a new process."""
    with warm_parent() as parent:
        yield parent


@pytest.fixture
def at_work(tmp_path, monkeypatch):
    """A folder to run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pids(folder: Path) -> list[int]:
    """The child, the program that it started, and the parent that forked it."""
    return [int(pid) for pid in (folder / "pids").read_text("utf-8").split()]


def is_gone(pid: int) -> bool:
    """Whether the process is neither running nor a zombie, within the time that a busy machine takes."""
    for _ in range(200):
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.05)
    return False


def texts(folder: Path) -> str:
    notebook = nbformat.read(folder / "executed.ipynb", as_version=4)
    return "".join(
        output.text
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream"
    )


def test_nothing_is_left_of_a_notebook_that_ran(at_work, warm):
    run(at_work, STARTS)
    child, started, parent = pids(at_work)
    assert parent == warm._process.pid
    assert is_gone(child)
    assert is_gone(started)


def test_a_cell_that_takes_too_long_is_ended_with_all_that_it_started(at_work, monkeypatch):
    monkeypatch.setattr(runs, "CELL_SECONDS", 2)
    with pytest.raises(CellTimeoutError):
        run(at_work, STARTS + "print('waiting')\ntime.sleep(300)")
    assert texts(at_work) == "waiting\n"
    assert all(map(is_gone, pids(at_work)[:2]))


def test_a_cell_that_never_stops_writing_is_ended(at_work, monkeypatch):
    monkeypatch.setattr(runs, "CELL_SECONDS", 1)
    with pytest.raises(CellTimeoutError):
        run(at_work, STARTS + "import sys\nwhile True:\n    print('again')\n    sys.stdout.flush()")
    assert all(map(is_gone, pids(at_work)[:2]))


@pytest.mark.parametrize(
    "death",
    [
        pytest.param("os.kill(os.getpid(), 9)", id="killed"),
        pytest.param("os._exit(0)", id="left"),
        pytest.param("os.abort()", id="aborted"),
        pytest.param("import ctypes\nctypes.string_at(0)", id="crashed"),
        pytest.param("exit()", id="asked to"),
    ],
)
def test_a_child_that_died_is_told_with_all_that_it_wrote(at_work, death):
    with pytest.raises(DeadKernelError):
        run(at_work, STARTS + f"print('said before')\n{death}", "1")
    assert texts(at_work) == "said before\n"
    assert all(map(is_gone, pids(at_work)[:2]))


def test_a_child_that_died_is_noticed_though_what_it_forked_lives(at_work, monkeypatch):
    monkeypatch.setattr(runs, "CELL_SECONDS", 60)
    started = time.monotonic()
    with pytest.raises(DeadKernelError):
        run(at_work, "import os, time\nif os.fork():\n    os._exit(3)\ntime.sleep(300)")
    assert time.monotonic() - started < 50


def test_after_a_failure_the_next_notebook_runs(at_work):
    with pytest.raises(DeadKernelError):
        run(at_work, "import os\nos._exit(1)")
    assert run(at_work, "6 * 7").cells[0].outputs[0].data["text/plain"] == "42"


def test_a_warm_parent_that_was_killed_takes_its_children_along_and_is_replaced(at_work):
    with pytest.raises(DeadKernelError):
        run(at_work, STARTS + "os.kill(os.getppid(), 9)\ntime.sleep(300)")
    assert all(map(is_gone, pids(at_work)))
    assert run(at_work, "6 * 7").cells[0].outputs[0].data["text/plain"] == "42"


def test_a_notebook_finds_nothing_of_the_one_before(at_work):
    spoils = (
        "import os, sys, builtins, calendar, random\n"
        "os.environ['SPOILT'] = builtins.SPOILT = 'yes'\ncalendar.month_name = None\n"
        "sys.path.append('spoilt')\nx = 1\n"
        "os.chdir('/')\nprint(random.random())"
    )
    looks = (
        "import os, sys, builtins, calendar, random\n"
        "assert 'SPOILT' not in os.environ and not hasattr(builtins, 'SPOILT')\n"
        "assert calendar.month_name and 'spoilt' not in sys.path\n"
        "assert 'x' not in globals() and os.getcwd() != '/'\n"
        "print(random.random())"
    )
    drawn = [run(at_work, source).cells[0].outputs[0].text for source in (spoils, looks)]
    assert drawn[0] != drawn[1]


def test_several_run_at_once(at_work, warm):
    def one(number: int) -> str:
        folder = at_work / str(number)
        folder.mkdir()
        notebook = run(folder, f"import time\ntime.sleep(0.3)\nprint({number} * {number})")
        return notebook.cells[0].outputs[0].text

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, range(4))) == ["0\n", "1\n", "4\n", "9\n"]


def test_a_child_has_no_file_of_ours_open(at_work, tmp_path_factory):
    with (tmp_path_factory.mktemp("ours") / "held").open("w") as held:
        os.set_inheritable(held.fileno(), True)
        shown = run(
            at_work,
            "import os\nfiles = []\nfor number in os.listdir('/proc/self/fd'):\n    try:\n"
            "        files.append(os.readlink(f'/proc/self/fd/{number}'))\n"
            "    except OSError:\n        pass\nfiles",
        )
    assert "held" not in shown.cells[0].outputs[0].data["text/plain"]


def test_no_file_is_left(at_work, monkeypatch, tmp_path_factory):
    empty = tmp_path_factory.mktemp("empty")
    for name in ("TMPDIR", "JUPYTER_RUNTIME_DIR", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(empty))
    with warm_parent():
        run(at_work, "1 / 1")
    assert list(empty.iterdir()) == []


RUNS = (
    "import signal\nimport sys\n"
    "from pathlib import Path\n"
    # whoever was started in the background was told to ignore Ctrl-C
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "from cmreview.packets.run import run_notebook\n"
    "if __name__ == '__main__':\n"
    "    run_notebook(Path(sys.argv[1]), Path(sys.argv[2]), {})\n"
)


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda sign: sign.name)
def test_nothing_outlives_whoever_runs_the_notebook(at_work, sign, tmp_path_factory):
    empty = tmp_path_factory.mktemp("empty")
    source = write_notebook(at_work / "source.ipynb", STARTS + "time.sleep(300)")
    with subprocess.Popen(
        [sys.executable, "-c", RUNS, str(source), str(at_work / "executed.ipynb")],
        cwd=at_work,
        env={**os.environ, "TMPDIR": str(empty)},
        stderr=subprocess.DEVNULL,
    ) as runner:
        try:
            for _ in range(600):
                if (at_work / "pids").is_file() and len((at_work / "pids").read_text("utf-8").split()) == 3:
                    break
                time.sleep(0.05)
            runner.send_signal(sign)
            assert runner.wait(30) != 0
        finally:
            runner.kill()
    assert all(map(is_gone, pids(at_work)))
    assert list(empty.iterdir()) == []


def test_a_signal_for_the_group_of_the_terminal_does_not_reach_a_child(at_work):
    shown = run(at_work, "import os\nos.getpgid(0) == os.getpid() == os.getsid(0)")
    assert shown.cells[0].outputs[0].data["text/plain"] == "True"


KIND = "import sys\n'ipykernel_launcher' in str(sys.orig_argv)"


@pytest.mark.parametrize(("engine", "ordinary"), [(FORKED, "False"), (KERNEL, "True"), ("nbclient", "True")])
def test_each_engine_is_there_by_its_name(at_work, engine, ordinary):
    assert run(at_work, KIND, engine=engine).cells[0].outputs[0].data["text/plain"] == ordinary


@pytest.mark.parametrize("first", ["papermill", "cmreview.packets.engine", "cmreview.packets.engine_points"])
def test_papermill_finds_the_engines_whoever_is_imported_first(first):
    code = (
        "from cmreview.packets.run import without_grammar\n"
        "without_grammar()\n"  # a second less, and nothing of papermill's
        f"import {first}\n"
        "from papermill.engines import papermill_engines as known\n"
        f"print([known.get_engine(name).__name__ for name in {(FORKED, KERNEL)}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['Forked', 'SavingOnce']"


def test_where_fork_is_not_to_be_had_an_ordinary_kernel_runs(at_work, monkeypatch):
    monkeypatch.setattr("cmreview.packets.engine.is_possible", lambda: False)
    assert run(at_work, KIND, engine=FORKED).cells[0].outputs[0].data["text/plain"] == "True"


def test_another_kernel_than_pythons_own_is_run_as_ever(at_work):
    import papermill

    source = write_notebook(at_work / "source.ipynb", "1")
    with pytest.raises(NoSuchKernel):
        papermill.execute_notebook(
            source, at_work / "o.ipynb", engine_name=FORKED, kernel_name="nosuch", progress_bar=False
        )


def test_an_error_is_papermills(at_work):
    with pytest.raises(PapermillExecutionError) as failed:
        run(at_work, "1", "1 / 0", "print('never')")
    assert (failed.value.ename, failed.value.exec_count) == ("ZeroDivisionError", 2)
    assert texts(at_work) == ""


def test_a_warm_parent_has_one_thread_and_says_nothing(warm, capfd):
    with WarmParent() as parent, parent.child() as child:
        assert len(list(Path(f"/proc/{parent._process.pid}/task").iterdir())) == 1
        assert child.pid != parent._process.pid
    assert capfd.readouterr() == ("", "")


def test_a_parent_that_can_not_get_warm_is_told_as_not_started(at_work, monkeypatch):
    monkeypatch.setattr("cmreview.packets.forking.warm._PROGRAM", "raise SystemExit(1)")
    with WarmParent() as parent, pytest.raises(NotStarted), parent.child():
        pass


def test_warm_parents_end_when_they_are_closed():
    with WarmParent() as parent, parent.child() as child:
        pass
    assert is_gone(child.pid)
    assert is_gone(parent._process.pid)
