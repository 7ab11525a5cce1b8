"""One department's run: a success only where our own look at it says so (N6), and told plainly."""

from __future__ import annotations

import json
import subprocess
import sys

import nbformat
import pytest

from cmreview.packets import notebook as notebooks
from cmreview.packets import run
from cmreview.packets.failure import explanation
from cmreview.packets.run import TERMINATED, make_packet
from cmreview.words import say
from tests.packets.making import department, job, notebook
from tests.show.reading import read


def told(failure, lang="zh"):
    return [say(part.key, lang, **dict(part.values)) for part in (failure.what, failure.mend)]


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A good run: its folder and what came of it."""
    folder = tmp_path_factory.mktemp("good")
    return folder, make_packet(job(folder))


def test_a_good_run_makes_page_notebook_and_appendix(good):
    folder, made = good
    assert made.failure is None
    assert [name for name, _ in made.files] == ["dept.html", "dept.ipynb", "dept.xlsx"]
    assert made.warnings == ()
    page = read((folder / "made/dept.html").read_text("utf-8"))
    (root,) = page.all("html")
    assert root.attributes["lang"] == "zh-CN"
    assert page.all("title")[0].text == "销售一部"
    assert len(page.all("h1")) == 1


def test_a_page_holds_no_script_no_code_and_no_request(good):
    text = (good[0] / "made/dept.html").read_text("utf-8")
    page = read(text)
    policy = next(x for x in page.all("meta") if x.attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert not [x for x in page.everything() if x.tag in ("script", "link", "img", "iframe", "pre", "object")]
    assert not [x for x in page.everything() if set(x.attributes) & {"src", "srcset", "xlink:href"}]
    assert "open_packet" not in text
    assert "url(" not in text
    assert "@import" not in text
    assert "http" not in text.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")


def test_the_kept_notebook_names_no_time_no_place_and_nobody_else(good):
    folder, _ = good
    text = (folder / "made/dept.ipynb").read_text("utf-8")
    kept = nbformat.reads(text, as_version=4)
    nbformat.validate(kept)
    assert str(folder) not in text
    assert set(kept.metadata) == {"kernelspec", "language_info"}
    assert not [key for cell in kept.cells for key in cell.metadata if key != "tags"]
    injected = next(cell for cell in kept.cells if notebooks.is_injected(cell))
    assert injected.source.startswith('# Parameters\nreview_file = "dept-')


@pytest.mark.parametrize(
    ("code", "reason", "said"),
    [
        pytest.param("raise ValueError('第 3 行坏了')", "notebook", "ValueError: 第 3 行坏了", id="error"),
        pytest.param("import sys\nsys.exit(0)", "check", "SystemExit: 0", id="early exit"),
        pytest.param(
            "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "kernel", "意外终止", id="killed"
        ),
    ],
)
def test_a_run_that_did_not_reach_its_end_fails_and_names_the_cell(tmp_path, code, reason, said):
    source = notebook(tmp_path / "n.ipynb", ("试验 · Trial", code))
    made = make_packet(job(tmp_path / "w", notebook=source))
    assert made.failure is not None
    assert made.failure.reason == reason
    what, mend = told(made.failure)
    assert said in what
    assert mend
    assert "试验 · Trial" in what
    assert made.files == ()
    assert (tmp_path / "w/executed.ipynb").is_file()


def test_a_cell_that_takes_too_long_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "CELL_SECONDS", 1)
    source = notebook(tmp_path / "n.ipynb", ("等待 · Waiting", "import time\ntime.sleep(60)"))
    made = make_packet(job(tmp_path / "w", notebook=source))
    assert made.failure.reason == "kernel"
    assert "等待 · Waiting" in told(made.failure)[0]


def test_a_failure_is_told_in_words_first_and_then_without_colours(tmp_path):
    source = notebook(tmp_path / "n.ipynb", ("试验 · Trial", "raise ValueError('x')"))
    failure = make_packet(job(tmp_path / "w", notebook=source)).failure
    for lang in ("zh", "en"):
        lines = explanation(failure, "销售一部", lang).splitlines()
        assert lines[:3] == ["销售一部", *told(failure, lang)]
        assert "Traceback" in "\n".join(lines[3:])
        assert "\x1b" not in "\n".join(lines)


def test_html_that_nobody_escaped_is_not_published(tmp_path):
    code = "from IPython.display import HTML\nHTML('<script>alert(1)</script>')"
    made = make_packet(job(tmp_path / "w", notebook=notebook(tmp_path / "n.ipynb", ("试验 · Trial", code))))
    assert made.failure.reason == "check"
    assert "<script>" in told(made.failure)[0]


@pytest.mark.parametrize(
    ("cells", "before_end", "said"),
    [
        pytest.param([("后加 · Added", "1 + 1")], False, "没有交回", id="something after the end"),
        pytest.param(
            [("改参数 · Changed", "packet = open_packet('', lang)")], True, "没有交回", id="another review"
        ),
    ],
)
def test_a_run_that_hands_over_something_else_fails(tmp_path, cells, before_end, said):
    source = notebook(tmp_path / "n.ipynb", *cells, before_end=before_end)
    made = make_packet(job(tmp_path / "w", notebook=source))
    assert made.failure.reason == "check"
    assert said in told(made.failure)[0]


WARN = ("警告 · Warning", "import warnings\nwarnings.warn('数字可疑')")


def test_a_warning_is_recorded_and_never_shown_in_the_packet(tmp_path):
    made = make_packet(job(tmp_path / "w", notebook=notebook(tmp_path / "n.ipynb", WARN)))
    assert made.failure is None
    assert any("数字可疑" in line for line in made.warnings)
    assert "数字可疑" not in (tmp_path / "w/made/dept.html").read_text("utf-8")


def test_a_warning_fails_a_strict_run(tmp_path):
    made = make_packet(job(tmp_path / "w", notebook=notebook(tmp_path / "n.ipynb", WARN), strict=True))
    assert made.failure.reason == "strict"
    assert "数字可疑" in " ".join(made.warnings)


def test_a_kernel_that_did_not_start_is_tried_once_more(tmp_path, monkeypatch):
    tries = []
    really = run.run_notebook

    def fails_first(notebook, target, *others):
        tries.append(target)
        if len(tries) == 1:
            nbformat.write(nbformat.read(notebook, as_version=4), target)
            found = json.loads(target.read_text("utf-8"))
            for cell in found["cells"]:
                if cell["cell_type"] == "code":
                    cell |= {"execution_count": None, "outputs": []}
            target.write_text(json.dumps(found), "utf-8")
            raise RuntimeError("Kernel died before replying to kernel_info")
        really(notebook, target, *others)

    monkeypatch.setattr(run, "run_notebook", fails_first)
    made = make_packet(job(tmp_path / "w"))
    assert (made.failure, made.retried, len(tries)) == (None, True, 2)


def test_an_error_in_the_middle_of_a_run_is_not_tried_again(tmp_path, monkeypatch):
    tries = []
    really = run.run_notebook

    def counted(*arguments):
        tries.append(1)
        really(*arguments)

    monkeypatch.setattr(run, "run_notebook", counted)
    source = notebook(tmp_path / "n.ipynb", ("试验 · Trial", "raise RuntimeError('Kernel died')"))
    made = make_packet(job(tmp_path / "w", notebook=source))
    assert (made.failure.reason, len(tries), made.retried) == ("notebook", 1, False)


def test_another_engine_can_be_named_and_gives_the_same_files(good, tmp_path):
    papermills = make_packet(job(tmp_path / "b", engine="nbclient"))
    assert papermills.failure is None
    assert dict(papermills.files) == dict(good[1].files)


def test_a_run_works_from_any_folder_and_leaves_nothing_there(good, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert dict(make_packet(job(tmp_path / "b")).files) == dict(good[1].files)
    assert list(elsewhere.iterdir()) == []


def test_what_is_typed_stays_text_from_end_to_end(tmp_path):
    hostile = "</style></title><script>alert(1)</script>{{7*7}}"
    review = department(hostile)
    made = make_packet(job(tmp_path / "w", review, title=hostile))
    assert made.failure is None
    text = (tmp_path / "w/made/dept.html").read_text("utf-8")
    page = read(text)
    assert not page.all("script")
    assert page.all("title")[0].text == hostile
    assert hostile in page.by_id("applicant-1").text
    assert "</style><script" not in text


def test_a_request_to_end_is_not_lost_in_a_callback_whose_exceptions_python_drops():
    code = (
        "import os, signal, time, weakref\n"
        "from cmreview.packets.run import end_when_terminated\n"
        "class Thing: pass\n"
        "end_when_terminated()\n"
        "thing = Thing()\n"
        "watch = weakref.ref(thing, lambda _: (os.kill(os.getpid(), signal.SIGTERM), sum(range(1000))))\n"
        "del thing\n"
        "time.sleep(20)\n"
        "print('was not ended')\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (told.returncode, told.stdout, told.stderr) == (TERMINATED, "", "")
