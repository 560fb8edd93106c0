"""Floor 4: the people who sign in, their posts, and what a post lets them reach."""
