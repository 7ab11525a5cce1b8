"""What papermill finds by our entry points: our engines by name, imported when one of them is used.

papermill asks for its entry points while it is itself imported. An entry point that needs papermill could be
asked for before it is there, whenever our own module is the one that imports papermill first.
"""

from __future__ import annotations

from typing import Any


class _OnUse(type):
    """A class that is its namesake in ``engine``, looked up when something is asked of it."""

    def __getattr__(cls, name: str) -> Any:
        from cmreview.packets import engine

        return getattr(getattr(engine, cls.__name__), name)


class Forked(metaclass=_OnUse):
    """``engine.Forked``."""


class SavingOnce(metaclass=_OnUse):
    """``engine.SavingOnce``."""
