"""The command line: a contract other tools call (DESIGN §8)."""

from bangfu.cli.main import main

__all__ = ["main"]
