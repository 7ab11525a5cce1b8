"""``python -m cmreview``: the same as the ``cmreview`` command."""

from cmreview.cli import main

main()
