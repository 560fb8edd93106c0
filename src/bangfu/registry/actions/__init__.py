"""Every write of the registry. Each function is atomic, told who acts, and leaves its audit row."""
