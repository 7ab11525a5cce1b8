"""What can go wrong, and how a person mends it.

    CmreviewError
    ├── InputError              what a person handed in must be mended first        exit 2
    │   ├── FileError             a file is missing or can't be read as what it should be
    │   ├── PolicyError           params/policy: a key, type, unit, year or value
    │   ├── RecordsError          departments' workbooks and company tables
    │   ├── MappingError          params/sources: a foreign table can't be mapped
    │   ├── CommitteeError        params/committee.yaml: who may do what
    │   ├── ProcessError          a step that the rules or the record of the case don't allow
    │   └── FaultyInput           (findings.py) a file with faults, all of them told at once
    ├── LedgerError             the record of decisions can't be read, written or trusted   exit 1
    │   └── LedgerConflict        somebody else recorded a step of the case meanwhile
    ├── PacketError             a packet could not be made or published              exit 1
    └── MissingToolError        a program outside Python is needed and absent        exit 2

The texts lie in ``cmreview/words``: code ``records.no_workbook`` is told by ``no_workbook`` in
``words/records.yaml``, with one sentence under ``what`` and one under ``mend``.
"""

from __future__ import annotations

from cmreview.terms import Label
from cmreview.words import say


class CmreviewError(Exception):
    """Base of all errors that cmreview raises for a person to read.

    ``code`` names the text, ``values`` fill it in: a Label in the reader's language, a tuple as a list.
    ``str(error)`` is Chinese; ``text("en")`` is the same in English.
    """

    exit_code = 1

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def what(self, lang: str = "zh") -> str:
        """One sentence: what is wrong."""
        return say(f"{self.code}.what", lang, **self._shown(lang))

    def mend(self, lang: str = "zh") -> str:
        """One sentence: what to do about it."""
        return say(f"{self.code}.mend", lang, **self._shown(lang))

    def text(self, lang: str = "zh") -> str:
        """Both sentences."""
        between = "" if lang == "zh" else " "
        return f"{self.what(lang)}{between}{self.mend(lang)}"

    def _shown(self, lang: str) -> dict[str, object]:
        return {name: _in_words(value, lang) for name, value in self.values.items()}

    def __str__(self) -> str:
        return self.text("zh")

    def __reduce__(self) -> tuple[object, ...]:
        # values are keywords only, which pickle does not carry by itself (worker processes raise these)
        return (_rebuild, (type(self), self.code, self.values))


def _in_words(value: object, lang: str) -> object:
    """What fills a placeholder: a term or an error in the reader's language, several as a list."""
    if isinstance(value, tuple):
        return ("、" if lang == "zh" else ", ").join(str(_in_words(one, lang)) for one in value)
    if isinstance(value, Label):
        return value(lang)
    return value.what(lang) if isinstance(value, CmreviewError) else value


def _rebuild(kind: type[CmreviewError], code: str, values: dict[str, object]) -> CmreviewError:
    return kind(code, **values)


class InputError(CmreviewError):
    """Something that a person handed in must be mended first."""

    exit_code = 2


class FileError(InputError):
    """A file is missing, or is not what its name says."""


class PolicyError(InputError):
    """The policy folder holds something that it must not, or lacks something that it must hold."""


class RecordsError(InputError):
    """The records can't be read at all (single faulty cells are findings, not errors)."""


class MappingError(InputError):
    """A mapping of foreign tables can't be read or applied."""


class CommitteeError(InputError):
    """params/committee.yaml holds something that it must not, or lacks somebody who is asked for."""


class ProcessError(InputError):
    """A step that the rules, the record of the case or the person's role do not allow (Policy 4)."""


class LedgerError(CmreviewError):
    """The record of decisions can't be read, written or trusted. Nothing was recorded by half."""


class LedgerConflict(LedgerError):
    """Somebody else recorded a step of the same case since it was looked at."""


class PacketError(CmreviewError):
    """A packet could not be made, checked or published."""


class MissingToolError(CmreviewError):
    """A program outside Python is needed for what was asked, and is not installed."""

    exit_code = 2
