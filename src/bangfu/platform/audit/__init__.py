"""Who did what, when: append-only and hash-chained, in the same transaction as the write (DESIGN §5)."""
