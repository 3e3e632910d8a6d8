"""Fixtures for tests of the house."""

from tests.app.at_home import at_home

__all__ = ["at_home"]
