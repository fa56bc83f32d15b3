"""What hosts do against unwanted posts and people, and the log of it."""
