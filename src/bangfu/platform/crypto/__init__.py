"""Encryption of single fields, blind indexes for exact search, tokens for snapshots (DESIGN §5)."""
