"""How they are helped: what a household and its people are due, and what came."""
