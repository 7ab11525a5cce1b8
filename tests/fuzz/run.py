"""Fuzz one target by coverage with atheris: ``python -m tests.fuzz.run cells --seconds 600``.

New inputs that reach new code are kept for the run only; an input that ends in a defect is written to
``--crashes`` and belongs into the corpus (see ``tests.fuzz.corpus``), once the defect is mended.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

LONGEST_INPUT = 4_096
MEMORY = 2_048  # MB that one input may take
SLOWEST = 10  # seconds that one input may take


def main() -> None:
    """Run until the time is over, or until a defect is found (exit code of libFuzzer)."""
    import atheris

    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("target")
    asked.add_argument("--seconds", type=int, default=600)
    asked.add_argument("--found", type=Path, help="folder for inputs that reach new code")
    asked.add_argument("--crashes", type=Path, default=Path("outputs/fuzz"))
    given = asked.parse_args()
    with atheris.instrument_imports(include=["cmreview"]):
        from tests.fuzz.beginnings import WORDS, seeds
        from tests.fuzz.corpus import kept
        from tests.fuzz.targets import TARGETS

        beginnings = [*seeds(given.target), *kept(given.target)]
        for beginning in beginnings:  # their imports are slow, which no input is to be blamed for
            TARGETS[given.target](beginning)
    given.crashes.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        found = given.found or Path(scratch, "found")
        begun = Path(scratch, "seeds")
        for folder in (found, begun):
            folder.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(beginnings):
            Path(begun, f"{number:04}").write_bytes(seed)
        words = Path(scratch, "words")
        words.write_text("".join(f'"{_quoted(word)}"\n' for word in WORDS[given.target]), "ascii")
        settings = [
            f"-max_total_time={given.seconds}",
            f"-max_len={LONGEST_INPUT}",
            f"-rss_limit_mb={MEMORY}",
            f"-timeout={SLOWEST}",
            f"-artifact_prefix={given.crashes}/{given.target}-",
            f"-dict={words}",
            "-print_final_stats=1",
        ]
        atheris.Setup([sys.argv[0], *settings, str(found), str(begun)], TARGETS[given.target])
        atheris.Fuzz()


def _quoted(word: str) -> str:
    """A word as libFuzzer's dictionaries hold it."""
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


if __name__ == "__main__":
    main()
