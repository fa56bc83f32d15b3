"""Moderation: measures that hosts take against unwanted posts and people, and the log of them."""
