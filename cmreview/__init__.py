"""Level review of account managers (客户经理): from records and a dated policy to signed papers."""

from __future__ import annotations

__version__ = "0.1.0"

__all__ = ["__version__"]
