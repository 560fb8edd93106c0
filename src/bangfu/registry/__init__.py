"""Floor 5: households, people, villages' facts, events, standings. Facts, no verdicts."""
