"""督查: values that watch over the rules themselves."""
