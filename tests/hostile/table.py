"""Every attack with what came of it, as a table: ``python -m tests.hostile.table`` (some minutes)."""

from __future__ import annotations

import sys

from tests.hostile.meeting import chosen, met_in_child


def table() -> tuple[str, bool]:
    """The table in Markdown, and whether every attack came out as it must."""
    expected = {(attack.group, attack.name): attack.expected for attack in chosen("all")}
    lines = [
        "| in a | attack | what the user is told | CPU s | MB more |",
        "| --- | --- | --- | ---: | ---: |",
    ]
    survived = True
    for met in met_in_child("all"):
        sound = met.broke is None and met.told == expected[met.group, met.name]
        survived &= sound
        told = (
            met.broke
            or ", ".join(f"`{code}`" for code in met.told)
            or "nothing: it is read, and only ever shown as text"
        )
        name = met.name.replace("|", "\\|")
        mark = "" if sound else "**NOT AS IT MUST** "
        lines.append(f"| {met.group} | `{name}` | {mark}{told} | {met.seconds:.1f} | {met.megabytes:.0f} |")
    return "\n".join(lines) + "\n", survived


if __name__ == "__main__":
    text, survived = table()
    sys.stdout.write(text)
    sys.exit(not survived)
