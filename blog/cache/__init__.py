"""The page cache: whole answers kept for everybody, and forgotten when what they show changes."""
