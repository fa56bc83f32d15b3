"""Posts: entries, the comments on them, and reactions."""
