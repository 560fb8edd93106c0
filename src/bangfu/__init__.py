"""Bangfu 帮扶: the working system of a targeted anti-poverty administration."""

__version__ = "0.1.0"
