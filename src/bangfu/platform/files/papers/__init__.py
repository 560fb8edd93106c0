"""Papers to be signed and sealed: a paper is a list of blocks, drawn alike as PDF (typst) and as Word file."""
