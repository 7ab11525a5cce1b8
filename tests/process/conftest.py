"""Fixtures of the process's tests."""

from tests.process.databases import kind, location, places, postgres

__all__ = ["kind", "location", "places", "postgres"]
