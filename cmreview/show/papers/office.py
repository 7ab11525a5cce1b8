"""A Word paper as PDF, by a LibreOffice that is installed on the machine."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from xml.sax.saxutils import escape

from cmreview.errors import MissingToolError, PacketError
from cmreview.programs import find_program
from cmreview.records.writing import names_to_disk, write_whole

ENVIRONMENT = "CMREVIEW_SOFFICE"
TIMEOUT = 180  # seconds for one call; a start takes two to ten, a paper half of one
AT_ONCE = 100  # papers a start
_NAMES = ("soffice", "libreoffice")
_PLACES = {
    "darwin": ("/Applications/LibreOffice.app/Contents/MacOS/soffice",),
    "win32": (
        r"C:\Program Files\LibreOffice\program\soffice.exe",
        r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
    ),
}
# LibreOffice writes when it made a file, and ids drawn from that; what replaces them is as long as they were,
# since a PDF's table of places counts bytes.
_CREATED = re.compile(rb"(/(?:CreationDate|ModDate) ?\()(D:[^)]*)(\))")
_IDS = re.compile(rb"/ID \[[^\]]*\]|/DocChecksum /[0-9A-F]{32}")
_HEX = re.compile(rb"[0-9A-F]{32}")
_ID = 32
_ABOUT = "docProps/core.xml"
_DAY = re.compile(rb"<dcterms:created[^>]*>(\d{4})-(\d\d)-(\d\d)")
_SAID = 300  # characters of what LibreOffice says that are told
# What stands in for a font that is not installed, in the order of preference.
_SONG = ("SimSun", "NSimSun", "STSong", "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC")
_STAND_INS = {
    "方正小标宋简体": ("FZXiaoBiaoSong-B05S", "宋体", *_SONG),
    "宋体": _SONG,
    "仿宋": ("FangSong", "FangSong_GB2312", "仿宋_GB2312", "STFangsong", *_SONG),
    "楷体": ("KaiTi", "KaiTi_GB2312", "STKaiti", *_SONG),
    "黑体": ("SimHei", "STHeiti", "Noto Sans CJK SC", "Source Han Sans SC"),
    "Times New Roman": ("Liberation Serif", "Tinos", "Noto Serif", "Noto Serif CJK SC"),
}


def find_office() -> str:
    """The LibreOffice to convert with. MissingToolError where there is none."""
    return find_program(
        _NAMES,
        _PLACES,
        ENVIRONMENT,
        named="papers.named_office",
        absent="papers.no_office",
    )


def to_pdf(docx: Path, out: Path, timeout: float = TIMEOUT) -> Path:
    """``docx`` as PDF at ``out``; see ``to_pdfs``."""
    with tempfile.TemporaryDirectory() as folder:
        made = to_pdfs([docx], Path(folder), timeout)[0]
        shutil.copyfile(made, out)
    return out


def to_pdfs(papers: Sequence[Path], folder: Path, timeout: float = TIMEOUT) -> list[Path]:
    """All ``papers`` as PDF in ``folder``, under their own names; one start of LibreOffice for a hundred.

    LibreOffice runs with a profile of its own that is gone afterwards: it neither meets one that a
    person has open nor reads or leaves anything of theirs. The same papers give the same bytes; with
    others beside it one keeps its look, but its fonts are numbered otherwise. Raises MissingToolError
    without LibreOffice or a Chinese font, PacketError where it fails or takes longer than ``timeout``
    seconds a start, and then nothing is written; FileError where a place can't be written to.
    """
    office = find_office()
    refuse_without_font()
    made: dict[Path, bytes] = {}
    for start in range(0, len(papers), AT_ONCE):
        made |= _converted(office, papers[start : start + AT_ONCE], folder, timeout)
    for pdf, content in made.items():
        write_whole(pdf, content, one_of_many=True)
    names_to_disk(folder)
    return list(made)


def _converted(office: str, papers: Sequence[Path], folder: Path, timeout: float) -> dict[Path, bytes]:
    """The PDF of each paper by the place where it is to lie."""
    contents = [paper.read_bytes() for paper in papers]
    with tempfile.TemporaryDirectory() as private:
        home = Path(private)
        # under numbers: no name is an option, too long, or another's
        sources = [home / f"{number}.docx" for number in range(len(papers))]
        for source, content in zip(sources, contents, strict=True):
            source.write_bytes(content)
        command = [
            office,
            f"-env:UserInstallation={(home / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nologo", "--nolockcheck"),
            *("--convert-to", "pdf:writer_pdf_Export", "--outdir", private),
            *map(str, sources),
        ]
        told = _run(command, os.environ | _surroundings(home), timeout)
        made = {}
        for paper, source, content in zip(papers, sources, contents, strict=True):
            pdf = source.with_suffix(".pdf")
            if not pdf.is_file():
                raise PacketError("papers.office_failed", file=paper.name, problem=told or "—")
            made[folder / f"{paper.stem}.pdf"] = same_bytes(pdf.read_bytes(), content)
    return made


def refuse_without_font() -> None:
    """Without a Chinese font LibreOffice prints boxes and reports success. MissingToolError then.

    Windows and macOS bring such fonts; elsewhere fontconfig is asked.
    """
    listing = None if sys.platform in _PLACES else shutil.which("fc-list")
    if listing is None:
        return
    asked = subprocess.run([listing, ":lang=zh-cn", "family"], capture_output=True, check=False)
    if not asked.stdout.strip():
        raise MissingToolError("papers.no_font")


def same_bytes(pdf: bytes, docx: bytes) -> bytes:
    """The PDF without the hour it was made in: with the paper's own day, and an id drawn from the paper."""
    mark = sha256(docx).hexdigest()[:_ID].upper().encode()
    day = _day_of(docx)
    pdf = _CREATED.sub(lambda found: found[1] + day[: len(found[2])].ljust(len(found[2])) + found[3], pdf)
    return _IDS.sub(lambda found: _HEX.sub(mark, found[0]), pdf)


