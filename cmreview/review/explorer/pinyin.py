"""How a Chinese name may be typed on a keyboard without Chinese: in pinyin, whole or by initials."""

from __future__ import annotations


def readings(name: str) -> str:
    """Every way ``name`` may be typed, lower case, between blanks."""
    return f" {name.lower()} "
