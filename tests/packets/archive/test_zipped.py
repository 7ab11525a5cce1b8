"""An archive that somebody hands over can do no harm, and one that is not whole is refused by name."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from pathlib import Path

import pytest

from cmreview.errors import FileError, InputError
from cmreview.packets.archive import zipped

FILES = {"run.json": b"{}", "inputs/records/合同.csv": b"a,b\n1,2\n", "packets/index.html": b"<p>"}


def sums(files: dict[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items()).encode()


def made(path: Path, files: dict[str, bytes], **listed: bytes) -> Path:
    """A zip of these files whose list of checksums fits, or that of ``listed``."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("SHA256SUMS", listed.get("sums", sums(files)))
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def refused(path: Path, into: Path) -> str:
    with pytest.raises(InputError) as told:
        zipped.read(path, into)
    assert told.value.code == "archive.damaged"
    return told.value.what("en")


def test_what_was_written_is_read_back(tmp_path):
    folder = tmp_path / "folder"
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
    digest = zipped.write(folder, hashes, tmp_path / "a.zip", 2025)
    assert digest == hashlib.sha256((tmp_path / "a.zip").read_bytes()).hexdigest()
    assert zipped.read(tmp_path / "a.zip", tmp_path / "out") == hashes
    assert {name: (tmp_path / "out" / name).read_bytes() for name in FILES} == FILES
    assert zipped.read(tmp_path / "a.zip", tmp_path / "some", only={"run.json"}) == hashes
    assert [path.name for path in (tmp_path / "some").iterdir()] == ["run.json"]
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {info.date_time for info in archive.infolist()} == {(2025, 12, 31, 0, 0, 0)}
        assert archive.testzip() is None


@pytest.mark.parametrize(
    "name",
    ["../out.txt", "/etc/out.txt", "a/../../out.txt", "a\\..\\out.txt", "C:out.txt", "a//b", "a\x01b", "."],
)
def test_a_name_that_leads_elsewhere_is_refused_before_anything_is_written(tmp_path, name):
    path = made(tmp_path / "a.zip", FILES | {name: b"x"})
    assert "leads elsewhere or is odd" in refused(path, tmp_path / "out")
    assert [one.name for one in tmp_path.iterdir()] == ["a.zip"]


def test_a_name_that_is_cut_where_zipfile_would_cut_it_is_refused(tmp_path):
    path = made(tmp_path / "a.zip", FILES | {"inputs/a#b": b"x"})
    path.write_bytes(path.read_bytes().replace(b"inputs/a#b", b"inputs/a\0b"))
    assert "odd" in refused(path, tmp_path / "out")


def test_a_packed_file_is_refused_so_that_no_archive_grows(tmp_path):
    bomb = b"0" * (10 << 20)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("SHA256SUMS", sums({"bomb": bomb}), zipfile.ZIP_STORED)
        archive.writestr("bomb", bomb)
    assert "bomb is packed" in refused(tmp_path / "a.zip", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_files_that_lie_over_each_other_are_refused(tmp_path):
    data = b"x" * 4000
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("SHA256SUMS", b"")
        archive.writestr("a", data)
        for number in range(20):  # the same bytes under more names, in the table of contents only
            info = zipfile.ZipInfo(f"b{number}")
            info.header_offset = archive.getinfo("a").header_offset
            info.file_size = info.compress_size = len(data)
            info.CRC = archive.getinfo("a").CRC
            archive.filelist.append(info)
            archive.NameToInfo[info.filename] = info
    assert "unpacks to more" in refused(tmp_path / "a.zip", tmp_path / "out")


def test_a_link_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        info = zipfile.ZipInfo("inputs")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc")
    assert "no plain file" in refused(tmp_path / "a.zip", tmp_path / "out")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_files_of_one_name_neither_is_taken(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("SHA256SUMS", sums(FILES))
        for data in (b"{}", b"[]"):
            archive.writestr("run.json", data)
    assert "in it twice" in refused(tmp_path / "a.zip", tmp_path / "out")


def test_a_file_that_was_altered_added_or_taken_away_is_named(tmp_path):
    other = FILES | {"run.json": b"[]"}
    assert "run.json is not what" in refused(
        made(tmp_path / "a.zip", other, sums=sums(FILES)), tmp_path / "1"
    )
    more = FILES | {"more.txt": b""}
    assert "more.txt is not in" in refused(made(tmp_path / "b.zip", more, sums=sums(FILES)), tmp_path / "2")
    assert "more.txt is missing" in refused(made(tmp_path / "c.zip", FILES, sums=sums(more)), tmp_path / "3")


@pytest.mark.parametrize("text", [b"", b"abc  run.json\n", b"\xff\n", b"0" * 64 + b" run.json\n"])
def test_without_a_list_of_checksums_nothing_is_believed(tmp_path, text):
    assert "no usable SHA256SUMS" in refused(made(tmp_path / "a.zip", FILES, sums=text), tmp_path / "out")


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(zipped, "MOST_FILES", 2)
    assert "too many" in refused(made(tmp_path / "a.zip", FILES), tmp_path / "out")


def test_a_cut_or_flipped_archive_is_refused(tmp_path):
    whole = made(tmp_path / "a.zip", FILES).read_bytes()
    for place in range(0, len(whole), 7):
        (tmp_path / "cut.zip").write_bytes(whole[:place])
        assert refused(tmp_path / "cut.zip", tmp_path / f"cut{place}")
    place = whole.index(b"a,b\n")
    (tmp_path / "b.zip").write_bytes(whole[:place] + b"b" + whole[place + 1 :])
    assert refused(tmp_path / "b.zip", tmp_path / "flipped")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileError) as told:
        zipped.read(tmp_path / "a.zip", tmp_path)
    assert told.value.code == "file.missing"
