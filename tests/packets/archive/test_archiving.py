"""An archive holds all that a year rests on, and is refused where that is not what the packets came from."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from cmreview.cli import main
from cmreview.errors import FileError, InputError, LedgerError
from cmreview.packets import record
from cmreview.packets.archive import archiving
from cmreview.packets.archive.archiving import archive, verify
from cmreview.process.ledger.ledger import Ledger
from cmreview.review.store import load
from tests.packets.archive.conftest import AT, applied, rewritten
from tests.packets.small import FIRST, SECOND


def names(file: Path) -> set[str]:
    with zipfile.ZipFile(file) as opened:
        return set(opened.namelist())


def test_an_archive_holds_all_that_the_year_rests_on(archived, root):
    held = names(archived)
    assert {
        "run.json",
        "manifest.json",
        "SHA256SUMS",
        "requirements.lock",
        "packets/index.html",
        f"packets/{FIRST}/{FIRST}.html",
        f"packets/{SECOND}/{SECOND}.xlsx",
        f"reviews/{FIRST}.json",
        "inputs/records/合同.csv",
        "inputs/ledger.jsonl",
        "inputs/committee/committee.yaml",
        "inputs/notebook/department_packet.ipynb",
    } <= held
    assert {f"inputs/policy/{path.name}" for path in (root / "params/policy").iterdir()} <= held
    assert "inputs/records/旧表.ods" not in held  # it was never read: its name stands in the manifest
    with zipfile.ZipFile(archived) as opened:
        manifest = json.loads(opened.read("manifest.json"))
        sums = dict(reversed(line.split("  ")) for line in opened.read("SHA256SUMS").decode().splitlines())
        assert {name: hashlib.sha256(opened.read(name)).hexdigest() for name in sums} == sums
    assert sums.keys() | {"SHA256SUMS"} == held
    assert manifest["not_read"] == ["旧表.ods"]
    assert manifest["program"]["sha256"] == record.package_sha256()
    assert manifest["files"] == len(held)


def test_only_its_owner_may_read_an_archive(archived):
    if os.name == "posix":
        assert archived.stat().st_mode & 0o777 == 0o600


def test_a_whole_archive_is_told_to_be_whole(archived):
    found = verify(archived)
    assert (found.year, found.files, found.failed) == (2025, len(names(archived)), ())
    assert found.sha256 == hashlib.sha256(archived.read_bytes()).hexdigest()


def test_the_stored_review_is_what_the_packet_was_made_from(archived, tmp_path):
    with zipfile.ZipFile(archived) as opened:
        opened.extractall(tmp_path)
    review = tmp_path / f"reviews/{FIRST}.json"
    assert load(review).department == FIRST
    notebook = (tmp_path / f"packets/{FIRST}/{FIRST}.ipynb").read_text("utf-8")
    assert hashlib.sha256(review.read_bytes()).hexdigest()[:12] in notebook


def test_an_archive_overwrites_nothing(office, tmp_path):
    target = tmp_path / "there.zip"
    target.write_bytes(b"mine")
    with pytest.raises(FileError) as told:
        archive(office.run_file, target)
    assert told.value.code == "archive.exists"
    assert target.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("records/合同.csv", "inputs/records/合同.csv"),
        ("policy/criteria.yaml", "inputs/policy/criteria.yaml"),
        (f"out/2025/{FIRST}/{FIRST}.html", f"packets/{FIRST}/{FIRST}.html"),
        ("out/2025/index.html", "packets/index.html"),
    ],
)
def test_what_was_changed_since_or_is_gone_is_named(office, tmp_path, name, told):
    with office.without(name) as path:
        path.write_bytes(path.read_bytes() + b"\n")
        with pytest.raises(InputError, match=f"{told}（内容已改动）"):
            archive(office.run_file, tmp_path / "a.zip")
        path.unlink()
        with pytest.raises(InputError, match=f"{told}（找不到或无法读取）"):
            archive(office.run_file, tmp_path / "a.zip")
    assert list(tmp_path.iterdir()) == []


def test_every_lost_file_is_named_at_once(office, tmp_path):
    with office.without("records/合同.csv") as one, office.without("policy/levels.yaml") as two:
        one.unlink()
        two.unlink()
        with pytest.raises(InputError) as told:
            archive(office.run_file, tmp_path / "a.zip")
    assert len(told.value.values["files"]) == 2
    assert "inputs/records/合同.csv (gone or not readable)" in told.value.what("en")


def test_the_same_run_gives_the_same_bytes_though_its_ledger_went_on(office, archived, tmp_path):
    with office.without("ledger.db") as path:
        with Ledger.open(path) as ledger:
            ledger.append([applied("2a")], AT)
        again = archive(office.run_file, tmp_path / "another name.zip")
    assert again.file.read_bytes() == archived.read_bytes()
    assert again.sha256 == hashlib.sha256(archived.read_bytes()).hexdigest()


def test_another_ledger_is_not_taken_for_the_one_that_was_read(office, tmp_path):
    with Ledger.open(tmp_path / "other.db", create=True) as ledger:
        ledger.append([applied("1a")], AT)
    with pytest.raises(LedgerError) as told:
        archive(office.run_file, tmp_path / "a.zip", ledger=str(tmp_path / "other.db"))
    assert told.value.code == "ledger.never_ended_there"


def test_a_run_that_failed_for_a_department_is_archived_only_where_that_is_asked_for(office, tmp_path):
    def fail(stored):
        stored["departments"][0] |= {"state": "failed", "reason": "notebook", "key": ""}

    run_file = rewritten(office, tmp_path, fail)
    with pytest.raises(InputError, match=FIRST):
        archive(run_file, tmp_path / "a.zip")
    made = archive(run_file, tmp_path / "a.zip", with_failures=True)
    assert made.failed == (FIRST,)
    assert verify(made.file).failed == (FIRST,)


def test_a_packet_that_was_made_from_something_else_is_refused(office, tmp_path):
    run_file = rewritten(office, tmp_path, lambda stored: stored["departments"][1].update(key="0" * 64))
    with pytest.raises(InputError) as told:
        archive(run_file, tmp_path / "a.zip")
    assert told.value.code == "archive.made_otherwise"
    assert told.value.values["departments"] == (SECOND,)


def test_another_program_vouches_for_nothing(office, tmp_path, monkeypatch):
    monkeypatch.setattr(archiving.record, "package_sha256", lambda: "0" * 64)
    with pytest.raises(InputError) as told:
        archive(office.run_file, tmp_path / "a.zip")
    assert told.value.code == "archive.other_program"


def named(name: str):
    return lambda stored: stored["inputs"]["records"]["files"][0].update(name=name)


UNREAD = {"name": "x.csv", "sha256": "unreadable: 13"}
TOO_LITTLE = {
    "of another version": (lambda stored: stored.update(format=1), "no_run"),
    "cut short": (lambda stored: stored.update(interrupted=True), "interrupted"),
    "of a server": (lambda stored: stored.update(inputs=None), "inputs_not_known"),
    "beyond": (lambda stored: stored["inputs"].update(beyond=["/elsewhere/crm.sqlite"]), "beyond"),
    "name out of the folder": (named("../x"), "odd_record"),
    "name from the root": (named("/etc/x"), "odd_record"),
    "folder above": (lambda stored: stored["departments"][0].update(folder=".."), "no_run"),
    "a part less": (lambda stored: stored["inputs"].pop("lock"), "odd_record"),
    "unread": (lambda stored: stored["inputs"]["records"]["files"].append(UNREAD), "unread"),
    "ledger on a server": (lambda stored: stored["inputs"].update(ledger=""), "which_ledger"),
}


@pytest.mark.parametrize(("change", "code"), TOO_LITTLE.values(), ids=TOO_LITTLE)
def test_a_record_that_does_not_tell_enough_is_refused(office, tmp_path, change, code):
    with pytest.raises(InputError) as told:
        archive(rewritten(office, tmp_path, change), tmp_path / "a.zip")
    assert told.value.code == f"archive.{code}"
    assert told.value.text("en")


def test_a_password_of_a_ledger_is_not_kept(office):
    from cmreview.packets.foundation import Foundation
    from cmreview.packets.inputs import inputs_of

    file = office.folder / "policy/levels.yaml"
    found = Foundation(
        "", frozenset(), tuple((kind, file, "a" * 64) for kind in ("policy x", "notebook", "committee here"))
    )
    wanted = replace(office.request, ledger="postgresql://hr:secret@host/db")
    assert "secret" not in json.dumps(inputs_of(wanted, found, frozenset()))


def test_the_command_archives_a_year_and_checks_an_archive(office, archived, monkeypatch, capsys):
    made = verify(archived)
    monkeypatch.setattr(archiving, "archive", lambda *_, **__: replace(made, failed=(FIRST,)))
    main(["archive", "2025", "--outputs", str(office.request.outputs), "--with-failures", "--lang", "en"])
    said = capsys.readouterr().out
    assert said.startswith(f"Archived: {archived} (2025, {made.files} files).\nSHA-256: {made.sha256}\n")
    assert f"failed for these departments: {FIRST}" in said
    assert "keep it where access is controlled" in said
    main(["archive", "--verify", str(archived)])
    assert capsys.readouterr().out.startswith(f"存档完好：{archived}（2025 年度")
    with pytest.raises(SystemExit) as ended:
        main(["archive"])
    assert ended.value.code == 2


def damaged(archived: Path, target: Path, name: str, content: bytes | None) -> Path:
    """The archive with one file changed or left out, its list of checksums made to fit."""
    with zipfile.ZipFile(archived) as opened:
        files = {one: opened.read(one) for one in opened.namelist() if one != "SHA256SUMS"}
    if content is None:
        del files[name]
    else:
        files[name] = content
    lines = "".join(f"{hashlib.sha256(data).hexdigest()}  {one}\n" for one, data in files.items())
    with zipfile.ZipFile(target, "w") as made:
        for one, data in {"SHA256SUMS": lines.encode(), **files}.items():
            made.writestr(one, data)
    return target


NEWER = b'{"format": "cmreview archive", "version": 2, "departments": []}'


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("inputs/records/合同.csv", b"x", "inputs/records/合同.csv (changed)"),
        (f"packets/{FIRST}/{FIRST}.html", None, f"packets/{FIRST}/{FIRST}.html (gone"),
        (f"reviews/{FIRST}.json", b"{}", f"reviews/{FIRST}.json is not what"),
        (f"reviews/{SECOND}.json", None, f"reviews/{SECOND}.json is missing"),
        ("inputs/ledger.jsonl", None, "inputs/ledger.jsonl is missing"),
        ("manifest.json", b"[]", "no usable manifest.json"),
        (
            "manifest.json",
            b'{"format": "cmreview archive", "version": 2, "departments": []}',
            "newer version",
        ),
        ("run.json", b"{}", "no record of a run"),
    ],
)
def test_checksums_that_were_made_to_fit_do_not_hide_what_run_json_knows(
    archived, tmp_path, name, content, told
):
    with pytest.raises(InputError) as error:
        verify(damaged(archived, tmp_path / "a.zip", name, content))
    assert told in error.value.what("en")
