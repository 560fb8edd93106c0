"""How a household, a village or a county leaves, and what is watched afterwards (如何退)."""
