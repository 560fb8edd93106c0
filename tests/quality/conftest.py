"""Doubts are tested in the cast, where the rules have already been run."""

from __future__ import annotations

from tests.cast.fixtures import cast, cast_file

__all__ = ["cast", "cast_file"]
