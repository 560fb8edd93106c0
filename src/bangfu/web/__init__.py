"""Floor 13: the screens. They ask queries, call actions and show what comes back; they compute no rule."""
