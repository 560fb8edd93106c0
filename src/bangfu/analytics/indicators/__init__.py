"""Indicators as data: their definitions in ``*.yaml``, the whole numbers they are made of in ``parts.py``."""
