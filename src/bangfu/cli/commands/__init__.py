"""One file a command. Modules that need Django are imported when their command runs."""
