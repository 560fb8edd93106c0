"""Floor 0: what the documents say, as data and pure functions. Knows Ibis, nothing else of Bangfu."""
