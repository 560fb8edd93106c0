"""Whom to help: identification of households, recognition of villages, dynamic management."""
