"""Floor 2: audit, clock, crypto, database, errors, files, jobs, worklist. A closed list without domain
words."""
