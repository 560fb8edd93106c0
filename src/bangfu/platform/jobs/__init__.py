"""Long work outside the request: queued in the database, with progress, refusal and recovery."""
