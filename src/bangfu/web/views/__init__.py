"""Views by topic: they read the request, ask queries, call actions, and choose a template."""
