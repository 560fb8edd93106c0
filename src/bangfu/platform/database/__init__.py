"""What Django leaves to the database: bulk loading, range filters on codes, guards that refuse nonsense,
locks."""
