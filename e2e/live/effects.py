"""Effects of frames on a page, in their order: the style of each swap and its target."""

EVENT_CHANGED = [
    ("outerHTML", "event"),
    ("outerHTML", "notices"),
    ("outerMorph", "about"),
    ("outerMorph", "pinned"),
    ("outerMorph", "moments"),
    ("innerHTML", "moment-count"),
]
"""Effects of a frame in which the event itself has changed."""
WHOLE_LIST = [
    *EVENT_CHANGED,
    ("innerMorph", "entries"),
    ("outerHTML", "ways"),
    ("outerHTML", "reading"),
    ("outerHTML", "places"),
    ("outerHTML", "older"),
    ("upsert", "own-asks"),
    ("outerHTML", "cursor"),
]
"""Effects of a frame that replaces the list of entries."""
