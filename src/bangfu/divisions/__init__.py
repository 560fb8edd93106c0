"""Floor 3: the administrative divisions over time. The 12-digit code is the key; every old code stays
findable.
"""
