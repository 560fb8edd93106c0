"""Every write of the quality floor."""
