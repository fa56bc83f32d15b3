"""Effects of frames on a page, in their order: the style of each swap and its target."""

WHOLE_LIST = [
    ("outerHTML", "event"),
    ("outerHTML", "pinned"),
    ("outerHTML", "moments"),
    ("innerMorph", "entries"),
    ("outerHTML", "ways"),
    ("outerHTML", "reading"),
    ("outerHTML", "places"),
    ("outerHTML", "older"),
    ("upsert", "own-asks"),
    ("outerHTML", "cursor"),
]
"""Effects of a frame that replaces the list of entries."""
