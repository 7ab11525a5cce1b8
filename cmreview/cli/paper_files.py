"""Papers on their way to their files: written, kept where somebody edited them, printed as PDF, counted."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from cmreview.cli.desk import tell

if TYPE_CHECKING:
    from cmreview.show.papers.documents import Form
    from cmreview.show.papers.source import Made


class Tally:
    """Writes papers and counts them. A file that is there is somebody's: it stays unless told otherwise."""

    def __init__(self, folder: Path, templates: Path | None, pdf: bool, replace: bool, lang: str) -> None:
        self.folder, self.templates, self.replace, self.lang = folder, templates, replace, lang
        self.forms: dict[str, Form] = {}
        self.pdf: dict[Path, list[Path]] | None = {} if pdf else None
        self.made = self.same = self.kept = self.pending = 0

    def sum_up(self) -> None:
        """The last line."""
        tell(
            "cli_papers.summary",
            self.lang,
            folder=self.folder,
            made=self.made,
            same=self.same,
            kept=self.kept,
            pending=self.pending,
        )

    def read_templates(self, kinds: Iterable[str]) -> None:
        """Read and check the template of every kind. FileError for the first that won't do."""
        from cmreview.show.papers.documents import Form, template_in
        from cmreview.show.papers.shapes import PAPERS

        for kind in kinds:
            template = None if self.templates is None else template_in(self.templates, kind, self.lang)
            self.forms[kind] = Form(PAPERS[kind], template, self.lang)

    def put(self, kind: str, name: str, one: Made) -> None:
        """Write one paper by the template that was read, and note it for printing."""
        from cmreview.records.writing import write_whole

        data = self.forms[kind].fill(one.paper)
        path = self.folder / kind / f"{name}.docx"
        if path.is_file() and path.read_bytes() == data:
            self.same += 1
            tell("cli_papers.same", self.lang, file=path)
        elif os.path.lexists(path) and not self.replace:
            self.kept += 1
            tell("cli_papers.differs", self.lang, file=path)
        else:
            write_whole(path, data)
            self.made += 1
            tell("cli_papers.made", self.lang, file=path)
        if self.pdf is not None:
            self.pdf.setdefault(path.parent, []).append(path)

    def print_pdfs(self) -> None:
        """A PDF beside each Word file, of what stands in it, edited or not."""
        from cmreview.show.papers.office import to_pdfs

        for folder, files in (self.pdf or {}).items():
            to_pdfs(files, folder)