def _day_of(docx: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        about = package.read(_ABOUT) if _ABOUT in package.namelist() else b""
    created = _DAY.search(about)
    return b"D:%b%b%b000000Z" % created.groups() if created else b"D:20000101000000Z"


def _run(command: list[str], environment: dict[str, str], timeout: float) -> str:
    """Run LibreOffice and return what it said wrong. It is stopped with all that it started."""
    # a group of its own: soffice is a script whose child would otherwise go on
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as started:
        try:
            _, wrong = started.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as error:
            _stop(started)
            raise PacketError("papers.office_too_slow", seconds=f"{timeout:g}") from error
        except BaseException:
            _stop(started)
            raise
    return wrong.decode("utf-8", "replace").strip()[-_SAID:]


def _stop(started: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(started.pid, signal.SIGKILL)
    else:
        started.kill()
    started.communicate()


def _surroundings(private: Path) -> dict[str, str]:
    """Where fontconfig rules (Linux), the fonts of official papers get stand-ins of their own kind.

    Left alone, every Chinese font that is missing becomes one without serifs.
    """
    if sys.platform in _PLACES:
        return {}
    rules = "".join(
        f'<alias binding="same"><family>{escape(name)}</family><accept>'
        + "".join(f"<family>{escape(other)}</family>" for other in others)
        + "</accept></alias>"
        for name, others in _STAND_INS.items()
    )
    system = escape(os.environ.get("FONTCONFIG_FILE") or "/etc/fonts/fonts.conf")
    file = private / "fonts.conf"
    file.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f'<fontconfig>{rules}<include ignore_missing="yes">{system}</include></fontconfig>',
        encoding="utf-8",
    )
    return {"FONTCONFIG_FILE": str(file)}
