"""Images of articles: checked, stored under a hash, scaled down, and served."""
