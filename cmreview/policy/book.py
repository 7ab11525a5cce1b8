"""The whole policy folder, read and checked across its files; ``Book.policy`` cuts one year out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cmreview import strict_yaml
from cmreview.errors import FileError, PolicyError
from cmreview.findings import Finding
from cmreview.policy.dated import DatedValue, in_force, read_parameter
from cmreview.policy.faults import PolicyFindings, fault, unknown
from cmreview.policy.files import FILES, Edition, LevelEntry, ParameterEntry, read_as
from cmreview.policy.keys import KEYS
from cmreview.policy.model import Level, Place, Policy, RuleStatus
from cmreview.policy.rules import Rule, Scoring, read_criteria, read_scoring
from cmreview.strict_yaml import Document
from cmreview.terms import Label


@dataclass(frozen=True)
class Book:
    """Every year of a policy folder, without a fault that does not depend on the year."""

    edition: Edition
    edition_file: Document
    levels: tuple[tuple[LevelEntry, Place], ...]
    rules: tuple[Rule, ...]
    scoring: Scoring
    parameters: Mapping[str, DatedValue]
    sha256: str

    def policy(self, year: int) -> Policy:
        """One year's policy. Raises PolicyFindings where something has no value in that year."""
        found: list[Finding] = []
        in_use = [(entry, place) for entry, place in self.levels if _has_begun(entry.since, year)]
        levels = tuple(
            Level(entry.id, Label(entry.zh, entry.en), rank, place)
            for rank, (entry, place) in enumerate(in_use, start=1)
        )
        known = {level.id for level in levels}
        criteria = tuple(
            rule.at(year, found, self.scoring)
            for rule in self.rules
            if rule.level in known and _has_begun(rule.entry.since, year)
        )
        parameters = {key: self.parameters[key].at(year, found) for key in KEYS}
        edition = in_force(self.edition.edition, year)
        if edition is None:
            details = {"year": str(year), "first": str(min(self.edition.edition))}
            found.append(fault(self.edition_file, ("edition",), "policy.no_value_yet", None, details))
        if found or edition is None:
            raise PolicyFindings(findings=found)
        return Policy(
            year=year,
            company=self.edition.company.label,
            edition=self.edition.edition[edition],
            currency=self.edition.currency,
            levels=levels,
            criteria=criteria,
            parameters={key: parameter for key, parameter in parameters.items() if parameter},
            sha256=self.sha256,
            first_year=self.edition.first_year,
            confirmed_through=self.edition.confirmed_through,
            status=RuleStatus(
                self.edition.adopted_on,
                self.edition.procedure.label if self.edition.procedure else None,
                self.edition.publicised_on,
            ),
        )


def read_book(folder: Path) -> Book:
    """Read every file of the folder. Raises PolicyFindings with all that is wrong in any of them."""
    if not folder.is_dir():
        raise PolicyError("policy.no_folder", folder=folder.as_posix())
    found = _unknown_files(folder)
    unreadable: list[FileError] = []
    documents: dict[str, Document] = {}
    content: dict[str, Any] = {}
    for name in FILES:
        try:
            documents[name] = strict_yaml.read(folder / name)
        except FileError as error:
            unreadable.append(error)
            continue
        read, problems = read_as(documents[name])
        found.extend(problems)
        if not problems:
            content[name] = read
    levels = _levels(documents, content, found)
    rules = _rules(documents, content, levels, found)
    scoring = _scoring(documents, content, rules, found)
    parameters = _parameters(documents, content, found)
    if "edition.yaml" in content:
        found.extend(_reversed_years(documents["edition.yaml"], content["edition.yaml"]))
    if found or unreadable or levels is None or rules is None or scoring is None:
        raise PolicyFindings(findings=found, unreadable=unreadable)
    edition_file = documents["edition.yaml"]
    return Book(
        content["edition.yaml"], edition_file, levels, rules, scoring, parameters, _fingerprint(folder)
    )


def _has_begun(since: int | None, year: int) -> bool:
    return since is None or since <= year


def _unknown_files(folder: Path) -> list[Finding]:
    # a misspelt file name would otherwise leave its whole content unread, without a word
    names = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in (".yaml", ".yml"))
    odd = [name for name in names if name not in FILES and not name.startswith(".")]
    return [unknown(Document(name, None, {}), (), "policy.unknown_file", name, FILES) for name in odd]


def _levels(
    documents: Mapping[str, Document], content: Mapping[str, Any], found: list[Finding]
) -> tuple[tuple[LevelEntry, Place], ...] | None:
    name = "levels.yaml"
    if name not in content:
        return None
    entries: list[LevelEntry] = content[name]
    document = documents[name]
    if not entries:
        found.append(fault(document, (), "policy.no_levels"))
    ids = [entry.id for entry in entries]
    for index, level_id in enumerate(ids):
        if level_id in ids[:index]:
            found.append(fault(document, (index, "id"), "policy.repeated_level", level_id))
    return tuple((entry, Place(name, document.line((index,)))) for index, entry in enumerate(entries))


def _rules(
    documents: Mapping[str, Document],
    content: Mapping[str, Any],
    levels: tuple[tuple[LevelEntry, Place], ...] | None,
    found: list[Finding],
) -> tuple[Rule, ...] | None:
    name = "criteria.yaml"
    if name not in content:
        return None
    # where levels.yaml is at fault itself, the criteria are still read for what else is wrong with them
    ids = None if levels is None else tuple(entry.id for entry, _ in levels)
    return read_criteria(documents[name], content[name], ids, found)


def _scoring(
    documents: Mapping[str, Document],
    content: Mapping[str, Any],
    rules: tuple[Rule, ...] | None,
    found: list[Finding],
) -> Scoring | None:
    name = "scoring.yaml"
    if name not in content:
        return None
    if any(finding.file == "criteria.yaml" for finding in found):
        rules = None  # what it names can't be told from what criteria.yaml meant to name
    scoring = content[name]
    return read_scoring(documents[name], scoring.weights, scoring.zero_at, rules, found)


def _parameters(
    documents: Mapping[str, Document], content: Mapping[str, Any], found: list[Finding]
) -> dict[str, DatedValue]:
    parameters: dict[str, DatedValue] = {}
    for name in content.keys() & {key.file for key in KEYS.values()}:
        expected = [key for key in KEYS.values() if key.file == name]
        entries = _entries(content[name])
        document = documents[name]
        for key in expected:
            if key.key in entries:
                parameters[key.key] = read_parameter(document, key, entries[key.key], found)
            else:
                found.append(fault(document, (), "policy.missing_key", None, {"name": key.key}))
        names = [key.key for key in expected]
        odd = [key for key in entries if key not in names]
        found.extend(unknown(document, (key,), "policy.unknown_key", key, names) for key in odd)
    return parameters


def _entries(content: Any) -> dict[str, ParameterEntry]:
    if isinstance(content, dict):
        return content
    return {"score_cap": content.score_cap, "tie_breaks": content.tie_breaks}


def _reversed_years(document: Document, edition: Edition) -> list[Finding]:
    if edition.first_year <= edition.confirmed_through:
        return []
    details = {"first": str(edition.first_year)}
    value = str(edition.confirmed_through)
    return [fault(document, ("confirmed_through",), "policy.years_reversed", value, details)]


def _fingerprint(folder: Path) -> str:
    """SHA-256 of the files' names and bytes; the line ends of an editor make no difference."""
    digest = sha256()
    for name in sorted(FILES):
        content = (folder / name).read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()
