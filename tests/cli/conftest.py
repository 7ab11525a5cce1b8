"""How the tests of the commands type a command."""

from __future__ import annotations

import pytest

from cmreview.cli import main


@pytest.fixture
def run(capsys):
    """Run one command line; give its exit code, what it printed and what it said on the side."""

    def call(*arguments):
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call
