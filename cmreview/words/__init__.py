"""The words that people read: every text in Chinese and English, side by side.

One YAML file a subject; an entry is ``key: {zh: …, en: …}``, keys nest. ``say("file.missing.what")``
reads entry ``missing.what`` of ``file.yaml``. Placeholders are ``{name}``, the same in both languages.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from cmreview import kept

LANGUAGES = ("zh", "en")
FOLDER = Path(__file__).parent


def say(key: str, lang: str = "zh", /, **values: object) -> str:
    """The text of ``key`` in ``lang``, its placeholders filled from ``values``.

    Raises KeyError for a key, language or placeholder that does not exist: a missing text is a
    fault of ours that tests find, never a blank on paper.
    """
    entry = find(key)
    return str(entry[lang]).format_map(values)


def find(key: str) -> dict[str, Any]:
    """The entry of ``key``: a dict with ``zh`` and ``en``, or a dict of further entries."""
    subject, *rest = key.split(".")
    entry: dict[str, Any] = subject_words(subject)
    for part in rest:
        if not isinstance(entry, dict) or part not in entry:
            raise KeyError(f"no words for {key!r}")
        entry = entry[part]
    return entry


def exists(key: str) -> bool:
    """Whether there are words for ``key``."""
    try:
        find(key)
    except (KeyError, FileNotFoundError):
        return False
    return True


@cache
def subject_words(subject: str) -> dict[str, Any]:
    """All entries of one subject, read once."""
    path = FOLDER / f"{subject}.yaml"
    text = path.read_bytes()
    place = kept.place(FOLDER, subject)
    words: dict[str, Any] | None = kept.read(place, text)
    if words is None:  # YAML's reader and a few subjects take longer than all else that `--help` does
        words = _parsed(text)
        kept.keep(place, text, words)
    return words


def _parsed(text: bytes) -> dict[str, Any]:
    import yaml  # here, so that a program whose words are kept does not pay for it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    words: dict[str, Any] = yaml.load(text.decode("utf-8"), Loader=loader)  # ours, shipped inside the package
    return words
