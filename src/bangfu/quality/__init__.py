"""Floor 6: departments' lists, runs of the rules, doubts 疑点 and how people settle them."""
