"""Floor 1: engines, snapshots, matching, evaluation. Pure Python, Arrow and Ibis; knows no Django."""
