"""扶持谁: who is to be helped. Facts the rules share, checks of the registry, matches with departments' lists."""
