"""扶持谁: who is to be helped. Facts shared by the rules, checks of the registry, matches with other departments' lists."""
