"""Figures against named peers. ``python -m bench`` runs all of it; ``python -m bench checks`` a part."""
